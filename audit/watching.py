"""Watched rows: rows that the trail tells of field by field, so that it can rebuild them.

What a row's state is, is decided here once, for the changes that services write and for the comparison when the
trail is replayed. A watched row is trailed in one chain all its life, and is never removed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import JSON, Table

from audit.canonical import canonical_text
from audit.entries import Change

_PARTS = frozenset({"v", "u", "q", "nd"})
_TEXT = frozenset({str})
_LARGER = {bool: int, datetime: date}  # kinds that Python counts among another one


class Untold(ValueError):
    """A row holds what no entry could tell; `end` is the end of its path."""

    def __init__(self, end: str, what: str) -> None:
        super().__init__(f"{end} holds {what}")
        self.end = end


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
            was, now = before[column], after[column]
            alike = {key for key, parts in was.items() if key in now and now[key] == parts}
            old[column] = {key: parts for key, parts in was.items() if key not in alike}
            new[column] = {key: parts for key, parts in now.items() if key not in alike}
        return old, new

    def state_of(self, row: Row) -> State:
        """The row's state; raises `Untold` for what no entry could have told."""
        state = {field: Parts(self._text(field, row[field])) for field in self.fields if row[field] is not None}
        for column in self.documents:
            if type(row[column]) is not dict:
                raise Untold(column, "no document")
            for key, parts in row[column].items():
                state[f"{column}/{key}"] = _parts(f"{column}/{key}", parts)
        return state

    def _text(self, field: str, value: object) -> str | None:
        """A column as text, from a value of the column's own kind: another kind's text could be the one told."""
        kind = self._kinds[field]
        if not isinstance(value, kind) or _LARGER.get(type(value)) is kind:
            raise Untold(field, f"no {kind.__name__}")
        try:
            return canonical_text(value)
        except (TypeError, ValueError, RecursionError) as fault:
            raise Untold(field, "no canonical text") from fault

    @cached_property
    def _kinds(self) -> dict[str, type]:
        types = {field: self.table.c[field].type for field in self.fields}
        return {field: dict if isinstance(kind, JSON) else kind.python_type for field, kind in types.items()}


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


def _parts(end: str, document: object) -> Parts:
    """The parts of a datum: one at least, and a part that is empty is absent."""
    if type(document) is not dict or not document or not document.keys() <= _PARTS:
        raise Untold(end, "no datum")
    if set(map(type, document.values())) != _TEXT:
        raise Untold(end, "no datum: a part is no text")
    return Parts(document.get("v"), document.get("u"), document.get("q"), document.get("nd"))
