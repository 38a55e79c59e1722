"""The queries on the record of a page with what was said in them, and those on its rows in numbers."""

from collections.abc import Iterable

from sqlalchemy import bindparam, func, select

from ecrf.db import db
from ecrf.models.queries import Query, QueryMessage
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.require import require_at
from ecrf.policy.withholding import Sight
from ecrf.reads.forms import FormQuery
from ecrf.reads.masks import Masks
from ecrf.reads.queries import MessageFacts, message_facts
from ecrf.reads.withholding import Pinned, queries_told, sight_of, without
from forms.texts import Text

_QUERIES = select(Query).where(Query.record_id == bindparam("record")).order_by(Query.opened_at, Query.number)
_MESSAGES = (
    select(QueryMessage)
    .join(Query, Query.id == QueryMessage.query_id)
    .where(Query.record_id == bindparam("record"))
    .order_by(QueryMessage.said_at, QueryMessage.id)
)


def queries_on(actor: Actor, record: Pinned) -> tuple[FormQuery, ...]:
    """The queries on a record with their threads, in the order they were opened; at most two statements."""
    require_at(actor, Permission.QUERY_READ, record.study_id, record.site_id)
    seen = sight_of(actor, record)
    every = db.session.scalars(_QUERIES, {"record": record.id})
    masks = Masks(actor, [record.subject_id])
    found = [query for query in every if seen.tells_of(query.item, query.check_id)]
    said: dict[str, list[MessageFacts]] = {}
    for each in db.session.scalars(_MESSAGES, {"record": record.id}) if found else ():
        said.setdefault(each.query_id, []).append(message_facts(each, masks))
    return tuple(_query(query, said.get(query.id, []), seen, masks) for query in found)


def _query(query: Query, said: list[MessageFacts], seen: Sight, masks: Masks) -> FormQuery:
    thread = said if query.check_id else said[1:]  # the first words of a person's query are its question
    asked = {tag: masks.said(query.subject_id, text) or "" for tag, text in query.message.items()}
    return FormQuery(
        query.id, query.number, query.item, query.check_id, query.check_version, query.gate,
        Text(query.message if query.check_id else asked), without(query.explanation, seen.unquoted), query.state,
        query.resolution, query.opened_at, query.opened_by, query.opened_role, query.changed_at, tuple(thread),
    )  # fmt: skip


def unsettled_on(actor: Actor, study_id: str, site_id: str, record_ids: Iterable[str]) -> dict[tuple[str, str], int]:
    """How many queries on some records are open and answered, by (record, state)."""
    require_at(actor, Permission.QUERY_READ, study_id, site_id)
    counted = select(Query.record_id, Query.state, func.count().label("number")).group_by(Query.record_id, Query.state)
    chosen = counted.where(Query.record_id.in_(list(record_ids)), Query.state != "closed", *queries_told(actor))
    return {(row.record_id, row.state): row.number for row in db.session.execute(chosen)}
