"""Queries as pages list them and show them: the question, where it stands, what was said, what this person may do."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, literal, select, tuple_

from ecrf.db import db
from ecrf.errors import NotFound
from ecrf.models.queries import Query, QueryMessage
from ecrf.models.records import Record
from ecrf.models.sites import Site
from ecrf.models.subjects import Subject
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.scopes import allowed, in_scope
from ecrf.policy.withholding import Sight
from ecrf.reads.definitions import definition, place
from ecrf.reads.masks import Masks
from ecrf.reads.query_filters import QueryFilters, narrowed
from ecrf.reads.withholding import queries_told, sight_of, without
from forms.datum import EMPTY
from forms.definitions import Study
from forms.texts import Text

PAGE = 50


@dataclass(frozen=True)
class MessageFacts:
    """One thing said in a thread."""

    kind: str
    text: str
    by: str
    role: str
    at: datetime


@dataclass(frozen=True)
class QueryFacts:
    """One query; `event`, `instance`, `form` and `row` are the address of its record."""

    id: str
    number: int
    subject_id: str
    subject: str
    record_id: str
    event: str
    instance: int
    form: str
    row: int
    item: str | None
    place: str
    state: str
    resolution: str | None
    text: str
    check: str | None
    check_version: str | None
    explanation: Mapping[str, Any] | None
    opened_at: datetime
    opened_by: str
    opened_role: str | None
    changed_at: datetime
    zone: str
    study_id: str
    study_version: int
    site_id: str
    sample_day: str | None
    messages: tuple[MessageFacts, ...] = ()


@dataclass(frozen=True)
class QueryListing:
    """One page of queries, the oldest first; `next` is the id the next page begins after."""

    filters: QueryFilters
    queries: tuple[QueryFacts, ...]
    total: int
    site_choices: tuple[tuple[str, str], ...]
    subject: str
    next: str | None


@dataclass(frozen=True)
class QueryThread:
    """One query with what was said, and what the actor may do now."""

    query: QueryFacts
    may_answer: bool
    may_close: bool
    may_reopen: bool


def listing(
    actor: Actor, filters: QueryFilters, now: datetime, *, language: str, size: int = PAGE, total: int | None = None
) -> QueryListing:  # fmt: skip
    """One page of the queries the actor may see; they are counted where their `total` is not known already."""
    matching = narrowed(queries_seen(actor), filters, now, actor.id)
    if total is None:
        total = db.session.scalar(narrowed(_counting(actor), filters, now, actor.id)) or 0
    behind = _after(actor, matching, filters)
    rows = db.session.execute(behind.order_by(Query.opened_at, Query.id).limit(size + 1)).all()
    masks = Masks(actor, [row.Subject.id for row in rows])
    found = tuple(query_facts(row, language, masks) for row in rows[:size])
    return QueryListing(
        filters, found, total, _sites(actor), _subject_number(actor, filters.subject),
        found[-1].id if len(rows) > size else None,
    )  # fmt: skip


def unsettled(actor: Actor, subject_id: str, language: str) -> tuple[QueryFacts, ...]:
    """The open and answered queries of a subject, the newest first."""
    chosen = queries_seen(actor).where(Query.subject_id == subject_id, Query.state != "closed")
    rows = db.session.execute(chosen.order_by(Query.opened_at.desc(), Query.number.desc()))
    masks = Masks(actor, [subject_id])
    return tuple(query_facts(row, language, masks) for row in rows)


def thread(actor: Actor, query_id: str, *, language: str) -> QueryThread:
    """One query with its thread; raises `NotFound` for one the actor may not see."""
    row = db.session.execute(queries_seen(actor).where(Query.id == query_id)).one_or_none()
    if row is None:
        raise NotFound("query")
    masks = Masks(actor, [row.Subject.id])
    query = query_facts(row, language, masks)
    said = db.session.scalars(
        select(QueryMessage).where(QueryMessage.query_id == query_id).order_by(QueryMessage.said_at, QueryMessage.id)
    )
    messages = tuple(message_facts(each, masks) for each in said)
    may = {each: actor.may(each, query.study_id, query.site_id) for each in Permission}
    unsettled_now = query.state in ("open", "answered")
    asked = 0 if query.check else 1  # the first words of a person's query are its question
    return QueryThread(
        replace(query, messages=messages[asked:]),
        may_answer=may[Permission.QUERY_ANSWER] and unsettled_now,
        may_close=may[Permission.QUERY_CLOSE] and unsettled_now,
        may_reopen=may[Permission.QUERY_REOPEN] and query.state == "closed",
    )


def query_numbered(actor: Actor, subject_id: str, number: int) -> str:
    """The id of a subject's query by its number there; raises `NotFound`."""
    numbered = Query.subject_id == subject_id, Query.number == number
    chosen = select(Query.id).where(*numbered, *queries_told(actor))
    found = db.session.scalar(in_scope(chosen, actor, Permission.QUERY_READ, Query))
    if found is None:
        raise NotFound("query")
    return found


