"""Nothing typed is lost to an ended session: the form waits on the log-in page and can be sent again after it."""

from urllib.parse import urlsplit

from flask import request

PREFIX = "kept."
_NOT_KEPT = frozenset({"csrf_token"})

Fields = tuple[tuple[str, str], ...]


def kept_fields() -> Fields:
    """The fields of the form that came without a session, in their order, repeated ones repeated."""
    return tuple((name, value) for name, value in request.form.items(multi=True) if name not in _NOT_KEPT)


def fields_kept_before() -> Fields:
    """The fields that the log-in page carried along."""
    carried = (
        (name.removeprefix(PREFIX), value) for name, value in request.form.items(multi=True) if name.startswith(PREFIX)
    )
    return tuple(carried)


def own_path(asked: str | None) -> str | None:
    """The address to go on to, where it is one of ours: a path, never another host (no open redirect)."""
    if not asked or not asked.startswith("/") or asked[:2] in {"//", "/\\"} or not asked.isprintable():
        return None
    return asked


def is_foreign() -> bool:
    """Whether the browser says that a page of another site sent this; an address that cannot be read is none of ours.

    Every browser says so of a POST, whatever the sending page wants.
    """
    said = (request.headers.get("Origin"), request.headers.get("Referer"))
    return any(sender is not None and not _is_ours(sender) for sender in said)


def _is_ours(sender: str) -> bool:
    try:
        return urlsplit(sender).netloc == request.host
    except ValueError:
        return False
