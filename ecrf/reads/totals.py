"""What stands under the filters of the matrix, counted by indexes alone where sites are the only choice."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, func, literal, select, union_all

from ecrf.db import db
from ecrf.models.events import Event
from ecrf.models.queries import Query
from ecrf.models.records import Record
from ecrf.models.sites import Site
from ecrf.models.standing import GONE
from ecrf.models.subjects import Subject
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.scopes import allowed, in_scope
from ecrf.reads.subject_filters import SubjectFilters, narrowed
from ecrf.reads.withholding import queries_told


@dataclass(frozen=True)
class Totals:
    """What stands under these filters."""

    subjects: int = 0
    in_progress: int = 0
    complete: int = 0
    open_queries: int = 0
    answered_queries: int = 0


NOTHING = Totals()

def seen(actor: Actor, filters: SubjectFilters, study_id: str, *columns: Any) -> Select[Any]:
    """These columns of the subjects and sites that the actor may see under the filters."""
    chosen = (
        select(*columns).select_from(Subject).join(Site, Site.id == Subject.site_id).where(Subject.study_id == study_id)
    )
    return narrowed(in_scope(chosen, actor, Permission.SUBJECT_READ, Subject), filters)


def totals(actor: Actor, filters: SubjectFilters, study_id: str) -> tuple[Totals, dict[str, int]]:
    """What stands under the filters, and the number of subjects at each site, in one statement.

    The forms counted are those of visits that took place: all forms less those of the few visits that have gone.
    """
    shown = seen(actor, filters, study_id, Subject.id.label("id"), Site.code.label("code")).cte("shown")
    records, queries = (_under(actor, filters, study_id, model, shown) for model in (Record, Query))
    forms = _count("form", Record.state).where(records, Record.row == 0).group_by(Record.site_id, Record.state)
    counted = union_all(
        _count("site", shown.c.code).group_by(shown.c.code),
        forms,
        _gone(actor, filters, study_id, shown),
        _count("query", Query.state).where(queries, *queries_told(actor)).group_by(Query.site_id, Query.state),
    )
    found: Counter[tuple[str, str]] = Counter()
    for kind, value, number in db.session.execute(counted):
        found[kind, value] += number
    standing = (found["form", state] - found["gone", state] for state in ("in_progress", "complete"))
    asked = (found["query", state] for state in ("open", "answered"))
    per_site = {value: number for (kind, value), number in found.items() if kind == "site"}
    return Totals(sum(per_site.values()), *standing, *asked), per_site


def _count(kind: str, value: Any) -> Select[Any]:
    return select(literal(kind), value, func.count())


def _gone(actor: Actor, filters: SubjectFilters, study_id: str, shown: CTE) -> Select[Any]:
    """The forms of visits that have gone, found from the visits, which are few."""
    here = _under(actor, filters, study_id, Event, shown)
    gone = select(Event.id).where(Event.study_id == study_id, Event.state.in_(GONE), here)
    return _count("gone", Record.state).where(Record.event_id.in_(gone), Record.row == 0).group_by(Record.state)


def _under(
    actor: Actor, filters: SubjectFilters, study_id: str, model: type[Record | Query | Event], shown: CTE
) -> ColumnElement[bool]:
    """That a row belongs to a subject under the filters; its own study and site say so where nothing else is asked."""
    if filters.is_of_some:
        return model.subject_id.in_(select(shown.c.id))
    here = allowed(actor, Permission.SUBJECT_READ, study=model.study_id, site=model.site_id)
    of_study = and_(model.study_id == study_id, here)
    if not filters.site:
        return of_study
    sites = select(Site.id).where(Site.study_id == study_id, Site.code == filters.site)
    return and_(of_study, model.site_id.in_(sites))
