"""The history of one item."""

from typing import Any

from marshmallow import Schema, fields, pre_dump

from ecrf.api.addresses import record_url
from ecrf.api.schemas.rules import Instant, told
from ecrf.api.schemas.trail import ValueSchema
from ecrf.reads.items import ItemHistory
from forms.casebook import EventKey


class StepSchema(Schema):
    """One thing that happened to an item."""

    kind = told("value, refused, query or hold.", example="value")
    recorded_at = Instant()
    sequence = fields.Integer(metadata={"description": "Its entry in the subject's chain."})
    who = told(example="Wang Min")
    role = told(example="coordinator")
    was = fields.Nested(ValueSchema, allow_none=True)
    now = fields.Nested(ValueSchema, allow_none=True)
    is_first = fields.Boolean()
    reason = told(example="transcription")
    note = told("In the person's own words.")
    rule = told("What refused the value.")
    state = told("What the query or hold became.")
    number = fields.Integer(allow_none=True, metadata={"description": "Of the query."})
    check = told("Of the query.")


class ItemSchema(Schema):
    """An item with all that happened to it, the newest first."""

    record = told("The id of the record.")
    subject = told("The id of the subject.")
    record_href = told("The address of the record.")
    item = told(example="ALT")
    label = told(example="ALT")
    place = told(example="Screening · Serum chemistry")
    zone = told("The time zone of the site.", example="Asia/Shanghai")
    steps = fields.List(fields.Nested(StepSchema))

    @pre_dump
    def tell(self, found: ItemHistory, **_: Any) -> dict[str, Any]:
        """The facts as data."""
        event = EventKey(found.event, found.instance)
        return {
            "record": found.record_id, "subject": found.subject_id, "item": found.item, "label": found.label,
            "record_href": record_url(found.subject_id, event, found.form, found.row), "place": found.place,
            "zone": found.zone, "steps": found.steps,
        }  # fmt: skip


ITEM = {
    "record": "019f3c5e-8a10-7c4e-9d55-0b6f4c1a2e10", "subject": "019f3c5e-7b00-7a11-8f00-3c2d1e0f9a8b",
    "record_href": "/api/v1/subjects/019f3c5e-7b00-7a11-8f00-3c2d1e0f9a8b/records/SE.SCR/CHEM/0", "item": "ALT",
    "label": "ALT", "place": "Screening · Serum chemistry", "zone": "Asia/Shanghai",
    "steps": [{
        "kind": "value", "recorded_at": "2026-03-04T12:05:00.000000Z", "sequence": 7, "who": "Wang Min",
        "role": "coordinator", "was": {"text": "81", "unit": "U/L"}, "now": {"text": "79", "unit": "U/L"},
        "is_first": False, "reason": "transcription", "note": "Line above.", "rule": None, "state": None,
        "number": None, "check": None,
    }],
}  # fmt: skip