def queries_seen(actor: Actor) -> Select[Any]:
    """A select of the queries the actor may see, each with its subject, record and site."""
    chosen: Any = (
        select(Query, Subject, Record, Site)
        .select_from(Query)
        .join(Subject, Subject.id == Query.subject_id)
        .join(Record, Record.id == Query.record_id)
        .join(Site, Site.id == Query.site_id)
    )
    told: Select[Any] = in_scope(chosen, actor, Permission.QUERY_READ, Query).where(*queries_told(actor))
    return told


def _counting(actor: Actor) -> Select[Any]:
    """The same, counted: every query has its subject, record and site, so that nothing need be joined."""
    counted = in_scope(select(func.count()).select_from(Query), actor, Permission.QUERY_READ, Query)
    return counted.where(*queries_told(actor))


def _after(actor: Actor, statement: Select[Any], filters: QueryFilters) -> Select[Any]:
    """The queries after the last one of the page before; one that the actor may not see is like one that is not."""
    if not filters.after:
        return statement
    opened_at = select(Query.opened_at).where(Query.id == filters.after, *queries_told(actor))
    last = in_scope(opened_at, actor, Permission.QUERY_READ, Query)
    opened = last.correlate(None).scalar_subquery()
    return statement.where(tuple_(Query.opened_at, Query.id) > tuple_(opened, literal(filters.after)))


def _sites(actor: Actor) -> tuple[tuple[str, str], ...]:
    seen = allowed(actor, Permission.QUERY_READ, study=Site.study_id, site=Site.id)
    rows = db.session.execute(select(Site.code, Site.name).where(seen).order_by(Site.code))
    return tuple((code, f"{code} {name}") for code, name in rows)


def _subject_number(actor: Actor, subject_id: str) -> str:
    if not subject_id:
        return ""
    chosen = select(Subject).where(Subject.id == subject_id)
    subject = db.session.scalars(in_scope(chosen, actor, Permission.SUBJECT_READ, Subject)).one_or_none()
    return subject.number if subject else ""


def message_facts(said: QueryMessage, masks: Masks) -> MessageFacts:
    """Something said in a thread, as its reader may read it."""
    text = masks.said(said.subject_id, said.text) or ""
    return MessageFacts(said.kind, text, said.said_by, said.said_role, said.said_at)


def query_facts(row: Any, language: str, masks: Masks) -> QueryFacts:
    """One row of that select as facts, for the reader of these masks."""
    query, subject, record, site = row
    study, sees = definition(record.study_id, record.study_version), sight_of(masks.reader, record)
    where = place(study, record.event, record.instance, record.form, language, record.row, query.item)
    return QueryFacts(
        id=query.id, number=query.number, subject_id=subject.id, subject=subject.number, record_id=record.id,
        event=record.event, instance=record.instance, form=record.form, row=record.row, item=query.item, place=where,
        state=query.state, resolution=query.resolution, text=_asked(query, language, masks),
        check=query.check_id, check_version=query.check_version, explanation=without(query.explanation, sees.unquoted),
        opened_at=query.opened_at, opened_by=query.opened_by, opened_role=query.opened_role,
        changed_at=query.changed_at, zone=site.timezone, study_id=query.study_id,
        study_version=record.study_version, site_id=query.site_id, sample_day=_sample_day(study, record, sees),
    )  # fmt: skip


def _asked(query: Query, language: str, masks: Masks) -> str:
    """What is asked; what a check says quotes no value."""
    text = Text(query.message).said_in(language)
    return text if query.check_id else masks.said(query.subject_id, text) or ""


def _sample_day(study: Study, record: Record, sees: Sight) -> str | None:
    """The day of the sample on a laboratory form, as typed."""
    rule = study.sample_rules.get(record.form)
    return sees.datum(rule.sample, record.values.get(rule.sample, EMPTY)).text if rule else None
