"""Which queries a list shows: the filters as conditions."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, select

from audit.tables import trail_changes, trail_entries
from ecrf.models.queries import Query
from ecrf.models.sites import Site
from ecrf.models.studies import Study
from ecrf.policy.actions import Action


@dataclass(frozen=True)
class QueryFilters:
    """What was chosen; an empty text is no choice. `study` is the short name, `age` and `under` are numbers of days
    (opened so long ago or longer, and less long ago), `closed` is the Monday (`2026-06-08`) of the week, in UTC, in
    which a query was closed, `origin` check, person or me, `check` the id of a check, `subject` and `after` (the last
    query of the page before) are ids."""

    study: str = ""
    state: str = ""
    site: str = ""
    age: str = ""
    under: str = ""
    closed: str = ""
    origin: str = ""
    check: str = ""
    subject: str = ""
    after: str = ""


def narrowed(statement: Select[Any], filters: QueryFilters, now: datetime, reader: str) -> Select[Any]:
    """A select over the queries, narrowed to what was chosen by the person with the id `reader`, paging apart."""
    statement = _placed(statement, filters)
    if filters.state:
        statement = statement.where(Query.state == filters.state)
    if not all(_days(typed) is not None for typed in (filters.age, filters.under) if typed):
        statement = statement.where(false())
    if (days := _days(filters.age)) is not None:
        statement = statement.where(Query.opened_at < midnight(now, days - 1))
    if (days := _days(filters.under)) is not None:
        statement = statement.where(Query.opened_at >= midnight(now, days - 1))
    if filters.closed:
        statement = statement.where(Query.state == "closed", _in_week(filters.closed))
    if filters.origin:
        statement = statement.where(_opened_by(filters.origin, reader))
    if filters.check:
        statement = statement.where(Query.check_id == filters.check)
    return statement


def _placed(statement: Select[Any], filters: QueryFilters) -> Select[Any]:
    """Narrowed to a study, a site, a subject."""
    if filters.study:
        statement = statement.where(Query.study_id.in_(select(Study.id).where(Study.name == filters.study)))
    if filters.site:
        statement = statement.where(Query.site_id.in_(select(Site.id).where(Site.code == filters.site)))
    if filters.subject:
        statement = statement.where(Query.subject_id == filters.subject)
    return statement


def _opened_by(origin: str, reader: str) -> ColumnElement[bool]:
    if origin == "me":
        return Query.id.in_(_raised_by(reader))
    by_check = Query.check_id.is_not(None)
    return {"check": by_check, "person": ~by_check}.get(origin, false())


def _raised_by(person: str) -> Select[Any]:
    """The ids of the queries that a person raised: the trail knows who, whatever the name was then."""
    entry, change = trail_entries.c, trail_changes.c
    own = (entry.action == Action.QUERY_RAISED.value, entry.actor_id == person)
    told = (change.chain == entry.chain, change.sequence == entry.sequence, change.path.like("queries/%/number"))
    numbered = select(func.substr(change.path, 9, 36)).select_from(trail_entries).join(trail_changes, and_(*told))
    return numbered.where(*own)


def _in_week(typed: str) -> ColumnElement[bool]:
    """That a query changed last in the week of a day, which has to be a day for any query to be found."""
    try:
        begins = datetime.combine(date.fromisoformat(typed), time(), UTC)
        return and_(Query.changed_at >= begins, Query.changed_at < begins + timedelta(weeks=1))
    except (ValueError, OverflowError):
        return false()


def _days(typed: str) -> int | None:
    """A number of days, None where no sensible one was typed."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 5 else None


def midnight(now: datetime, days: int) -> datetime:
    """The beginning of the day so many days ago, in UTC: ages count days of the calendar."""
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=days)
