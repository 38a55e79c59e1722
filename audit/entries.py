"""Entries: one deliberate act of one actor each, appended to the chain of what the act is about.

A writer takes the chain's head before it reads what its act depends on, so that parallel acts on one subject see
each other, and appends before it writes the rows that the entry tells of.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from audit import storing
from audit.hashing import SCHEMA, commitment, entry_hash, genesis
from audit.instants import iso, to_microseconds
from audit.tables import trail_changes, trail_entries, trail_values

_SALT = 16
_HEADER = tuple(column.name for column in trail_entries.c if column.name not in {"previous_hash", "hash"})
# A clock that lags more than servers' clocks differ and writers wait is worth a line (requirements R-AUD-12).
_REGRESSION = 60_000_000


class ChainMoved(RuntimeError):
    """Somebody else moved the chain's head since it was taken. Nothing of the act may be kept."""


class EntryKey(NamedTuple):
    """Where an entry stands."""

    chain: str
    sequence: int


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as it was at that moment: the printed name, the role and the organisation are kept with the entry."""

    id: str | None
    name: str
    role: str | None = None
    organisation: str | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """What an act was and what it was about, by ids and OIDs; `reason_code` says why, the words are a change."""

    action: str
    chain: str
    actor: Actor
    recorded_at: datetime
    study: str | None = None
    site: str | None = None
    subject: str | None = None
    event: str | None = None
    form: str | None = None
    record: str | None = None
    row: int | None = None
    study_version: int | None = None
    reason_code: str | None = None
    origin: str = "page"
    cause: EntryKey | None = None
    request_id: str | None = None


class Change(NamedTuple):
    """One field of an act. Only `set` changes are replayed; `refused` and `note` tell of what no row shows.

    A path is `<table>/<id>/<column>`, or `<table>/<id>/<column>/<key>` for one item of a document. `redacted` names
    by `redacts` the change whose value goes.
    """

    path: str
    value: str | None
    kind: str = "text"
    unit: str | None = None
    comparator: str | None = None
    missing: str | None = None
    row: int | None = None
    mark: str = "set"
    reason_code: str | None = None
    redacts: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a chain; sequence 0 stands before the first one."""

    chain: str
    sequence: int
    recorded_at: int
    hash: bytes


Act = tuple[Header, Sequence[Change]]


def find_head(connection: Connection, chain: str) -> Head | None:
    """The head of a chain that has begun, held until the transaction ends; None for a chain that has not."""
    found = storing.read_head(connection, chain)
    return None if found is None else Head(chain, *found)


def take_head(connection: Connection, chain: str) -> Head:
    """The chain's head, held until the transaction ends; a new chain begins here."""
    head = find_head(connection, chain)
    if head is None:
        storing.begin_head(connection, chain, genesis(chain))
        head = find_head(connection, chain)
    if head is None:
        raise ChainMoved(chain)
    return head


def append(connection: Connection, header: Header, changes: Sequence[Change], head: Head | None = None) -> EntryKey:
    """Append one entry; `head` saves a statement where it was taken before."""
    return append_all(connection, [(header, changes)], head)[0]


def append_all(
    connection: Connection, acts: Sequence[Act], head: Head | None = None, begun: tuple[str, ...] = ()
) -> tuple[EntryKey, ...]:
    """Append the acts of one transaction to one chain, in at most five statements whatever their number.

    `begun` are the beginnings of paths that nothing was ever said of, because their rows begin here. Raises
    `ChainMoved` when `head` is no longer the head, `ValueError` for acts on several chains or for an act that sets
    one path twice.
    """
    chain = acts[0][0].chain
    head = head or take_head(connection, chain)
    if {header.chain for header, _ in acts} | {head.chain} != {chain}:
        raise ValueError("acts of several chains cannot be appended together")
    page = _Page(head, {} if head.sequence == 0 else storing.last_changes(connection, chain, _paths(acts, begun)))
    for header, changes in acts:
        page.write(header, changes)
    page.store(connection)
    if not storing.move_head(connection, chain, head.sequence, (page.sequence, page.recorded_at, page.hash)):
        raise ChainMoved(chain)
    return tuple(EntryKey(chain, head.sequence + number) for number in range(1, len(acts) + 1))


def _paths(acts: Sequence[Act], begun: tuple[str, ...]) -> set[str]:
    """The paths that may have been set before."""
    paths = {change.path for _, changes in acts for change in changes if change.mark == "set"}
    return {path for path in paths if not path.startswith(begun)} if begun else paths


class _Page:
    """The rows of the entries to come, each hashed onto the one before."""

    def __init__(self, head: Head, last: dict[str, storing.Position]) -> None:
        self.chain, self.sequence, self.recorded_at, self.hash = head.chain, head.sequence, head.recorded_at, head.hash
        self._last = last
        self._entries: list[tuple[Any, ...]] = []
        self._changes: list[tuple[Any, ...]] = []
        self._values: list[tuple[Any, ...]] = []

    def write(self, header: Header, changes: Sequence[Change]) -> None:
        read = to_microseconds(header.recorded_at)
        if self.recorded_at - read > _REGRESSION:
            changes = [*changes, Change("clock", iso(header.recorded_at), mark="note")]
        self.sequence += 1
        self.recorded_at = max(self.recorded_at, read)
        salts = secrets.token_bytes(_SALT * len(changes))
        told = [
            self._tell(ordinal, change, salts[ordinal * _SALT : (ordinal + 1) * _SALT])
            for ordinal, change in enumerate(changes)
        ]
        columns = self._columns(header)
        previous, self.hash = self.hash, entry_hash(dict(zip(_HEADER, columns, strict=True)), told, self.hash)
        self._entries.append((*columns, previous, self.hash))

    def store(self, connection: Connection) -> None:
        storing.insert_all(connection, trail_entries, self._entries)
        if self._changes:
            storing.insert_all(connection, trail_changes, self._changes)
            storing.insert_all(connection, trail_values, self._values)

    def _tell(self, ordinal: int, change: Change, salt: bytes) -> tuple[object, ...]:
        before = self._predecessor(ordinal, change)
        path, value, kind, unit, comparator, missing, row, mark, reason_code, _ = change
        said = (kind, value, unit, comparator, missing)
        committed = commitment(salt, path, row, *said)
        head = (ordinal, mark, path, row, reason_code)
        self._changes.append((self.chain, self.sequence, *head, committed, *before))
        self._values.append((self.chain, self.sequence, ordinal, salt, *said))
        return (*head, committed.hex(), *before)

    def _predecessor(self, ordinal: int, change: Change) -> tuple[int | None, int | None]:
        if change.mark != "set":
            return change.redacts or (None, None)
        before = self._last.get(change.path, (None, None))
        if before[0] == self.sequence:
            raise ValueError(f"one entry sets {change.path} twice")
        self._last[change.path] = (self.sequence, ordinal)
        return before

    def _columns(self, header: Header) -> tuple[object, ...]:
        actor = header.actor
        return (
            self.chain, self.sequence, SCHEMA, self.recorded_at, actor.id, actor.name, actor.role, actor.organisation,
            header.action, header.study, header.site, header.subject, header.event, header.form, header.record,
            header.row, header.study_version, header.reason_code, header.origin, *(header.cause or (None, None)),
            header.request_id,
        )  # fmt: skip
