"""How services write the trail: the acts of one transaction on one chain, each with the rows it moved.

A service opens the chain first (that takes its head, so that parallel acts on one subject see each other), reads,
decides, changes rows, tells `add` about each act, and calls `write` once. Nothing is flushed before that.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, Self

from sqlalchemy import inspect, select
from sqlalchemy.orm import InstanceState, LoaderCallableStatus
from sqlalchemy.orm.attributes import flag_modified

from audit.entries import Change, EntryKey, Head, Header, append_all, find_head, take_head
from audit.watching import changes_of
from ecrf import clock
from ecrf.db import Model, db
from ecrf.errors import NotFound
from ecrf.models.holds import Hold
from ecrf.models.records import Record
from ecrf.models.watched import WATCHED
from ecrf.policy.actions import Action
from ecrf.policy.actors import Actor
from ecrf.services import happenings, summaries
from ecrf.services.trail_guard import telling

SYSTEM_CHAIN = "system"


@dataclass(frozen=True)
class Reason:
    """Why a saved value changed or an act was done: a code of the list people choose from, and their own words."""

    code: str | None = None
    text: str | None = None


@dataclass(frozen=True)
class About:
    """What an act is about, by ids (study, site, subject, record) and OIDs (event, form)."""

    chain: str
    study: str | None = None
    site: str | None = None
    subject: str | None = None
    event: str | None = None
    form: str | None = None
    record: str | None = None
    row: int | None = None
    study_version: int | None = None


class Acts:
    """The acts of one transaction on one chain, written together as consecutive entries."""

    def __init__(self, about: About, at: datetime | None = None, head: Head | None = None) -> None:
        self.about = about
        self.at = at or clock.now()
        self._head = head or take_head(db.session.connection(), about.chain)
        self._entries: list[tuple[Header, tuple[Change, ...]]] = []
        self._before: dict[Model, dict[str, Any] | None] = {}
        self._stood: dict[Model, dict[str, Any] | None] = {}

    @classmethod
    def on_subject(cls, subject_id: str) -> Self:
        """The acts on a subject: nobody else acts on it from here on, so that all that is read next stays true.

        Raises `NotFound` where there is no such subject; whether the actor may see it is asked next.
        """
        head = find_head(db.session.connection(), f"subject:{subject_id}")
        if head is None:
            raise NotFound("subject")
        db.session.expire_all()  # what was read before the subject was taken may have moved since
        return cls(About(head.chain), head=head)

    def add(
        self,
        by: Actor,
        action: Action,
        rows: Iterable[Model] = (),
        *,
        about: About | None = None,
        reason: Reason | None = None,
        notes: Sequence[Change] = (),
        cause: EntryKey | None = None,
    ) -> EntryKey:
        """Add an act and the changes of the rows it moved since the act before; answers the key of its entry.

        `notes` are the changes that no row shows: refused values and the words given as reasons.
        """
        key = EntryKey(self.about.chain, self._head.sequence + len(self._entries) + 1)
        moved = tuple(change for row in rows for change in self._changes(row, key))
        header = self._header(by, action, about or self.about, reason, cause)
        self._entries.append((header, (*moved, *notes, *_reason_note(reason))))
        return key

    def write(self) -> None:
        """Append the entries, and let the rows they tell of be flushed."""
        if not self._entries:
            return
        begun = tuple(f"{row.__tablename__}/{row.id}/" for row in self._before if is_new(row))  # type: ignore[attr-defined]
        append_all(db.session.connection(), self._entries, self._head, begun)
        session = db.session()
        _align(self._before)
        with telling(session, self._before):
            for rows in _in_order_of_keys(self._before):
                session.add_all(rows)
                session.flush()
        moved = {row: (self._stood[row], current(row)) for row in self._before}
        summaries.follow(moved, self.at)
        happenings.note(self._entries, moved)

    def _changes(self, row: Model, key: EntryKey) -> tuple[Change, ...]:
        if isinstance(row, Record | Hold):
            row.chain, row.sequence = key
        before = self._before[row] if row in self._before else committed(row)
        self._stood.setdefault(row, before)
        after = current(row)
        self._before[row] = after
        return changes_of(WATCHED[row.__tablename__], before, after)

    def _header(self, by: Actor, action: Action, about: About, reason: Reason | None, cause: EntryKey | None) -> Header:
        return Header(
            chain=about.chain, action=action.value, actor=by.as_trail_actor(about.site), recorded_at=self.at,
            study=about.study, site=about.site, subject=about.subject, event=about.event, form=about.form,
            record=about.record, row=about.row, study_version=about.study_version,
            reason_code=reason.code if reason else None, origin=by.origin, cause=cause, request_id=by.request_id,
        )  # fmt: skip


def about_record(about: About, record: Record) -> About:
    """The same chain, narrowed to one record."""
    return replace(
        about, event=record.key.event.written, form=record.form, record=record.id, row=record.row,
        study_version=record.study_version,
    )  # fmt: skip


def current(row: Model) -> dict[str, Any]:
    """The row's columns as they stand in memory."""
    return {name: getattr(row, name) for name in _columns(type(row))}


@cache
def _columns(model: type[Model]) -> tuple[str, ...]:
    return tuple(column.key for column in inspect(model).column_attrs)


def is_new(row: Model) -> bool:
    """Whether a row has never been written."""
    return not inspect(row).persistent


def committed(row: Model) -> dict[str, Any] | None:
    """The row's columns as they stand in the database; None for a row that is not there yet."""
    state = inspect(row)
    if not state.persistent or state.identity is None:
        return None
    old = {key: value for key, value in state.committed_state.items() if key in state.attrs}
    if LoaderCallableStatus.NO_VALUE in old.values():
        # Set without having been read: the database is asked, not the memory.
        table = WATCHED[row.__tablename__].table
        stored = db.session.connection().execute(select(table).where(table.c.id == state.identity[0])).mappings().one()
        old = {key: stored[key] for key in old}
    return {**current(row), **old}


def _in_order_of_keys(rows: Iterable[Model]) -> Iterable[list[Model]]:
    """The rows table by table: what a foreign key points at comes first, which a flush alone does not see to."""
    by_table: dict[str, list[Model]] = {}
    for row in rows:
        by_table.setdefault(row.__tablename__, []).append(row)
    return [by_table[name] for name in sorted(by_table, key=_rank)]


@cache
def _rank(table: str) -> int:
    return [each.name for each in Model.metadata.sorted_tables].index(table)


def _align(rows: Iterable[Model]) -> None:
    """Let the changed rows of one table name the same columns, so that one statement writes them all."""
    moved: dict[type[Model], list[InstanceState[Model]]] = {}
    for row in rows:
        state = inspect(row)
        if state.persistent and state.committed_state:
            moved.setdefault(type(row), []).append(state)
    for states in moved.values():
        columns = {key for state in states for key in state.committed_state}
        for state in states:
            for key in columns - state.committed_state.keys():
                flag_modified(state.obj(), key)


def _reason_note(reason: Reason | None) -> tuple[Change, ...]:
    return (Change("reason", reason.text, mark="note"),) if reason and reason.text else ()
