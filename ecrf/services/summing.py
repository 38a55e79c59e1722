"""All sums computed anew from the rows and the trail: what `flask summary rebuild` writes, and what a test compares."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Select, and_, delete, insert, select, text

from ecrf.db import db
from ecrf.models.events import Event
from ecrf.models.holds import Hold
from ecrf.models.queries import Query
from ecrf.models.records import Record
from ecrf.models.subjects import Subject
from ecrf.models.summaries import COUNTS, PlaceTally, SiteTally, SubjectSummary, VisitSummary
from ecrf.services import tallies
from ecrf.services.contributions import Row, of_subject
from ecrf.services.visit_sums import Sums, sums_of

_BATCH = 200
_SUBJECTS: Any = SubjectSummary.__table__
_VISITS: Any = VisitSummary.__table__
_DERIVED: tuple[Any, ...] = (SiteTally.__table__, PlaceTally.__table__, _SUBJECTS, _VISITS)
DERIVED = frozenset(table.name for table in _DERIVED)
"""The names of the tables that hold sums."""
_LOCK = "LOCK TABLE site_tallies, place_tallies, subject_summaries, visit_summaries IN ACCESS EXCLUSIVE MODE"
_COUNTED: dict[str, Any] = {"records": Record, "queries": Query, "holds": Hold}
# Only what the counts read: the texts and explanations of queries stay where they are.
_READ = {
    "records": ("study_id", "site_id", "subject_id", "study_version", "event", "form", "row", "state", "data"),
    "queries": ("study_id", "site_id", "subject_id", "item", "check_id", "state", "opened_at", "changed_at"),
    "holds": ("study_id", "site_id", "subject_id", "kind", "lifted_at"),
}


@dataclass
class Fresh:
    """The rows of some subjects' sums as they should be; what they add to the tallies is noted."""

    subjects: list[dict[str, Any]] = field(default_factory=list)
    visits: list[dict[str, Any]] = field(default_factory=list)


def rebuild(at: datetime) -> int:
    """Compute all sums anew; answers how many subjects there are. Whoever acts meanwhile waits."""
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text(_LOCK))
    tallies.settle()
    for table in _DERIVED:
        connection.execute(delete(table))
    number = 0
    for fresh in compute(at):
        number += len(fresh.subjects)
        for table, rows in ((_SUBJECTS, fresh.subjects), (_VISITS, fresh.visits)):
            if rows:
                connection.execute(insert(table), rows)
    tallies.settle()
    return number


def are_missing() -> bool:
    """Whether there are subjects but no sums of any, as after an upgrade from a version without them."""
    some = db.session.scalar(select(SubjectSummary.subject_id).limit(1))
    return some is None and db.session.scalar(select(Subject.id).limit(1)) is not None


def compute(at: datetime) -> Iterator[Fresh]:
    """The sums of all subjects, some at a time; each adds to the pending tallies."""
    ids = list(db.session.scalars(select(Subject.id).order_by(Subject.id)))
    for start in range(0, len(ids), _BATCH):
        yield _fresh(ids[start : start + _BATCH], at)


def _fresh(ids: Sequence[str], at: datetime) -> Fresh:
    counted: dict[str, Any] = {each: dict.fromkeys(COUNTS, 0) for each in ids}
    for table in _COUNTED:
        for subject_id, rows in groupby(_rows(table, ids), key=lambda row: row["subject_id"]):
            for row in rows:
                tallies.note(table, None, row)
                for name, number in of_subject(table, row).items():
                    counted[subject_id][name] += number
    sums = sums_of(ids, at)
    fresh = Fresh()
    for subject in db.session.scalars(select(Subject).where(Subject.id.in_(ids)).order_by(Subject.id)):
        fresh.subjects.append(_summary(subject, sums[subject.id], counted[subject.id]))
        fresh.visits += sums[subject.id].visits
    for event in _visits_begun(ids):
        tallies.note("events", None, event)
    for row in fresh.subjects:
        tallies.note("subject_summaries", None, row)
    for row in fresh.visits:
        tallies.note("visit_summaries", None, row)
    return fresh


def _summary(subject: Subject, sums: Sums, counts: Mapping[str, int]) -> dict[str, Any]:
    whose = {"study_id": subject.study_id, "site_id": subject.site_id}
    tallies.note("subjects", None, {**whose, "status": subject.status})
    return {
        "subject_id": subject.id, **whose, **counts, "locked": sums.locked, "zero_on": sums.zero_on,
        "enrolled_on": sums.enrolled_on,
    }  # fmt: skip


def _visits_begun(ids: Sequence[str]) -> Iterator[Row]:
    """The visits of some subjects, each with the status of its subject."""
    columns: tuple[Any, ...] = (Event.study_id, Event.site_id, Event.oid, Event.state, Subject.status)
    chosen: Select[Any] = select(*columns).join(Subject, Subject.id == Event.subject_id)
    yield from map(dict, db.session.execute(chosen.where(Event.subject_id.in_(ids))).mappings())


def _rows(table: str, ids: Sequence[str]) -> Iterator[Row]:
    model = _COUNTED[table]
    columns = [getattr(model, name) for name in _READ[table]]
    chosen: Select[Any] = select(*columns).where(model.subject_id.in_(ids)).order_by(model.subject_id)
    if model is Record:  # nothing counts of a visit that has gone
        chosen = chosen.join(Event, and_(Event.id == Record.event_id, Event.state == "started"))
    yield from map(dict, db.session.execute(chosen).mappings())
