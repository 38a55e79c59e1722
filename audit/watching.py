"""Watched rows: rows that the trail tells of field by field, so that it can rebuild them.

What a row's state is, is decided here once, for the changes that services write and for the comparison when the
trail is replayed. A watched row is trailed in one chain all its life, and is never removed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import LargeBinary, Table

from audit.canonical import canonical_text
from audit.entries import Change

_PARTS = frozenset({"v", "u", "q", "nd"})
_TYPES = frozenset({str, type(None)})


class Parts(NamedTuple):
    """A value as the trail keeps it; columns fill `value` alone."""

    value: str | None = None
    unit: str | None = None
    comparator: str | None = None
    missing: str | None = None


NOTHING = Parts()

Row = Mapping[str, Any]

State = dict[str, Parts]
"""What a row holds, by the end of its path: `state`, `data/ALT`. What is empty is absent."""


@dataclass(frozen=True, eq=False)
class Watched:
    """A table whose rows are trailed: `fields` column by column, `documents` (JSON objects of data) key by key.

    Columns that are in neither are not trailed, and not compared.
    """

    table: Table
    key: str
    fields: tuple[str, ...]
    documents: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The table's name, with which its paths begin."""
        return self.table.name

    def path(self, row: Row, end: str) -> str:
        """The path of one field of one row."""
        return f"{self.name}/{row[self.key]}/{end}"

    def apart(self, before: Row, after: Row) -> tuple[Row, Row]:
        """Two states of a row without the keys of documents that stand in both alike: most do, whatever is saved."""
        old, new = dict(before), dict(after)
        for column in self.documents:
            was, now = before[column] or {}, after[column] or {}
            alike = {key for key, parts in was.items() if now.get(key) == parts}
            old[column] = {key: parts for key, parts in was.items() if key not in alike}
            new[column] = {key: parts for key, parts in now.items() if key not in alike}
        return old, new

    def state_of(self, row: Row) -> State:
        """The row's state; raises `TypeError` or `ValueError` for values the trail could not have kept."""
        state = {field: Parts(self._text(field, row[field])) for field in self.fields if row[field] is not None}
        for column in self.documents:
            for key, parts in (row[column] or {}).items():
                if parts:
                    state[f"{column}/{key}"] = _parts(parts)
        return state

    def _text(self, field: str, value: object) -> str | None:
        """A column as text. SQLite takes bytes for any text, and their hexadecimal text could be the one told."""
        if isinstance(value, bytes) and not isinstance(self.table.c[field].type, LargeBinary):
            raise TypeError(f"{field} holds bytes")
        return canonical_text(value)


def changes_of(watched: Watched, before: Row | None, after: Row) -> tuple[Change, ...]:
    """What changed in a row from one state to another, by column; `before` is None for a new row."""
    if before is not None:
        before, after = watched.apart(before, after)
    old = {} if before is None else watched.state_of(before)
    new = watched.state_of(after)
    ends = [*new, *(end for end in old if end not in new)]
    return tuple(
        _change(watched.path(after, end), new.get(end, NOTHING), is_datum="/" in end)
        for end in ends
        if old.get(end, NOTHING) != new.get(end, NOTHING)
    )


def _change(path: str, parts: Parts, *, is_datum: bool) -> Change:
    return Change(path, parts.value, "datum" if is_datum else "text", parts.unit, parts.comparator, parts.missing)


def _parts(document: Row) -> Parts:
    known = Parts(document.get("v"), document.get("u"), document.get("q"), document.get("nd"))
    if not document.keys() <= _PARTS or not set(map(type, known)) <= _TYPES:
        raise ValueError(f"no datum: {document!r}")
    return known
