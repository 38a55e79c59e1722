"""Visits of all subjects an actor may see: those due, overdue, planned, done, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, literal, or_, select, tuple_

from ecrf.db import db
from ecrf.models.day_counts import days_between
from ecrf.models.planning import PlannedVisit
from ecrf.models.sites import Site
from ecrf.models.subjects import Subject
from ecrf.models.summaries import VisitSummary
from ecrf.policy.actors import Actor
from ecrf.reads.definitions import definition, event_label
from ecrf.reads.masks import Masks
from ecrf.reads.site_days import SiteDay, by_day, site_days
from ecrf.reads.subjects import in_force_at
from ecrf.reads.visits import as_scheduled
from forms.casebook import EventKey

PAGE = 50
STATES = ("today", "planned", "due", "overdue", "upcoming", "done", "not_done")
_DAY, _FEW = date(1, 1, 1), 8


@dataclass(frozen=True)
class VisitFilters:
    """What was chosen; an empty text is no choice. `study` is the short name, `site` the code, `state` one of `STATES`
    (today: planned for today), `lag` and `lag_to` are numbers of days from the visit to its first save (at least, and
    at most), `after` is the key the page before ended with."""

    study: str = ""
    site: str = ""
    state: str = ""
    lag: str = ""
    lag_to: str = ""
    after: str = ""


@dataclass(frozen=True)
class VisitFacts:
    """One visit of one subject."""

    study_id: str
    version: int | None
    subject_id: str
    subject: str
    site: str
    zone: str
    event: str
    instance: int
    label: str
    state: str
    first: date | None
    last: date | None
    day: date | None
    planned_on: date | None
    planned_at: str | None
    note: str | None
    outside: int
    late: int

    @property
    def key(self) -> tuple[str, EventKey]:
        """The subject by its id, and the visit."""
        return self.subject_id, EventKey(self.event, self.instance)


@dataclass(frozen=True)
class VisitListing:
    """One page of visits; `next` is the key the next page begins after."""

    filters: VisitFilters
    visits: tuple[VisitFacts, ...]
    site_choices: tuple[tuple[str, str], ...]
    next: str | None


def visit_list(
    actor: Actor, filters: VisitFilters, now: datetime, *, language: str, size: int = PAGE
) -> VisitListing:  # fmt: skip
    """One page of the visits the actor may see: planned ones by their time, others by the end of their window."""
    every = site_days(actor, now, study=filters.study)
    sites = [site for site in every if filters.site in ("", site.code)]
    rows = _rows(sites, filters, now, size) if sites else []
    masks = Masks(actor, [row.Subject.id for row in rows])
    found = tuple(_facts(row, {site.id: site for site in sites}, language, masks) for row in rows[:size])
    choices = tuple((site.code, f"{site.code} {site.name}") for site in every)
    return VisitListing(filters, found, choices, _key(rows[size - 1], filters.state) if len(rows) > size else None)


def _rows(sites: Sequence[SiteDay], filters: VisitFilters, now: datetime, size: int) -> list[Any]:
    by_plan = filters.state in ("today", "planned")
    first, second = (PlannedVisit, VisitSummary) if by_plan else (VisitSummary, PlannedVisit)
    same = and_(
        PlannedVisit.subject_id == VisitSummary.subject_id, PlannedVisit.event == VisitSummary.event,
        PlannedVisit.instance == VisitSummary.instance,
    )  # fmt: skip
    chosen: Any = (
        select(VisitSummary, PlannedVisit, Subject, in_force_at(now).label("version"))
        .select_from(first)
        .outerjoin(second, same)
        .join(Subject, Subject.id == first.subject_id)
        .join(Site, Site.id == first.site_id)
        .where(*_in_fate(filters.state))
        .where(or_(false(), *(_matching(filters.state, day, ids) for day, ids in by_day(sites).items())))
    )
    chosen = chosen.where(*_lagging(filters))
    order = _order(filters.state, first)
    after = filters.after.split("|")
    if len(after) == len(order):
        chosen = chosen.where(tuple_(*order) > tuple_(*map(_typed, order, after)))
    return list(db.session.execute(chosen.order_by(*order).limit(size + 1)))


def _matching(state: str, today: date, site_ids: Sequence[str]) -> ColumnElement[bool]:
    """The visits of sites whose date is `today`."""
    planned, visit = PlannedVisit, VisitSummary
    if state == "today":
        return and_(planned.site_id.in_(site_ids), planned.planned_on == today)
    if state == "planned":
        return and_(planned.site_id.in_(site_ids), planned.planned_on >= today)
    # The visits of many sites are found in their order, by what became of them; those of few, by their site.
    here = (visit.site_id if len(site_ids) <= _FEW else visit.site_id.concat("")).in_(site_ids)
    windows = {
        "overdue": visit.last_on < today, "due": and_(visit.first_on <= today, visit.last_on >= today),
        "upcoming": and_(visit.first_on > today, visit.last_on > today),
    }  # fmt: skip
    if state in ("done", "not_done"):
        return here
    if state not in windows:
        return and_(here, visit.last_on.is_not(None)) if not state else false()
    return and_(here, windows[state])


def _in_fate(state: str) -> list[ColumnElement[bool]]:
    if state in ("today", "planned"):
        return []
    return [VisitSummary.fate == (state if state in ("done", "not_done") else "open")]


def _lagging(filters: VisitFilters) -> list[ColumnElement[bool]]:
    """By how many days after a visit it was first saved; one saved before its date counts as saved on it."""
    typed = (filters.lag, filters.lag_to)
    if not all(days.isascii() and days.isdecimal() and len(days) < 6 for days in typed if days):
        return [false()]
    low, high = (int(days) if days else None for days in typed)
    days = days_between(VisitSummary.took_place_on, VisitSummary.saved_on)
    known = [days.is_not(None)] if (low, high) != (None, None) else []
    return known + ([days >= low] if low else []) + ([days <= high] if high is not None else [])


def _order(state: str, model: Any) -> list[Any]:
    rest = [model.subject_id, model.event, model.instance]
    if model is PlannedVisit:
        return [PlannedVisit.planned_on, func.coalesce(PlannedVisit.planned_at, ""), *rest]
    return rest if state in ("done", "not_done") else [VisitSummary.last_on, *rest]


def _typed(column: Any, text: str) -> Any:
    """A part of a key as its column takes it; what is no such thing sorts first."""
    kind = column.type.python_type
    if kind is date:
        try:
            return literal(date.fromisoformat(text), column.type)
        except ValueError:
            return literal(_DAY, column.type)
    if kind is int:
        return literal(int(text) if text.isdecimal() and len(text) < 6 else 0)
    return literal(text)


def _key(row: Any, state: str) -> str:
    """What a page ends with, as the address of the next one carries it."""
    visit, planned, *_ = row
    parts: tuple[Any, ...]
    if state in ("today", "planned"):
        parts = (planned.planned_on, planned.planned_at or "", planned.subject_id, planned.event, planned.instance)
    else:
        parts = (visit.subject_id, visit.event, visit.instance)
        parts = parts if state in ("done", "not_done") else (visit.last_on, *parts)
    return "|".join(map(str, parts))


def _facts(row: Any, sites: dict[str, SiteDay], language: str, masks: Masks) -> VisitFacts:
    visit, planned, subject, version = row
    site = sites[subject.site_id]
    key = (visit or planned).event, (visit or planned).instance
    study = definition(subject.study_id, version) if version is not None else None
    scheduled = as_scheduled(key, visit)
    on = planned.planned_on if planned else None
    late = max(0, (site.today - scheduled.last) // timedelta(days=1)) if scheduled.last else 0
    return VisitFacts(
        subject.study_id, version, subject.id, subject.number, site.code, site.zone, *key,
        event_label(study, *key, language) if study else key[0],
        scheduled.state_on(site.today), scheduled.first, scheduled.last, scheduled.day, on,
        planned.planned_at if planned else None, masks.said(subject.id, planned.note) if planned else None,
        scheduled.outside(scheduled.day or (on if scheduled.fate == "open" else None)),
        late if scheduled.fate == "open" else 0,
    )  # fmt: skip
