"""What waits for whoever has just come in: each thing only for those who may do something about it."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.reads.figures import AgeCount, Figures, ages, figures
from ecrf.reads.queries import QueryListing, listing
from ecrf.reads.query_filters import QueryFilters
from ecrf.reads.studies import SiteFacts, StudyFacts, sites, studies

SHOWN = 6


@dataclass(frozen=True)
class Home:
    """The page one begins with; what is None is not this person's business.

    `today` is the date at the first of the sites. `to_answer` are open queries, `to_settle` answered ones, the oldest
    first; `sites` stand for those who see no subject.
    """

    today: date
    figures: Figures | None = None
    to_answer: QueryListing | None = None
    to_settle: QueryListing | None = None
    ages: tuple[AgeCount, ...] = ()
    studies: tuple[StudyFacts, ...] = ()
    sites: tuple[SiteFacts, ...] = ()


def home(actor: Actor, now: datetime, *, language: str) -> Home:
    """What waits for this person."""
    seen = sites(actor, now)
    today = now.astimezone(ZoneInfo(seen[0].timezone if seen else "UTC")).date()
    if not actor.has(Permission.SUBJECT_READ):
        return Home(today, studies=studies(actor), sites=seen)
    return Home(
        today,
        figures=figures(actor),
        to_answer=_queries(actor, Permission.QUERY_ANSWER, "open", now, language),
        to_settle=_queries(actor, Permission.QUERY_CLOSE, "answered", now, language),
        ages=ages(actor, now),
        studies=studies(actor),
    )


def _queries(actor: Actor, needed: Permission, state: str, now: datetime, language: str) -> QueryListing | None:
    if not actor.has(needed):
        return None
    return listing(actor, QueryFilters(state=state), now, language=language, size=SHOWN)
