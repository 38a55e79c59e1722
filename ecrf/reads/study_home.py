"""How a study stands at the sites an actor may see: enrolment against plan, visits, entry, queries, completeness.

All of it comes from the tallies of sites, so that it costs the same in a study of any size.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from ecrf.db import db
from ecrf.errors import NotFound
from ecrf.models.planning import SitePlan
from ecrf.models.studies import Study
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.scopes import allowed
from ecrf.reads.figures import AgeCount, ages
from ecrf.reads.site_days import SiteDay, first_day, site_days
from ecrf.reads.tallies import Tallied, quantile, tallied

MEASURES = ("enrolled", "forms", "lag", "locked", "queries", "subjects", "visits")
TOGETHER = ("asked", "closed", "open_since")
WEEKS = 8
LAGS = ((0, 0), (1, 1), (2, 3), (4, 7), (8, 14), (15, None))
"""Days from a visit to its first save, by which visits are counted: from the first to the second, both included."""


@dataclass(frozen=True)
class SitePlanFacts:
    """How many subjects a site is to enrol, and in which period."""

    subjects: int
    starts_on: date
    ends_on: date

    def by(self, day: date) -> float:
        """How many by the end of a day, if they came evenly."""
        if day < self.starts_on:
            return 0.0
        whole = (self.ends_on - self.starts_on).days + 1
        return self.subjects * min(1.0, ((day - self.starts_on).days + 1) / whole)


@dataclass(frozen=True)
class Standing:
    """How a site, or all of them, stands. `median` and `most` (the ninth tenth) are days from visit to first save;
    `rate` is queries per hundred forms."""

    planned: int = 0
    planned_by_today: int = 0
    registered: int = 0
    enrolled: int = 0
    done: int = 0
    due: int = 0
    overdue: int = 0
    median: int | None = None
    most: int | None = None
    open: int = 0
    answered: int = 0
    rate: float | None = None
    in_progress: int = 0
    complete: int = 0
    locked: int = 0


@dataclass(frozen=True)
class SiteStanding:
    """One site with its plan, where it has one."""

    site: SiteDay
    plan: SitePlanFacts | None
    standing: Standing


@dataclass(frozen=True)
class Month:
    """How many subjects were enrolled by the end of a month, and were to be."""

    begins: date
    enrolled: int
    planned: float


@dataclass(frozen=True)
class Week:
    """How many queries were asked in a week, and how many that are closed now were closed in it."""

    begins: date
    asked: int
    closed: int


@dataclass(frozen=True)
class LagCount:
    """How many visits were saved first so many days after they took place."""

    low: int
    high: int | None
    number: int


@dataclass(frozen=True)
class StudyHome:
    """The page of a study; nothing of sites that the actor may not see is in it."""

    study: str
    study_id: str
    today: date
    total: Standing
    sites: tuple[SiteStanding, ...]
    months: tuple[Month, ...]
    ages: tuple[AgeCount, ...]
    weeks: tuple[Week, ...]
    lags: tuple[LagCount, ...]


def study_home(actor: Actor, name: str, now: datetime) -> StudyHome:
    """A study the actor may see, by its short name; raises `NotFound` for any other. Who sees no subject sees the plan
    alone, of every site."""
    seen = allowed(actor, Permission.STUDY_READ, study=Study.id, site=None)
    study_id = db.session.scalar(select(Study.id).where(Study.name == name, seen))
    if study_id is None:
        raise NotFound("study")
    clinical = actor.has(Permission.SUBJECT_READ)
    permission = Permission.SUBJECT_READ if clinical else Permission.SITE_READ
    sites = site_days(actor, now, study=name, permission=permission)
    stood = tallied(sites, MEASURES, TOGETHER) if clinical else Tallied({})
    plans = _plans(study_id)
    today = first_day(sites, now)
    return StudyHome(
        name, study_id, today, _standing(sites, stood, plans),
        tuple(SiteStanding(site, plans.get(site.id), _standing((site,), stood, plans)) for site in sites),
        _months(sites, stood, plans, today), ages(stood, now), _weeks(stood, now),
        tuple(_lag(stood.joined(sites, "lag"), low, high) for low, high in LAGS),
    )  # fmt: skip


def _plans(study_id: str) -> dict[str, SitePlanFacts]:
    rows = db.session.scalars(select(SitePlan).where(SitePlan.study_id == study_id))
    return {row.site_id: SitePlanFacts(row.subjects, row.starts_on, row.ends_on) for row in rows}


def _standing(sites: Sequence[SiteDay], stood: Tallied, plans: Mapping[str, SitePlanFacts]) -> Standing:
    forms, asked, lags = (stood.joined(sites, measure) for measure in ("forms", "queries", "lag"))
    begun = forms.get("in_progress", 0) + forms.get("complete", 0)
    planned = [(plans[site.id], site.today) for site in sites if site.id in plans]
    return Standing(
        planned=sum(plan.subjects for plan, _ in planned),
        planned_by_today=round(sum(plan.by(day) for plan, day in planned)),
        registered=sum(stood.joined(sites, "subjects").values()),
        enrolled=sum(stood.joined(sites, "enrolled").values()),
        done=stood.number(sites, "visits", "done"), due=sum(map(stood.due, sites)),
        overdue=sum(map(stood.overdue, sites)), median=quantile(lags, 0.5), most=quantile(lags, 0.9),
        open=asked.get("open", 0), answered=asked.get("answered", 0),
        rate=round(100 * sum(asked.values()) / begun, 1) if begun else None, in_progress=forms.get("in_progress", 0),
        complete=forms.get("complete", 0), locked=stood.number(sites, "locked"),
    )  # fmt: skip


def _months(
    sites: Sequence[SiteDay], stood: Tallied, plans: Mapping[str, SitePlanFacts], today: date
) -> tuple[Month, ...]:
    """From the first month with a plan or an enrolment to the last planned one, or to this one."""
    enrolled = stood.joined(sites, "enrolled")
    known = [plans[site.id] for site in sites if site.id in plans]
    begins = [plan.starts_on.isoformat()[:7] for plan in known] + list(enrolled)
    if not begins:
        return ()
    ends = max([plan.ends_on for plan in known] + [today])
    found, counted = [], 0
    for month in _each_month(date.fromisoformat(f"{min(begins)}-01"), ends):
        counted += enrolled.get(month.isoformat()[:7], 0)
        last = _next(month) - timedelta(days=1)
        found.append(Month(month, counted, round(sum(plan.by(last) for plan in known), 1)))
    return tuple(found)


def _each_month(first: date, last: date) -> Iterable[date]:
    while first <= last:
        yield first
        first = _next(first)


def _next(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def _weeks(stood: Tallied, now: datetime) -> tuple[Week, ...]:
    asked, closed = stood.together("asked"), stood.together("closed")
    this = now.date() - timedelta(days=now.date().weekday())
    begins = [this - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    return tuple(Week(day, asked.get(day.isoformat(), 0), closed.get(day.isoformat(), 0)) for day in begins)


def _lag(lags: Mapping[str, int], low: int, high: int | None) -> LagCount:
    number = sum(count for days, count in lags.items() if int(days) >= low and (high is None or int(days) <= high))
    return LagCount(low, high, number)
