"""What the calendar says of the subjects of a page: visits overdue, visits planned for today, and the study day."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from ecrf.db import db
from ecrf.models.planning import PlannedVisit
from ecrf.models.sites import Site
from ecrf.models.summaries import SubjectSummary, VisitSummary
from ecrf.reads.matrix_levels import Days


def days_of(rows: Sequence[Any], now: datetime) -> dict[str, Days]:
    """The days of each subject, by its id, of rows of (Subject, Site); in two statements."""
    today = {row.Subject.id: _today(row.Site, now) for row in rows}
    if not today:
        return {}
    overdue, planned = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    opened = select(VisitSummary.subject_id, VisitSummary.event, VisitSummary.last_on).where(
        VisitSummary.subject_id.in_(today), VisitSummary.fate == "open", VisitSummary.last_on < max(today.values())
    )
    for subject_id, event, last in db.session.execute(opened):
        if last is not None and last < today[subject_id]:
            overdue[subject_id].add(event)
    chosen = select(PlannedVisit.subject_id, PlannedVisit.event, PlannedVisit.planned_on).where(
        PlannedVisit.subject_id.in_(today), PlannedVisit.planned_on.in_(set(today.values()))
    )
    for subject_id, event, day in db.session.execute(chosen):
        if day == today[subject_id]:
            planned[subject_id].add(event)
    return {each: Days(frozenset(overdue[each]), frozenset(planned[each])) for each in overdue.keys() | planned.keys()}


def zeros_of(rows: Sequence[Any]) -> dict[str, date]:
    """The day 0 of each subject for which it is known."""
    ids = [row.Subject.id for row in rows]
    chosen = select(SubjectSummary.subject_id, SubjectSummary.zero_on).where(
        SubjectSummary.subject_id.in_(ids), SubjectSummary.zero_on.is_not(None)
    )
    found = db.session.execute(chosen).all() if ids else ()
    return {subject_id: zero for subject_id, zero in found if zero is not None}


def study_day(zero: date | None, site: Site, now: datetime) -> int | None:
    """The study day of today at the site."""
    return (_today(site, now) - zero).days if zero else None


def _today(site: Site, now: datetime) -> date:
    return now.astimezone(ZoneInfo(site.timezone)).date()
