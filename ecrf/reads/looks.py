"""What is new since a person's last look: subject by subject, and how far each was looked at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, select, tuple_

from audit.instants import Instant, from_microseconds, to_microseconds
from audit.tables import trail_changes, trail_entries, trail_heads
from ecrf.db import db
from ecrf.models.looks import Look
from ecrf.models.queries import Query
from ecrf.models.sites import Site
from ecrf.models.subjects import Subject
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.scopes import allowed, in_scope
from ecrf.reads.trail_shown import acts_told, changes_told
from ecrf.reads.withholding import queries_told

PAGE = 50
ORDERS = ("newest", "most")


@dataclass(frozen=True)
class NewsFilters:
    """What was chosen; an empty text is no choice. `site` is a code, `order` newest (the last act first) or most (the
    most acts first), `after` the key that the page before ended with."""

    site: str = ""
    order: str = ""
    after: str = ""


@dataclass(frozen=True)
class News:
    """A subject with acts since the last look: values set, forms begun, queries answered; `seen_at` None where nobody
    looked yet, and then only the acts are counted."""

    subject_id: str
    number: str
    site: str
    zone: str
    status: str
    acts: int
    changed_at: datetime
    seen_at: datetime | None
    values: int = 0
    forms: int = 0
    answered: int = 0


@dataclass(frozen=True)
class NewsPage:
    """One page of subjects; `total` under the filters, `next` the key the next page begins after."""

    filters: NewsFilters
    news: tuple[News, ...]
    total: int
    site_choices: tuple[tuple[str, str], ...]
    next: str | None


_head, _entry = trail_heads.c, trail_entries.c
_acts: ColumnElement[int] = _head.sequence - func.coalesce(Look.sequence, 0)


def news(actor: Actor, filters: NewsFilters, *, size: int = PAGE) -> NewsPage:
    """One page of the subjects of which something is new to the actor."""
    matching = _matching(actor, filters)
    total = db.session.scalar(select(func.count()).select_from(matching.subquery())) or 0
    acts, changed_at = _new_of(actor)
    order = (acts, Subject.id) if filters.order == "most" else (changed_at, Subject.id)
    behind = _after(matching, filters, order)
    rows = db.session.execute(behind.order_by(*(each.desc() for each in order)).limit(size + 1)).all()
    shown = rows[:size]
    told = _told(actor, [row for row in shown if row.seen_at is not None])
    found = tuple(_news(row, told.get(row.Subject.id, (0, 0, 0))) for row in shown)
    following = _key(shown[-1], filters.order) if len(rows) > size else None
    return NewsPage(filters, found, total, _sites(actor), following)


def looks_at(actor: Actor, subject_id: str) -> tuple[dict[tuple[str, str], int], datetime | None]:
    """The last entry seen by event and form (empty: the subject as a whole), and when the subject was looked at."""
    chosen: Any = select(Look).where(Look.user_id == actor.id, Look.subject_id == subject_id)
    found = list(db.session.scalars(in_scope(chosen, actor, Permission.SUBJECT_READ, Look)))
    whole = next((look.seen_at for look in found if not look.form), None)
    return {(look.event, look.form): look.sequence for look in found}, whole


def _matching(actor: Actor, filters: NewsFilters) -> Select[Any]:
    mine = and_(Look.subject_id == Subject.id, Look.user_id == actor.id, Look.form == "")
    acts, changed_at = _new_of(actor)
    chosen: Any = (
        select(Subject, Site.code, Site.timezone, acts.label("acts"), _head.sequence, changed_at.label("recorded_at"),
               Look.seen_at, func.coalesce(Look.sequence, 0).label("seen"))
        .select_from(Subject)
        .join(Site, Site.id == Subject.site_id)
        .join(trail_heads, _head.chain == "subject:" + Subject.id)
        .outerjoin(Look, mine)
        .where(acts > 0)
    )  # fmt: skip
    if filters.site:
        chosen = chosen.where(Site.code == filters.site)
    found: Select[Any] = in_scope(chosen, actor, Permission.SUBJECT_READ, Subject)
    return found


def _after(matching: Select[Any], filters: NewsFilters, order: tuple[Any, Any]) -> Select[Any]:
    """The subjects after the last one of the page before; a key that is none chooses nothing."""
    number, _, subject_id = filters.after.partition("~")
    if not subject_id or not number.isdecimal() or len(number) > 16:
        return matching
    at = literal(int(number)) if filters.order == "most" else literal(from_microseconds(int(number)), Instant())
    return matching.where(tuple_(*order) < tuple_(at, literal(subject_id)))


def _key(row: Any, order: str) -> str:
    number = row.acts if order == "most" else to_microseconds(row.recorded_at)
    return f"{number}~{row.Subject.id}"


def _told(actor: Actor, rows: list[Any]) -> Mapping[str, tuple[int, int, int]]:
    """Values set, forms begun and queries answered since the last look, of subjects that were looked at."""
    if not rows:
        return {}
    path = trail_changes.c.path
    is_value = case((path.like("records/%/data/%"), 1), else_=0)
    is_begun = case((and_(path.like("records/%/form"), trail_changes.c.predecessor_sequence.is_(None)), 1), else_=0)
    found = {}
    for row in rows:
        chain = f"subject:{row.Subject.id}"
        newer = (trail_changes.c.chain == chain, trail_changes.c.sequence > row.seen, trail_changes.c.mark == "set")
        moved = select(func.sum(is_value), func.sum(is_begun)).select_from(trail_changes).where(*newer)
        told = changes_told(actor, by_value=False)
        values, begun = db.session.execute((_with_entries(moved) if told else moved).where(*told)).one()
        found[row.Subject.id] = (values or 0, begun or 0, 0)
    answered = select(Query.subject_id, Query.changed_at).where(
        Query.subject_id.in_(found), Query.state == "answered", *queries_told(actor)
    )  # fmt: skip
    since = {row.Subject.id: row.seen_at for row in rows}
    for subject_id, at in db.session.execute(answered):
        values, begun, number = found[subject_id]
        found[subject_id] = (values, begun, number + (at > since[subject_id]))
    return found


def _with_entries(moved: Select[Any]) -> Select[Any]:
    """The changes beside their entries, of which the conditions speak."""
    of_entry = and_(_entry.chain == trail_changes.c.chain, _entry.sequence == trail_changes.c.sequence)
    return moved.join(trail_entries, of_entry)


def _new_of(actor: Actor) -> tuple[ColumnElement[int], ColumnElement[datetime]]:
    """How many acts of a subject are new, and when the last one was: by its chain's head, but where some acts are not
    there for this reader."""
    told = acts_told(actor)
    if not told:
        return _acts, _head.recorded_at
    newer = (_entry.chain == "subject:" + Subject.id, _entry.sequence > func.coalesce(Look.sequence, 0), *told)
    number, last = (
        select(each).select_from(trail_entries).where(*newer).correlate(Subject, Look).scalar_subquery()
        for each in (func.count(), func.max(_entry.recorded_at))
    )
    return number, last


def _news(row: Any, told: tuple[int, int, int]) -> News:
    subject = row.Subject
    return News(
        subject.id, subject.number, row.code, row.timezone, subject.status, row.acts, row.recorded_at, row.seen_at,
        *told,
    )  # fmt: skip


def _sites(actor: Actor) -> tuple[tuple[str, str], ...]:
    seen = allowed(actor, Permission.SUBJECT_READ, study=Site.study_id, site=Site.id)
    rows = db.session.execute(select(Site.code, Site.name).where(seen).order_by(Site.code))
    return tuple((code, f"{code} {name}") for code, name in rows)
