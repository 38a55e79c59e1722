"""Which subjects a list shows: the filters of the matrix as conditions, and paging by key."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Self

from sqlalchemy import ColumnElement, Select, and_, exists, false, literal, or_, select, tuple_
from sqlalchemy.orm import aliased

from ecrf.models.events import Event
from ecrf.models.holds import Hold
from ecrf.models.records import Record
from ecrf.models.sites import Site
from ecrf.models.standing import STARTED
from ecrf.models.subjects import Subject
from ecrf.models.summaries import SubjectSummary

EVER_ENROLLED = "ever_enrolled"
"""Stands beside the statuses: whoever has been enrolled, whatever became of it."""
_SUMS = aliased(SubjectSummary)  # the sums themselves may stand in the select that is narrowed
_SUMMED = {"in_progress": _SUMS.in_progress, "complete": _SUMS.complete, "not_done": _SUMS.not_done}
_NONE: ColumnElement[int] = literal(0)
HELD = {"frozen": "freeze", "locked": "lock"}


@dataclass(frozen=True)
class SubjectFilters:
    """What was chosen; an empty text is no choice. `study` is the short name, `site` the code, `event` the OID,
    `number` a part of one of the numbers, `enrolled_by` the month (`2026-06`) by whose end the subject was enrolled,
    `state` that of some form, `queries` with or without, `level` subject, visit or form (those of the `event`), `after`
    the screening number the page before ended with."""

    study: str = ""
    site: str = ""
    number: str = ""
    status: str = ""
    enrolled_by: str = ""
    event: str = ""
    state: str = ""
    queries: str = ""
    level: str = ""
    after: str = ""

    @property
    def is_of_some(self) -> bool:
        """Whether some of the subjects of a study or a site are left out."""
        chosen = (self.number, self.status, self.enrolled_by, self.event, self.state, self.queries)
        return any(chosen)

    def in_study(self, name: str) -> Self:
        """The same filters for a study."""
        return replace(self, study=name)

    def at_visit(self, event: str) -> Self:
        """The same filters with the visit whose forms are shown."""
        return replace(self, event=event)


def narrowed(statement: Select[Any], filters: SubjectFilters) -> Select[Any]:
    """A select over `Subject` joined with `Site`, narrowed to what was chosen, paging apart."""
    if filters.site:
        statement = statement.where(Site.code == filters.site)
    if filters.number:
        numbers = (Subject.screening_number, Subject.subject_number)
        statement = statement.where(or_(*(each.icontains(filters.number, autoescape=True) for each in numbers)))
    if filters.status == EVER_ENROLLED:
        statement = statement.where(_summed(_SUMS.enrolled_on.is_not(None)))
    elif filters.status:
        statement = statement.where(Subject.status == filters.status)
    if filters.enrolled_by:
        statement = statement.where(_summed(_by_the_end_of(filters.enrolled_by)))
    if filters.state:
        statement = statement.where(_has_form(filters.state, filters.event))
    elif filters.event and filters.level != "form":  # whose forms are shown, for whoever is expected there
        statement = statement.where(_visit(filters.event))
    if filters.queries:
        asked = _summed(_SUMS.open_queries > 0)
        statement = statement.where({"with": asked, "without": ~asked}.get(filters.queries, false()))
    return statement


def _summed(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """A condition on the sums of a subject."""
    return exists().where(_SUMS.subject_id == Subject.id, condition)


def _by_the_end_of(month: str) -> ColumnElement[bool]:
    """That a subject was enrolled by then; nobody was by a month that there is not."""
    try:
        first = date.fromisoformat(f"{month}-01")
        return _SUMS.enrolled_on < (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    except (ValueError, OverflowError):
        return false()


def _visit(event: str) -> ColumnElement[bool]:
    """That a visit has begun and was not taken away."""
    return exists().where(Event.subject_id == Subject.id, Event.oid == event, Event.state == STARTED)


def _form_at(event: str, *states: str) -> ColumnElement[bool]:
    """That a form of a visit that takes part is in one of these states; the subject said twice lets an index answer."""
    here = and_(Event.subject_id == Subject.id, Event.oid == event, Event.state == STARTED)
    of_form = and_(Record.subject_id == Subject.id, Record.event_id == Event.id, Record.row == 0)
    return exists().where(here, of_form, Record.state.in_(states))


def _at_event(event: str) -> ColumnElement[bool]:
    """That a hold reaches a visit that has begun: by the subject, by one of its forms, or by one of its records."""
    begun = and_(Event.subject_id == Hold.subject_id, Event.oid == event, Event.state == STARTED)
    of_record = exists().where(Record.id == Hold.record_id, Record.event_id == Event.id)
    here = or_(Hold.level == "subject", Hold.event_id == Event.id, of_record)
    return exists().where(begun, here)


def _held(kind: str, event: str) -> ColumnElement[bool]:
    """That something of a subject (at a visit) is held, or its whole site or study."""
    standing = and_(Hold.kind == kind, Hold.lifted_at.is_(None), Hold.level != "item")
    reached = and_(standing, _at_event(event)) if event else standing
    own = Subject.id.in_(select(Hold.subject_id).where(reached, Hold.subject_id.is_not(None)))
    at_site = Subject.site_id.in_(select(Hold.site_id).where(standing, Hold.level == "site"))
    of_study = Subject.study_id.in_(select(Hold.study_id).where(standing, Hold.level == "study"))
    wide = or_(at_site, of_study)
    return or_(own, and_(wide, _visit(event)) if event else wide)


def _has_form(state: str, event: str) -> ColumnElement[bool]:
    if state == "not_started":
        return ~_form_at(event, *_SUMMED) if event else ~_summed(sum(_SUMMED.values(), _NONE) > 0)
    if state in HELD:
        return _held(HELD[state], event)
    if event:
        return _form_at(event, state)
    return _summed(_SUMMED[state] > 0) if state in _SUMMED else false()


def after_key(statement: Select[Any], filters: SubjectFilters, study_id: str, seen: ColumnElement[bool]) -> Select[Any]:
    """The rows after the last one of the page before, in the order of site code and screening number.

    The last one is looked for among what the actor has `seen`: a number of another site says no more than no number.
    """
    if not filters.after:
        return statement
    code = (
        select(Site.code)
        .join(Subject, Subject.site_id == Site.id)
        .where(Subject.study_id == study_id, Subject.screening_number == filters.after, seen)
        .correlate(None)
        .scalar_subquery()
    )
    return statement.where(tuple_(Site.code, Subject.screening_number) > tuple_(code, literal(filters.after)))
