"""Whether a freeze or a lock reaches the records of a page."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from sqlalchemy import select

from ecrf.db import db
from ecrf.models.holds import WHOLE, Hold
from ecrf.models.reach import over
from ecrf.models.subjects import Subject

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


def held_states(records: Sequence[Placed]) -> dict[str, str]:
    """`frozen` or `locked` for each of these records that is, by its id; one statement."""
    subjects = {record.subject_id for record in records}
    if not subjects:
        return {}
    columns = (Hold.level, Hold.event_id, Hold.form, Hold.record_id, Hold.kind)
    chosen = select(Subject.id.label("subject_id"), *columns).join(
        Hold, over(Subject.id, Subject.site_id, Subject.study_id)
    )
    holds = db.session.execute(chosen.where(Subject.id.in_(subjects), Hold.level != "item")).all()
    kinds = {record.id: _strongest(hold.kind for hold in holds if _reaches(hold, record)) for record in records}
    return {record: _STATES[kind] for record, kind in kinds.items() if kind}


def _reaches(hold: Any, record: Placed) -> bool:
    if hold.subject_id != record.subject_id:
        return False
    if hold.level in ("event", "form"):
        return bool(hold.event_id == record.event_id and hold.form in (None, record.form))
    return bool(hold.level in WHOLE or hold.record_id == record.id)


def _strongest(kinds: Iterable[str]) -> str | None:
    return max(kinds, default=None)
