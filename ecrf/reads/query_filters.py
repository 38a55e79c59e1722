"""Which queries a list shows: the filters as conditions."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, select

from audit.tables import trail_changes, trail_entries
from ecrf.models.queries import Query
from ecrf.models.sites import Site
from ecrf.policy.actions import Action


@dataclass(frozen=True)
class QueryFilters:
    """What was chosen; an empty text is no choice. `age` and `under` are numbers of days (opened so long ago or
    longer, and less long ago), `origin` check, person or me, `check` the id of a check, `subject` and `after` (the last
    query of the page before) are ids."""

    state: str = ""
    site: str = ""
    age: str = ""
    under: str = ""
    origin: str = ""
    check: str = ""
    subject: str = ""
    after: str = ""


def narrowed(statement: Select[Any], filters: QueryFilters, now: datetime, reader: str) -> Select[Any]:
    """A select over the queries, narrowed to what was chosen by the person with the id `reader`, paging apart."""
    if filters.state:
        statement = statement.where(Query.state == filters.state)
    if filters.site:
        statement = statement.where(Query.site_id.in_(select(Site.id).where(Site.code == filters.site)))
    if (days := _days(filters.age)) is not None:
        statement = statement.where(Query.opened_at < midnight(now, days - 1))
    if (days := _days(filters.under)) is not None:
        statement = statement.where(Query.opened_at >= midnight(now, days - 1))
    if filters.origin in ("check", "person"):
        by_check = Query.check_id.is_not(None)
        statement = statement.where(by_check if filters.origin == "check" else ~by_check)
    if filters.origin == "me":
        statement = statement.where(Query.id.in_(_raised_by(reader)))
    if filters.check:
        statement = statement.where(Query.check_id == filters.check)
    if filters.subject:
        statement = statement.where(Query.subject_id == filters.subject)
    return statement


def _raised_by(person: str) -> Select[Any]:
    """The ids of the queries that a person raised: the trail knows who, whatever the name was then."""
    entry, change = trail_entries.c, trail_changes.c
    own = (entry.action == Action.QUERY_RAISED.value, entry.actor_id == person)
    told = (change.chain == entry.chain, change.sequence == entry.sequence, change.path.like("queries/%/number"))
    numbered = select(func.substr(change.path, 9, 36)).select_from(trail_entries).join(trail_changes, and_(*told))
    return numbered.where(*own)


def _days(typed: str) -> int | None:
    """A number of days, None where no sensible one was typed."""
    return int(typed) if typed.isdecimal() and len(typed) < 5 else None


def midnight(now: datetime, days: int) -> datetime:
    """The beginning of the day so many days ago, in UTC: ages count days of the calendar."""
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=days)
