"""Looks: what is new since the last one."""

from typing import Any

from marshmallow import Schema, fields

from ecrf.api.schemas.rules import Between, Instant, choice, limit, told, words
from ecrf.api.verbatim import Numeral


class NewsFilterSchema(Schema):
    """Which subjects, in which order."""

    site = words(32, load_default="", metadata={"description": "Code of a site."})
    order = choice("newest", "most", load_default="newest", metadata={"description": "The last, or the most."})
    after = words(64, load_default="", metadata={"description": "`next` of the page before."})
    limit = limit(200, 50)


class SubjectNewsSchema(Schema):
    """A subject with acts since your last look."""

    subject_id = told()
    number = told(example="NJ01-S001")
    site = told(example="NJ01")
    status = told(example="screening")
    acts = fields.Integer()
    changed_at = Instant()
    seen_at = Instant(allow_none=True, metadata={"description": "None before the first: acts alone are counted."})
    values = fields.Integer(metadata={"description": "Values set."})
    forms = fields.Integer(metadata={"description": "Forms begun."})
    answered = fields.Integer(metadata={"description": "Queries answered."})


class NewsSchema(Schema):
    """One page of them; `total` counts all that pass the filters."""

    news = fields.List(fields.Nested(SubjectNewsSchema))
    total = fields.Integer()
    next = told("To be sent as `after` for the next page; none at the end.")


class Count(fields.Integer):
    """A whole number of a JSON body, written as a number and not as a text."""

    def _deserialize(self, value: Any, *args: Any, **more: Any) -> Any:
        if not isinstance(value, Numeral):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(str(value), *args, **more)


class SeenSchema(Schema):
    """How far was looked, at the subject as a whole or at one form of a visit."""

    seen = Count(
        required=True, validate=Between(0, 999_999_999),
        metadata={"description": "The sequence of the last entry seen in the subject's trail."},
    )  # fmt: skip
    event = words(64, load_default="", metadata={"description": "Of a form: `SE.SCR`, `SE.UNS~2`."})
    form = words(64, load_default="", metadata={"description": "OID of a form; without it the whole subject."})


class LookSchema(Schema):
    """A look as it stands."""

    subject_id = told()
    event = told()
    form = told()
    sequence = fields.Integer()
    seen_at = Instant()


SEEN = {"seen": 7}
_SUBJECT = "019f3c5e-7b00-7a11-8f00-3c2d1e0f9a8b"
_AT = "2026-03-04T12:05:00.000000Z"
LOOK = {"subject_id": _SUBJECT, "event": "", "form": "", "sequence": 7, "seen_at": _AT}
NEWS = {
    "total": 1, "next": None,
    "news": [{
        "subject_id": _SUBJECT, "number": "NJ01-S001", "site": "NJ01", "status": "screening", "acts": 3,
        "changed_at": _AT, "seen_at": "2026-03-03T09:00:00.000000Z", "values": 4, "forms": 1, "answered": 0,
    }],
}  # fmt: skip
