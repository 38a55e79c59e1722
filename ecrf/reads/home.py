"""What waits for whoever has just come in: each thing only for those who may do something about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.reads.drafts import DraftLine, count_of_drafts, drafts_to_finish
from ecrf.reads.figures import AgeCount, Figures, ages, figures, standing
from ecrf.reads.queries import QueryListing, listing
from ecrf.reads.query_filters import QueryFilters
from ecrf.reads.site_days import first_day, site_days
from ecrf.reads.studies import SiteFacts, StudyFacts, sites, studies
from ecrf.reads.visit_lists import VisitFacts, VisitFilters, VisitListing, visit_list
from ecrf.reads.visit_progress import Key, VisitProgress, progress_of

SHOWN, MOST_TODAY = 6, 40


@dataclass(frozen=True)
class Home:
    """The page one begins with; what is None is not this person's business.

    `today` is the date at the first of the sites. `to_answer` are open queries, `to_settle` answered ones, the oldest
    first; `progress` is how far the visits of today have come; `drafts` are the newest of what this person typed and
    has not saved, None for who types nothing; `sites` stand for those who see no subject.
    """

    today: date
    figures: Figures | None = None
    to_answer: QueryListing | None = None
    to_settle: QueryListing | None = None
    today_visits: VisitListing | None = None
    progress: Mapping[Key, VisitProgress] = field(default_factory=dict)
    overdue_visits: VisitListing | None = None
    due_visits: VisitListing | None = None
    drafts: tuple[DraftLine, ...] | None = None
    draft_count: int = 0
    ages: tuple[AgeCount, ...] = ()
    studies: tuple[StudyFacts, ...] = ()
    sites: tuple[SiteFacts, ...] = ()

    @property
    def done_today(self) -> int:
        """How many of today's visits wait for no data any more."""
        return sum(each.next is None for each in self.progress.values())

    @property
    def to_continue(self) -> VisitFacts | None:
        """The first of today's visits that is in work."""
        visits = self.today_visits.visits if self.today_visits else ()
        states = ((visit, self.progress.get(visit.key)) for visit in visits)
        return next((visit for visit, each in states if each and each.state == "in_progress"), None)


def home(actor: Actor, now: datetime, since: datetime, *, language: str) -> Home:
    """What waits for this person; drafts that were kept before `since` are forgotten."""
    if not actor.has(Permission.SUBJECT_READ):
        places = site_days(actor, now, permission=Permission.SITE_READ)
        return Home(first_day(places, now), studies=studies(actor), sites=sites(actor, now))
    places = site_days(actor, now)
    stood = standing(places)
    known = figures(places, stood)
    today = _visits(actor, "today", now, language, MOST_TODAY)
    drafts = drafts_to_finish(actor, since, now, language=language) if actor.has(Permission.RECORD_EDIT) else None
    return Home(
        first_day(places, now),
        figures=known,
        to_answer=_queries(actor, Permission.QUERY_ANSWER, "open", known.open_queries, now, language),
        to_settle=_queries(actor, Permission.QUERY_CLOSE, "answered", known.answered_queries, now, language),
        today_visits=today,
        progress=progress_of(actor, today.visits, language=language) if today else {},
        overdue_visits=_visits(actor, "overdue", now, language),
        due_visits=_visits(actor, "due", now, language),
        drafts=drafts,
        draft_count=count_of_drafts(actor, since) if drafts else 0,
        ages=ages(stood, now),
        studies=studies(actor),
    )


def _visits(
    actor: Actor, state: str, now: datetime, language: str, size: int = SHOWN
) -> VisitListing | None:  # fmt: skip
    """Visits, for those who plan them."""
    if not actor.has(Permission.VISIT_PLAN):
        return None
    return visit_list(actor, VisitFilters(state=state), now, language=language, size=size)


def _queries(
    actor: Actor, needed: Permission, state: str, total: int, now: datetime, language: str
) -> QueryListing | None:
    if not actor.has(needed):
        return None
    return listing(actor, QueryFilters(state=state), now, language=language, size=SHOWN, total=total)
