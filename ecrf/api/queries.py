"""Queries: listed, read, and what people say in them."""

from collections.abc import Callable
from typing import Any

from ecrf import clock
from ecrf.api.addresses import query_url
from ecrf.api.blueprints import Blueprint
from ecrf.api.schemas.queries import (
    ASK,
    OF_RECORD,
    QUERIES,
    SAY,
    THREAD,
    AskSchema,
    QueriesSchema,
    QueryFilterSchema,
    RecordQueriesSchema,
    SaySchema,
    ThreadSchema,
    on_record,
)
from ecrf.edge.identity import current_actor
from ecrf.i18n import text_tag
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.reads.form_queries import queries_on
from ecrf.reads.queries import listing, thread
from ecrf.reads.query_filters import QueryFilters
from ecrf.reads.records import record_place
from ecrf.reads.subjects import subject_facts
from ecrf.services import queries

blueprint = Blueprint("queries", "Questions about data, raised by checks and by people.")


@blueprint.get("/queries")
@blueprint.arguments(QueryFilterSchema, location="query")
@blueprint.response(200, QueriesSchema, example=QUERIES)
@blueprint.refuses(404, 422)
def index(sent: dict[str, Any]) -> Any:
    """One page of queries, the oldest first."""
    actor, size = current_actor(), sent.pop("limit")
    if sent["subject"]:
        subject_facts(actor, sent["subject"], clock.now())
    found = listing(actor, QueryFilters(**sent), clock.now(), language=text_tag(), size=size)
    return {"queries": found.queries, "total": found.total, "next": found.next}


@blueprint.get("/records/<record_id>/queries")
@blueprint.response(200, RecordQueriesSchema, example=OF_RECORD)
@blueprint.refuses(404)
def of_record(record_id: str) -> Any:
    """The findings and questions on one record, closed ones too."""
    actor, language = current_actor(), text_tag()
    record = record_place(actor, record_id, language=language, permission=Permission.QUERY_READ)
    found = queries_on(actor, record)
    return {"queries": [on_record(query, language) for query in found]}


@blueprint.post("/records/<record_id>/queries")
@blueprint.arguments(AskSchema, example=ASK)
@blueprint.response(201, ThreadSchema, example=THREAD, headers={"Location": {"schema": {"type": "string"}}})
@blueprint.refuses(400, 403, 404, 409, 413, 415, 422)
def ask(sent: dict[str, Any], record_id: str) -> Any:
    """Raise a query on a record or one of its items."""
    actor = current_actor()
    query = queries.raise_query(actor, record_id, sent["item"], sent["text"])
    return thread(actor, query.id, language=text_tag()), 201, {"Location": query_url(query.id)}


@blueprint.get("/queries/<query_id>")
@blueprint.response(200, ThreadSchema, example=THREAD)
@blueprint.refuses(404)
def show(query_id: str) -> Any:
    """One query with what was said."""
    return thread(current_actor(), query_id, language=text_tag())


@blueprint.post("/queries/<query_id>/answer")
@blueprint.arguments(SaySchema, example=SAY)
@blueprint.response(200, ThreadSchema, example=THREAD)
@blueprint.refuses(400, 403, 404, 409, 413, 415, 422)
def answer(sent: dict[str, str], query_id: str) -> Any:
    """Answer a query, as the site does."""
    return _say(queries.answer, query_id, sent["text"])


@blueprint.post("/queries/<query_id>/close")
@blueprint.arguments(SaySchema, example=SAY)
@blueprint.response(200, ThreadSchema, example=THREAD)
@blueprint.refuses(400, 403, 404, 409, 413, 415, 422)
def close(sent: dict[str, str], query_id: str) -> Any:
    """Close a query with the words that settle it."""
    return _say(queries.close, query_id, sent["text"])


@blueprint.post("/queries/<query_id>/reopen")
@blueprint.arguments(SaySchema, example=SAY)
@blueprint.response(200, ThreadSchema, example=THREAD)
@blueprint.refuses(400, 403, 404, 409, 413, 415, 422)
def reopen(sent: dict[str, str], query_id: str) -> Any:
    """Reopen a closed query with its history."""
    return _say(queries.reopen, query_id, sent["text"])


def _say(act: Callable[[Actor, str, str], Any], query_id: str, text: str) -> Any:
    actor = current_actor()
    act(actor, query_id, text)
    return thread(actor, query_id, language=text_tag())
