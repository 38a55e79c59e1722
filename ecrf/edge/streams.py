"""Long answers, sent as they are read: of a file of any size no more than some lines are held, and nobody waits."""

from collections.abc import Iterable, Iterator

from flask import Response, stream_with_context

from ecrf.edge.transactions import reading


def file_of(lines: Iterable[str], name: str, media_type: str) -> Response:
    """The lines as a file of that name, read in a transaction of their own once the act itself is committed."""
    response = Response(stream_with_context(_read(lines)), mimetype=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _read(lines: Iterable[str]) -> Iterator[str]:
    with reading():
        yield from lines
