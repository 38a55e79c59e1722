"""The visits of one subject: windows, planned days, and what became of each."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, select

from ecrf.db import db
from ecrf.models.planning import PlannedVisit
from ecrf.models.summaries import SubjectSummary, VisitSummary
from ecrf.policy.actors import Actor
from ecrf.reads.definitions import definition, event_label, plan
from ecrf.reads.masks import Masks
from ecrf.reads.subjects import SubjectFacts, subject_facts
from forms.casebook import EventKey
from forms.definitions import Study
from forms.schedule import Scheduled


@dataclass(frozen=True)
class VisitLine:
    """One visit; `state` is upcoming, due, overdue, done or not_done. `outside` says by how many days the visit lay, or
    is planned, before (negative) or after its window."""

    event: str
    instance: int
    alias: str
    label: str
    state: str
    first: date | None
    due: date | None
    last: date | None
    day: date | None
    planned_on: date | None
    planned_at: str | None
    note: str | None
    outside: int

    @property
    def written(self) -> str:
        """The event as people write it."""
        return EventKey(self.event, self.instance).written

    @property
    def plan(self) -> str:
        """The plan that stands, as `PlannedVisit.written`."""
        return " ".join(str(part) for part in (self.planned_on, self.planned_at, self.note) if part)

    @property
    def is_ahead(self) -> bool:
        """Whether it can be planned."""
        return self.state in ("upcoming", "due", "overdue")


@dataclass(frozen=True)
class Schedule:
    """The visits of a subject in the order of the plan; `zero` is the day 0, where it is known."""

    subject: SubjectFacts
    today: date
    zero: date | None
    visits: tuple[VisitLine, ...]

    @property
    def next(self) -> VisitLine | None:
        """The first visit ahead that has a window."""
        return next((visit for visit in self.visits if visit.is_ahead and visit.first), None)


def schedule_of(actor: Actor, subject_id: str, now: datetime, *, language: str) -> Schedule:
    """The visits of a subject the actor may see; raises `NotFound` otherwise."""
    subject = subject_facts(actor, subject_id, now)
    today = now.astimezone(ZoneInfo(subject.zone)).date()
    zero = db.session.scalar(select(SubjectSummary.zero_on).where(SubjectSummary.subject_id == subject_id))
    if subject.version is None:
        return Schedule(subject, today, zero, ())
    study = definition(subject.study_id, subject.version)
    rows = {(row.event, row.instance): row for row in _rows(subject_id)}
    planned = {(row.event, row.instance): row for row in _planned(subject_id)}
    masks = Masks(actor, [subject_id])
    lines = (_line(study, key, rows.get(key), planned.get(key), today, language, masks) for key in rows | planned)
    order = {event.oid: event.order for event in plan(study)}
    known = sorted((line for line in lines if line.event in order), key=lambda line: (order[line.event], line.instance))
    return Schedule(subject, today, zero, tuple(known))


def _rows(subject_id: str) -> Any:
    return db.session.scalars(select(VisitSummary).where(VisitSummary.subject_id == subject_id))


def _planned(subject_id: str) -> Any:
    planned = and_(PlannedVisit.subject_id == subject_id, PlannedVisit.planned_on.is_not(None))
    return db.session.scalars(select(PlannedVisit).where(planned))


def _line(
    study: Study, key: tuple[str, int], row: VisitSummary | None, planned: PlannedVisit | None, today: date,
    language: str, masks: Masks,
) -> VisitLine:  # fmt: skip
    visit = as_scheduled(key, row)
    state = visit.state_on(today)
    on, at, note = (planned.planned_on, planned.planned_at, planned.note) if planned else (None, None, None)
    event = study.events.get(key[0])
    return VisitLine(
        key[0], key[1], event.alias if event else key[0], event_label(study, *key, language), state, visit.first,
        visit.due, visit.last, visit.day, on, at, masks.said(planned.subject_id, note) if planned else None,
        visit.outside(visit.day or (on if visit.fate == "open" else None)),
    )  # fmt: skip


def as_scheduled(key: tuple[str, int], row: VisitSummary | None) -> Scheduled:
    """A visit as the plan tells it; one without a row was planned by hand alone."""
    if row is None:
        return Scheduled(EventKey(*key))
    return Scheduled(EventKey(*key), row.fate, row.first_on, row.due_on, row.last_on, row.took_place_on)
