"""The trail as one stream of entries, holding no more than one entry at a time."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    exists,
    select,
    type_coerce,
)

from audit.instants import Instant
from audit.tables import trail_changes, trail_entries, trail_heads, trail_values

_BATCH = 2000
_HEADER = tuple(column.name for column in trail_entries.c)[:-2]  # all but the two hashes

_heads, _entries, _changes, _values = trail_heads.c, trail_entries.c, trail_changes.c, trail_values.c


class ChangeRead(NamedTuple):
    """A change with its value beside it; `salt` is None where the value is gone."""

    chain: str
    sequence: Any  # a number, unless somebody without triggers put a text there, as SQLite lets him
    ordinal: int
    mark: str
    path: str
    row: int | None
    reason_code: str | None
    commitment: bytes
    predecessor_sequence: int | None
    predecessor_ordinal: int | None
    salt: bytes | None
    kind: str
    value: str | None
    unit: str | None
    comparator: str | None
    missing: str | None


class EntryRead(NamedTuple):
    """An entry with its changes; `header` holds the columns that are hashed, instants as microseconds."""

    chain: str
    sequence: int
    header: dict[str, object]
    recorded_at: Any  # as above
    previous_hash: bytes
    hash: bytes
    changes: list[ChangeRead]


class HeadRead(NamedTuple):
    """A chain's head as it stands."""

    chain: str
    sequence: int
    recorded_at: int
    hash: bytes


def entries(connection: Connection, study: str | None = None) -> Iterator[EntryRead]:
    """All entries, chain after chain and in order; with `study`, of the chains in which an entry is about it."""
    changes = _Changes(connection, study)
    columns = [_as_stored(column) for column in trail_entries.c]
    wanted = _about(select(*columns), _entries.chain, study).order_by(_entries.chain, _entries.sequence)
    for row in stream(connection, wanted):
        header = dict(zip(_HEADER, row, strict=False))
        chain, sequence = row[0], row[1]
        yield EntryRead(chain, sequence, header, row[3], row[-2], row[-1], changes.of(chain, sequence))


def heads_alone(connection: Connection) -> Iterator[HeadRead]:
    """The heads of chains that have no entry."""
    alone = ~exists().where(_entries.chain == _heads.chain)
    return (HeadRead(*row) for row in stream(connection, _SELECT_HEADS.where(alone)))


def all_heads(connection: Connection) -> Iterator[tuple[str, int, bytes]]:
    """Chain, sequence and hash of every head, in no order that all databases share."""
    return ((row[0], row[1], bytes(row[3])) for row in stream(connection, _SELECT_HEADS))


def lost_changes(connection: Connection) -> Iterator[tuple[str, int, int]]:
    """Where changes stand that belong to no entry."""
    entry = and_(_entries.chain == _changes.chain, _entries.sequence == _changes.sequence)
    wanted = select(_changes.chain, _changes.sequence, _changes.ordinal).where(~exists().where(entry))
    return ((row[0], row[1], row[2]) for row in stream(connection, wanted))


def lost_values(connection: Connection) -> Iterator[tuple[str, int, int]]:
    """Where values stand that belong to no change."""
    wanted = select(_values.chain, _values.sequence, _values.ordinal).where(~exists().where(_own_change()))
    return ((row[0], row[1], row[2]) for row in stream(connection, wanted))


class Heads:
    """The heads of chains that are asked for in their order, some hundreds read at a time."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._read: dict[str, HeadRead] = {}

    def of(self, chain: str) -> HeadRead | None:
        """The head of one chain, None where it is missing."""
        if chain not in self._read:
            rows = self._connection.execute(_HEADS_FROM, {"here": chain}).all()
            self._read = {row[0]: HeadRead(*row) for row in rows}
        return self._read.get(chain)


class _Changes:
    """The changes in the order of their entries; those of no entry are passed over."""

    def __init__(self, connection: Connection, study: str | None) -> None:
        self._connection = connection
        columns = [*_changes, _values.salt, *(column for column in _values if column.name in ChangeRead._fields[11:])]
        joined = select(*columns).select_from(trail_changes.outerjoin(trail_values, _own_change()))
        wanted = _about(joined, _changes.chain, study)
        ordered = wanted.order_by(_changes.chain, _changes.sequence, _changes.ordinal)
        self._rows = stream(connection, ordered)
        self._next: ChangeRead | None = None
        self._passed: str | None = None
        self._ahead: str | None = None
        self._advance()

    def of(self, chain: str, sequence: int) -> list[ChangeRead]:
        found: list[ChangeRead] = []
        while (there := self._next) is not None:
            if there.chain == chain and there.sequence == sequence:
                found.append(there)
            elif not self._is_lost(there, chain, sequence):
                break
            self._advance()
        self._passed = chain
        return found

    def _advance(self) -> None:
        row = next(self._rows, None)
        self._next = None if row is None else ChangeRead._make(row)

    def _is_lost(self, there: ChangeRead, chain: str, sequence: int) -> bool:
        """Whether its entry was passed, or never comes. Only the database knows the order of its chains."""
        if there.chain == chain:
            return not isinstance(there.sequence, int) or there.sequence < sequence
        if there.chain == self._passed:
            return True
        if there.chain != self._ahead:
            one = select(_entries.sequence).where(_entries.chain == there.chain).limit(1)
            if self._connection.execute(one).first() is None:
                return True
            self._ahead = there.chain
        return False


def _as_stored(column: Column[Any]) -> ColumnElement[Any]:
    return type_coerce(column, BigInteger) if isinstance(column.type, Instant) else column


_SELECT_HEADS = select(*(_as_stored(column) for column in trail_heads.c))
_HEADS_FROM = _SELECT_HEADS.where(_heads.chain >= bindparam("here")).order_by(_heads.chain).limit(500)


def _own_change() -> ColumnElement[bool]:
    keys = ("chain", "sequence", "ordinal")
    return and_(*(_changes[key] == _values[key] for key in keys))


def _about(wanted: Select[Any], chain: Column[str], study: str | None) -> Select[Any]:
    if study is None:
        return wanted
    return wanted.where(chain.in_(select(_entries.chain).distinct().where(_entries.study == study)))


def stream(connection: Connection, wanted: Select[Any]) -> Iterator[Any]:
    """The rows of a select, some thousands at a time."""
    for rows in connection.execute(wanted, execution_options={"yield_per": _BATCH}).partitions():
        yield from rows
