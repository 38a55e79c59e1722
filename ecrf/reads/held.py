"""Whether a freeze or a lock reaches records, as a condition and for the records of a page."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, exists, or_, select

from ecrf.db import db
from ecrf.models.holds import Hold
from ecrf.models.records import Record

KINDS = {"frozen": "freeze", "locked": "lock"}
_STATES = {"freeze": "frozen", "lock": "locked"}


class Placed(Protocol):
    """A record with its place."""

    @property
    def id(self) -> str:
        """The record's id."""

    @property
    def subject_id(self) -> str:
        """Its subject's."""

    @property
    def event_id(self) -> str:
        """Its event's."""

    @property
    def form(self) -> str:
        """The OID of its form."""


def is_held(kind: str | None = None) -> ColumnElement[bool]:
    """Whether a standing hold (of one kind) reaches `Record` as a whole, whatever its level."""
    reaches = or_(
        Hold.level == "subject",
        and_(Hold.level == "form", Hold.event_id == Record.event_id, Hold.form == Record.form),
        and_(Hold.level == "record", Hold.record_id == Record.id),
    )
    standing = [Hold.kind == kind] if kind else []
    return exists().where(Hold.subject_id == Record.subject_id, Hold.lifted_at.is_(None), reaches, *standing)


def held_states(records: Sequence[Placed]) -> dict[str, str]:
    """`frozen` or `locked` for each of these records that is, by its id; one statement."""
    subjects = {record.subject_id for record in records}
    if not subjects:
        return {}
    chosen = select(Hold).where(Hold.subject_id.in_(subjects), Hold.lifted_at.is_(None), Hold.level != "item")
    holds = list(db.session.scalars(chosen))
    kinds = {record.id: _strongest(hold.kind for hold in holds if _reaches(hold, record)) for record in records}
    return {record: _STATES[kind] for record, kind in kinds.items() if kind}


def _reaches(hold: Any, record: Placed) -> bool:
    if hold.subject_id != record.subject_id:
        return False
    if hold.level == "form":
        return bool(hold.event_id == record.event_id and hold.form == record.form)
    return bool(hold.level == "subject" or hold.record_id == record.id)


def _strongest(kinds: Iterable[str]) -> str | None:
    return max(kinds, default=None)
