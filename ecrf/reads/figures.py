"""How much of everything stands at the sites an actor may see: forms, visits, queries by age, holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ecrf.reads.site_days import SiteDay
from ecrf.reads.tallies import Tallied, tallied

AGES = ((0, 3), (3, 8), (8, 15), (15, 31), (31, None))
"""The ages of queries in days of the calendar (UTC) by which they are counted: from the first on, under the second."""
MEASURES = ("forms", "queries", "holds", "unjudged", "locked")


@dataclass(frozen=True)
class Figures:
    """What stands: forms (rows of repeating forms apart), visits, queries, holds, and laboratory results out of range
    of which nobody has said whether they matter (`unjudged`)."""

    in_progress: int = 0
    complete: int = 0
    unlocked: int = 0
    open_queries: int = 0
    answered_queries: int = 0
    frozen: int = 0
    locked: int = 0
    unjudged: int = 0
    due: int = 0
    overdue: int = 0


@dataclass(frozen=True)
class AgeCount:
    """How many open queries are `low` days old or older, and younger than `high` (None: of any age above)."""

    low: int
    high: int | None
    number: int


def figures(sites: Sequence[SiteDay], stood: Tallied) -> Figures:
    """The figures of some sites together."""
    forms, asked, held = (stood.joined(sites, measure) for measure in ("forms", "queries", "holds"))
    complete = forms.get("complete", 0)
    return Figures(
        in_progress=forms.get("in_progress", 0), complete=complete,
        unlocked=complete - stood.number(sites, "locked"), open_queries=asked.get("open", 0),
        answered_queries=asked.get("answered", 0), frozen=held.get("freeze", 0) + stood.wide.get("freeze", 0),
        locked=held.get("lock", 0) + stood.wide.get("lock", 0),
        unjudged=stood.number(sites, "unjudged"), due=sum(map(stood.due, sites)),
        overdue=sum(map(stood.overdue, sites)),
    )  # fmt: skip


def standing(sites: Sequence[SiteDay]) -> Tallied:
    """The tallies that figures are made of."""
    return tallied(sites, MEASURES, ("open_since",))


def ages(stood: Tallied, now: datetime) -> tuple[AgeCount, ...]:
    """The open queries by age."""
    since, today = stood.together("open_since"), now.date()
    return tuple(AgeCount(low, high, _aged(since, today, low, high)) for low, high in AGES)


def _aged(since: Mapping[str, int], today: date, low: int, high: int | None) -> int:
    last = (today - timedelta(days=low)).isoformat()
    first = "" if high is None else (today - timedelta(days=high - 1)).isoformat()
    return sum(number for day, number in since.items() if first <= day <= last)
