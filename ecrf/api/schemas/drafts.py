"""Drafts: what somebody typed on a form and has not saved."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, pre_dump

from ecrf.api.addresses import record_url
from ecrf.api.schemas.answers import AnswersField, ChangesSchema, ReasonSchema, ReasonsField
from ecrf.api.schemas.rules import LONGEST, Between, Instant, told, words
from ecrf.reads.drafts import DraftFacts, DraftLine
from forms.casebook import EventKey


class DraftPlaceSchema(Schema):
    """Which new row of a repeating form is meant; without it the form or the row itself."""

    row_id = words(36, load_default="", metadata={"description": "The id that a row will have which is not there yet."})


class DraftSchema(ChangesSchema):
    """What is typed: it replaces what the draft held. What equals what is saved is left out."""

    reasons = ReasonsField(keys=words(64), values=fields.Nested(ReasonSchema), load_default=dict)
    replies = fields.Dict(
        keys=words(36), values=words(LONGEST), load_default=dict,
        metadata={"description": "Answers to queries, by the query's id."},
    )  # fmt: skip
    revision = fields.Integer(
        required=True, validate=Between(0, 999_999_999),
        metadata={"description": "The revision of the record that this was typed against, 0 before the first."},
    )  # fmt: skip
    before = AnswersField(
        load_default=None, allow_none=True,
        metadata={"description": "The answers as they stood when this was typed. Without them each answer that differs "
                  "from what stands, where the record has moved on, is one that collides."},
    )  # fmt: skip


NOTHING: Mapping[str, Any] = {
    "answers": {}, "before": {}, "reasons": {}, "replies": {}, "revision": None, "kept_at": None,
}  # fmt: skip


class KeptSchema(Schema):
    """A draft as it stands; `kept_at` is null where there is none."""

    answers = AnswersField(metadata={"description": "What was typed and is not saved."})
    before = AnswersField(metadata={"description": "What each was typed over, as far as that is known."})
    reasons = fields.Dict(keys=fields.String(), values=fields.Nested(ReasonSchema))
    replies = fields.Dict(keys=fields.String(), values=fields.String())
    revision = fields.Integer(allow_none=True)
    kept_at = Instant(allow_none=True)

    @pre_dump
    def tell(self, draft: DraftFacts | Mapping[str, Any] | None, **_: Any) -> Mapping[str, Any]:
        """The facts as data; an example passes as it is."""
        if not isinstance(draft, DraftFacts):
            return draft or NOTHING
        reasons = {item: {"code": code, "text": text} for item, (code, text) in draft.reasons.items()}
        before = {item: each for item, each in draft.before.items() if each is not None}
        return {
            "answers": draft.answers, "before": before, "reasons": reasons, "replies": draft.replies,
            "revision": draft.revision, "kept_at": draft.kept_at,
        }  # fmt: skip


class DraftLineSchema(Schema):
    """One draft to finish."""

    subject = told("The number people call the subject by.", example="NJ01-S001")
    site = told(example="NJ01")
    event = told(example="SE.SCR")
    form = told(example="CHEM")
    row = fields.Integer()
    row_id = told("The id of a row that is not there yet; empty for what is there.")
    place = told("Where it stands, in words.", example="Screening · Serum chemistry")
    count = fields.Integer(metadata={"description": "How many answers and replies are in it."})
    begun_at = Instant()
    kept_at = Instant()
    href = told("The address of the draft.")

    @pre_dump
    def tell(self, line: DraftLine | Mapping[str, Any], **_: Any) -> Mapping[str, Any]:
        """The line as data; an example passes as it is."""
        if not isinstance(line, DraftLine):
            return line
        key = EventKey(line.event, line.instance)
        query = f"?row_id={line.row_id}" if line.row_id else ""
        href = f"{record_url(line.subject_id, key, line.form, line.row)}/draft{query}"
        given = ("subject", "site", "form", "row", "row_id", "place", "count", "begun_at", "kept_at")
        return {**{name: getattr(line, name) for name in given}, "event": key.written, "href": href}


class DraftsSchema(Schema):
    """One's own drafts, the newest first."""

    drafts = fields.List(fields.Nested(DraftLineSchema))


TYPED = {"answers": {"ALT": {"value": "79", "unit": "U/L"}}, "revision": 1}
KEPT = {
    "answers": {"ALT": {"value": "79", "unit": "U/L", "comparator": None, "missing": None}},
    "before": {"ALT": {"value": "81", "unit": "U/L", "comparator": None, "missing": None}},
    "reasons": {}, "replies": {}, "revision": 1, "kept_at": "2026-03-04T12:00:00.000000Z",
}  # fmt: skip
DRAFTS = {
    "drafts": [{
        "subject": "NJ01-S001", "site": "NJ01", "event": "SE.SCR", "form": "CHEM", "row": 0, "row_id": "",
        "place": "Screening · Serum chemistry", "count": 1, "begun_at": "2026-03-04T12:00:00.000000Z",
        "kept_at": "2026-03-04T12:00:00.000000Z",
        "href": "/api/v1/subjects/019f3c5e-0a11-7222-8333-444455556666/records/SE.SCR/CHEM/0/draft",
    }],
}  # fmt: skip
