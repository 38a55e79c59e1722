"""A listing as a CSV file: UTF-8, RFC 4180, codes and numbers as they were typed; any number of rows in little memory.

An entered item has columns for its value (with its comparator), its unit where it has any, and the code of the reason
why there is none.
"""

import csv
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import StringIO
from itertools import chain
from tempfile import SpooledTemporaryFile
from typing import IO

from ecrf.exchange.csv_cells import cell
from ecrf.policy.actors import Actor
from ecrf.reads.listing_rows import ListingFilters
from ecrf.services.listing_lines import Line
from ecrf.services.listings import Listing, pages_to_export
from forms.definitions import Item

_OWN = ("subject", "site", "event", "form", "row", "state", "study_version")
_BOM = b"\xef\xbb\xbf"
_IN_MEMORY = 2**20


@dataclass(frozen=True)
class ListingFile:
    """The file, at its beginning; the first page of what it was made of, how many records it holds, its digest."""

    file: IO[bytes]
    page: Listing
    rows: int
    sha256: str

    def parts(self) -> Iterator[bytes]:
        """The file piece by piece."""
        with self.file:
            yield from iter(lambda: self.file.read(2**16), b"")


def listing_file(by: Actor, filters: ListingFilters, now: datetime, *, with_bom: bool = False) -> ListingFile:
    """The whole listing in a temporary file. `with_bom` begins it with the mark by which Excel knows UTF-8."""
    with ExitStack() as closing:
        file = closing.enter_context(SpooledTemporaryFile(_IN_MEMORY))
        pages = pages_to_export(by, filters, now)
        first = next(pages)
        digest, rows = sha256(), 0
        for part in (_BOM if with_bom else b"", _written([_head(first.columns)])):
            digest.update(part)
            file.write(part)
        for page in chain([first], pages):
            part = _written(_cells(line, page.columns) for line in page.lines)
            digest.update(part)
            file.write(part)
            rows += len(page.lines)
        file.seek(0)
        closing.pop_all()  # whoever sends it closes it
        return ListingFile(file, first, rows, digest.hexdigest())


def _written(rows: Iterable[list[str]]) -> bytes:
    text = StringIO()
    csv.writer(text).writerows([cell(part) for part in row] for row in rows)
    return text.getvalue().encode("utf-8")


def _head(columns: Iterable[Item]) -> list[str]:
    return [*_OWN, *(name for item in columns for name in _names(item))]


def _names(item: Item) -> list[str]:
    if item.is_computed:
        return [item.oid]
    return [item.oid, *([f"{item.oid}.unit"] if item.units else []), f"{item.oid}.missing"]


def _cells(line: Line, columns: Iterable[Item]) -> list[str]:
    event, version = line.key.event.written, str(line.study_version)
    own = [line.number, line.site, event, line.form, str(line.row), line.state, version]
    return [*own, *(part for item in columns for part in _parts(line, item))]


def _parts(line: Line, item: Item) -> list[str]:
    datum = line.datum(item.oid)
    parts = (f"{datum.comparator or ''}{datum.text or ''}", datum.unit, datum.missing) if datum else ("", "", "")
    wanted = (True, bool(item.units) and not item.is_computed, not item.is_computed)
    return [part or "" for part, is_wanted in zip(parts, wanted, strict=True) if is_wanted]
