"""Records: one form of one event of one subject, or one row of a repeating form."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, pre_dump

from ecrf.api.addresses import record_url
from ecrf.api.schemas.answers import AnswersField, RefusedSchema
from ecrf.api.schemas.rules import Instant, Said, told
from ecrf.reads.forms import FormFacts


class IfMatchSchema(Schema):
    """The state of the record that a change was made against."""

    if_match = fields.String(
        required=True, data_key="If-Match",
        metadata={"description": "The ETag of the record as it was read.", "example": '"3-17"'},
    )  # fmt: skip


class SaveSchema(Schema):
    """How a save goes about what it cannot accept."""

    is_partial = fields.Boolean(
        load_default=False, data_key="partial", truthy={"true"}, falsy={"false"},
        metadata={"description": "Save what holds and tell what is refused; without it one refused value refuses all."},
    )  # fmt: skip


class RecordHoldSchema(Schema):
    """A freeze or lock that reaches the record, or one of its items."""

    id = told()
    level = told("item, record, form or subject.", example="form")
    kind = told("freeze or lock.", example="lock")
    item = told()
    held_by = told(example="Chen Fang")
    held_at = Instant(metadata={"example": "2026-03-05T09:00:00.000000Z"})
    reason = told()


class RowSchema(Schema):
    """One row of a repeating form."""

    row = fields.Integer()
    state = told()
    href = told("The address of the row.")


class RecordSchema(Schema):
    """A record; revision 0 and no id where it has not been started."""

    id = told("The id of the record, which queries and holds are raised on.")
    subject = told("The id of the subject.")
    event = told("The event, a repeating one with its number.", example="SE.SCR")
    form = told(example="CHEM")
    row = fields.Integer(metadata={"description": "0 is the form itself.", "example": 0})
    state = told("not_started, in_progress, complete, frozen, locked and so on.", example="in_progress")
    revision = fields.Integer(metadata={"description": "Counts the saves.", "example": 1})
    study_version = told("The label of the version the record is held to.", example="1.0")
    answers = AnswersField(dump_only=True, metadata={"description": "What people entered."})
    computed = AnswersField(dump_only=True, metadata={"description": "What the system computed from it."})
    missing = fields.List(fields.String(), metadata={"description": "Required items without answer or reason."})
    open_queries = fields.Integer()
    holds = fields.List(fields.Nested(RecordHoldSchema))
    stale = fields.List(fields.String(), metadata={"description": "Computed items that a hold kept from moving."})
    rows = fields.List(fields.Nested(RowSchema))
    saved_by = told("Who saved last.", example="Wang Min")
    saved_at = Instant(allow_none=True)
    href = told("The address of the record.")

    @pre_dump
    def tell(self, facts: FormFacts | Mapping[str, Any], **_: Any) -> Mapping[str, Any]:
        """The facts of a form's page, as data."""
        return _told(facts) if isinstance(facts, FormFacts) else facts


def _told(facts: FormFacts) -> dict[str, Any]:
    def href(row: int) -> str:
        return record_url(facts.who.id, facts.key, facts.form.oid, row)

    computed = {item for item, definition in facts.form.items.items() if definition.is_computed}
    saved_by, saved_at = facts.saved or (None, None)
    return {
        "id": facts.record_id, "subject": facts.who.id, "event": facts.key.written, "form": facts.form.oid,
        "row": facts.row, "state": facts.state, "revision": facts.revision, "study_version": facts.study.version,
        "answers": {item: datum for item, datum in facts.values.items() if item not in computed},
        "computed": {item: datum for item, datum in facts.values.items() if item in computed},
        "missing": facts.missing, "open_queries": sum(query.state == "open" for query in facts.queries),
        "holds": facts.holds, "stale": sorted(facts.stale), "saved_by": saved_by, "saved_at": saved_at,
        "rows": [{"row": each.row, "state": each.state, "href": href(each.row)} for each in facts.rows],
        "href": href(facts.row),
    }  # fmt: skip


class FindingSchema(Schema):
    """A check that fires after a save, on this record or on another that this one reaches."""

    check = told(example="EC031")
    event = told(example="SE.SCR")
    form = told(example="CHEM")
    row = fields.Integer()
    items = fields.List(fields.String())
    severity = told("soft keeps the value and opens a query.", example="soft")
    message = Said(metadata={"description": "In the language of Accept-Language."})
    explanation = fields.Dict(allow_none=True, metadata={"description": "What was compared with what, and why."})


class SavedSchema(Schema):
    """The outcome of a save."""

    record = fields.Nested(RecordSchema)
    changed = fields.List(fields.String(), metadata={"description": "The items that changed.", "example": ["ALT"]})
    refused = fields.List(fields.Nested(RefusedSchema))
    findings = fields.List(fields.Nested(FindingSchema))


RECORD = {
    "id": "019f3c5e-8a10-7c4e-9d55-0b6f4c1a2e10", "subject": "019f3c5e-7b00-7a11-8f00-3c2d1e0f9a8b",
    "event": "SE.SCR", "form": "CHEM", "row": 0, "state": "in_progress", "revision": 2, "study_version": "1.0",
    "answers": {"ALT": {"value": "79", "unit": "U/L", "comparator": None, "missing": None}},
    "computed": {"ALT_XULN": {"value": "1.975", "unit": None, "comparator": None, "missing": None}},
    "missing": ["AST"], "open_queries": 0, "holds": [], "stale": [], "rows": [], "saved_by": "Wang Min",
    "saved_at": "2026-03-04T12:00:00.000000Z",
    "href": "/api/v1/subjects/019f3c5e-7b00-7a11-8f00-3c2d1e0f9a8b/records/SE.SCR/CHEM/0",
}  # fmt: skip
SAVED = {"record": RECORD, "changed": ["ALT"], "refused": [], "findings": []}
ETAG = {"ETag": {"description": "The state of the record, to be sent as If-Match.", "schema": {"type": "string"}}}
