"""Queries: questions about data, with what was said."""

from typing import Any

from marshmallow import Schema, fields, post_load, pre_dump

from ecrf.api.addresses import query_url, record_url
from ecrf.api.schemas.rules import LONGEST, Between, Instant, choice, limit, told, words
from ecrf.reads.forms import FormQuery
from ecrf.reads.queries import QueryFacts
from forms.casebook import EventKey


class QueryFilterSchema(Schema):
    """Which queries a list shows."""

    study = words(64, load_default="", metadata={"description": "Short name of a study."})
    state = choice("open", "answered", "closed", load_default="")
    site = words(32, load_default="", metadata={"description": "Code of a site."})
    age = fields.Integer(
        load_default=None, validate=Between(0, 9999), metadata={"description": "Opened at least so many days ago."}
    )
    under = fields.Integer(
        load_default=None, validate=Between(0, 9999), metadata={"description": "Opened less than so many days ago."}
    )
    closed = words(10, load_default="", metadata={
        "description": "Closed in the week (UTC) that begins on this day.", "example": "2026-06-08",
    })  # fmt: skip
    origin = choice("check", "person", "me", load_default="", metadata={"description": "Who asked; me: yourself."})
    check = words(64, load_default="", metadata={"description": "Id of a check."})
    subject = words(36, load_default="", metadata={"description": "Id of a subject."})
    after = words(36, load_default="", metadata={"description": "`next` of the page before."})
    limit = limit(200, 50)

    @post_load
    def as_texts(self, sent: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The days as the filters take them."""
        days = {name: "" if sent[name] is None else str(sent[name]) for name in ("age", "under")}
        return {**sent, **days}


class AskSchema(Schema):
    """A question about a record, or one of its items."""

    item = words(64, load_default=None, allow_none=True)
    text = words(LONGEST, required=True)


class SaySchema(Schema):
    """What is said in a thread."""

    text = words(LONGEST, required=True)


class MessageSchema(Schema):
    """One thing said in a thread."""

    kind = told("raised, answer, closing or reopening.", example="answer")
    text = told()
    by = told("The printed name.", example="Wang Min")
    role = told(example="coordinator")
    at = Instant()


class QuerySchema(Schema):
    """A query on a record; one opened by a check explains itself: what was compared with what."""

    id = told()
    number = fields.Integer(metadata={"description": "Counts within the subject."})
    subject = told("The id of the subject.")
    subject_number = told(example="NJ01-S001")
    record = told("The id of the record.")
    record_href = told("The address of the record.")
    event = told(example="SE.SCR")
    form = told(example="CHEM")
    row = fields.Integer()
    item = told(example="ALT")
    place = told("Where it stands, in words.", example="Screening · Serum chemistry · ALT")
    state = told("open, answered or closed.", example="open")
    resolution = told("How it was closed.", example="resolved_by_data")
    text = told("The question, in the language of Accept-Language.")
    check = told("The check that asks; none where a person does.", example="EC031")
    check_version = told()
    explanation = fields.Dict(allow_none=True, metadata={"description": "The finding: operands, limits, comparisons."})
    opened_at = Instant()
    opened_by = told()
    changed_at = Instant()
    messages = fields.List(fields.Nested(MessageSchema))
    href = told("The address of the query.")

    @pre_dump
    def tell(self, facts: QueryFacts, **_: Any) -> dict[str, Any]:
        """The facts as data."""
        event = EventKey(facts.event, facts.instance)
        return {
            **vars(facts), "event": event.written, "subject": facts.subject_id, "subject_number": facts.subject,
            "record": facts.record_id, "href": query_url(facts.id),
            "record_href": record_url(facts.subject_id, event, facts.form, facts.row),
        }  # fmt: skip


class QueriesSchema(Schema):
    """One page of queries, the oldest first; `total` counts all that pass the filters."""

    queries = fields.List(fields.Nested(QuerySchema))
    total = fields.Integer()
    next = told("To be sent as `after` for the next page; none at the end.")


class ThreadSchema(Schema):
    """A query with its thread, and what the sender may do with it now."""

    query = fields.Nested(QuerySchema)
    may_answer = fields.Boolean()
    may_close = fields.Boolean()
    may_reopen = fields.Boolean()


class RecordQuerySchema(Schema):
    """A query as it stands on its record."""

    id = told()
    number = fields.Integer()
    item = told(example="ALT")
    check = told(example="EC031")
    check_version = told()
    text = told("The question, in the language of Accept-Language.")
    explanation = fields.Dict(allow_none=True)
    state = told(example="open")
    resolution = told()
    opened_at = Instant()
    opened_by = told()
    changed_at = Instant()
    messages = fields.List(fields.Nested(MessageSchema))
    href = told("The address of the query.")


class RecordQueriesSchema(Schema):
    """The queries of one record, in the order they were opened."""

    queries = fields.List(fields.Nested(RecordQuerySchema))


def on_record(query: FormQuery, language: str) -> dict[str, Any]:
    """A query on its record, as data."""
    return {**vars(query), "text": query.message.said_in(language), "href": query_url(query.id)}


_ID = "019f3c5f-1200-7b00-8c00-9d00ae00bf00"
QUERY = {
    "id": _ID, "number": 1, "subject": "019f3c5e-7b00-7a11-8f00-3c2d1e0f9a8b", "subject_number": "NJ01-S001",
    "record": "019f3c5e-8a10-7c4e-9d55-0b6f4c1a2e10",
    "record_href": "/api/v1/subjects/019f3c5e-7b00-7a11-8f00-3c2d1e0f9a8b/records/SE.SCR/CHEM/0",
    "event": "SE.SCR", "form": "CHEM", "row": 0, "item": "ALT", "place": "Screening · Serum chemistry · ALT",
    "state": "open", "resolution": None, "text": "Exclusion 2: ALT above twice the upper limit.", "check": "EC031",
    "check_version": "1.0", "explanation": {"expression": "ALT > 2 * uln(ALT)"},
    "opened_at": "2026-03-04T12:00:00.000000Z", "opened_by": "System", "changed_at": "2026-03-04T12:00:00.000000Z",
    "messages": [], "href": f"/api/v1/queries/{_ID}",
}  # fmt: skip
QUERIES = {"queries": [QUERY], "total": 1, "next": None}
THREAD = {"query": QUERY, "may_answer": True, "may_close": False, "may_reopen": False}
OF_RECORD = {"queries": [{name: value for name, value in QUERY.items() if name in RecordQuerySchema().fields}]}
ASK = {"item": "ALT", "text": "Which value stands in the source?"}
SAY = {"text": "The value was read from the line above."}
