"""The trail: acts, each with its changes."""

from typing import Any

from marshmallow import Schema, fields, post_load

from ecrf.api.schemas.rules import Instant, choice, limit, told, words
from ecrf.policy.actions import Action
from ecrf.policy.grants import Role

_PERIOD = "A day, at the first site you see."


_VALUE = "Part of it as it is stored, or a code's label; behind `=` the whole of it."


class TrailChoiceSchema(Schema):
    """Which acts are meant."""

    site = words(32, load_default="", metadata={"description": "Code of a site."})
    subject = words(32, load_default="", metadata={"description": "Number of a subject."})
    event = words(64, load_default="", metadata={"description": "OID of a visit."})
    form = words(64, load_default="", metadata={"description": "OID of a form."})
    item = words(64, load_default="", metadata={"description": "OID of an item that was changed."})
    was = words(100, load_default="", metadata={"description": f"Old value. {_VALUE}"})
    now = words(100, load_default="", metadata={"description": f"New or refused value. {_VALUE}"})
    person = words(200, load_default="", metadata={"description": "Part of a printed name."})
    role = choice(*Role, "system", "operator", load_default="")
    action = choice(*Action, load_default="")
    reason = words(128, load_default="", metadata={"description": "Code of a reason, or of what refused."})
    since = fields.Date(load_default=None, metadata={"description": _PERIOD})
    until = fields.Date(load_default=None, metadata={"description": _PERIOD})

    @post_load
    def as_texts(self, sent: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The days as the filters take them."""
        return {**sent, **{name: sent[name].isoformat() if sent[name] else "" for name in ("since", "until")}}


class TrailFilterSchema(TrailChoiceSchema):
    """Which acts are shown."""

    before = words(120, load_default="", metadata={"description": "`next` of the page before."})
    limit = limit(200, 25)


class TrailExportSchema(TrailChoiceSchema):
    """Which acts are taken out: of everything, of one subject, or of one record."""

    subject_id = words(36, load_default="", metadata={"description": "Id of a subject."})
    record_id = words(36, load_default="", metadata={"description": "Id of a record."})


class ValueSchema(Schema):
    """A value as people read it: the label of a code, the reason why there is none."""

    text = told(example="81")
    unit = told("UCUM.", example="U/L")


class ChangeSchema(Schema):
    """One field of an act."""

    table = told(example="records")
    field = told(example="data")
    record = told("The id of the record.")
    item = told(example="ALT")
    label = told(example="ALT")
    was = fields.Nested(ValueSchema, allow_none=True)
    now = fields.Nested(ValueSchema, allow_none=True)
    mark = told("set or refused.", example="set")
    reason = told("The reason given, or the rule that refused it.", example="transcription")
    note = told()
    is_computed = fields.Boolean()


class QueryMarkSchema(Schema):
    """What an act did to a query."""

    id = told()
    number = fields.Integer()
    state = told(example="closed")
    check = told(example="EC031")
    resolution = told(example="resolved_by_data")
    record = told()
    item = told()


class ActSchema(Schema):
    """One act: who, as what, when, on what, why, and what changed."""

    chain = told()
    sequence = fields.Integer()
    recorded_at = Instant()
    zone = told("The time zone of the site.", example="Asia/Shanghai")
    who = told("The name as it was printed then.", example="Wang Min")
    role = told(example="coordinator")
    organisation = told()
    site = told(example="NJ01")
    action = told(example="record.saved")
    tried = told("Of a refused act the action it was to be.", example="hold.locked")
    place = told("What it was about, in words.")
    reason = told()
    note = told()
    origin = told("page, api, cli, import or system.", example="api")
    cause = fields.Integer(allow_none=True, metadata={"description": "The sequence of the act it followed from."})
    changes = fields.List(fields.Nested(ChangeSchema))
    queries = fields.List(fields.Nested(QueryMarkSchema))


class TrailSchema(Schema):
    """One page of acts, the newest first. Where few acts pass the filters a page looks through so many of them and says
    how far it came; it may then hold fewer than were asked for, or none, and `next` goes on."""

    acts = fields.List(fields.Nested(ActSchema))
    next = told("To be sent as `before` for the next page; none at the end.")
    reached = Instant(allow_none=True, metadata={"description": "How far back was looked, where there is more."})


TRAIL = {
    "next": None, "reached": None,
    "acts": [{
        "chain": "subject:019f3c5e-7b00-7a11-8f00-3c2d1e0f9a8b", "sequence": 7,
        "recorded_at": "2026-03-04T12:05:00.000000Z", "zone": "Asia/Shanghai", "who": "Wang Min",
        "role": "coordinator", "organisation": "Nanjing main campus", "site": "NJ01", "action": "record.saved",
        "place": "NJ01-S001 · Screening · Serum chemistry", "reason": None, "note": None, "origin": "api",
        "tried": None, "cause": None, "queries": [],
        "changes": [{
            "table": "records", "field": "data", "record": "019f3c5e-8a10-7c4e-9d55-0b6f4c1a2e10", "item": "ALT",
            "label": "ALT", "was": {"text": "81", "unit": "U/L"}, "now": {"text": "79", "unit": "U/L"}, "mark": "set",
            "reason": "transcription", "note": None, "is_computed": False,
        }],
    }],
}  # fmt: skip
EXPORTED = (
    "line,recorded_at,site_time,chain,sequence\r\n"
    "change,2026-03-04T12:05:00.000000Z,2026-03-04T20:05:00+08:00,subject:019f3c5e-7b00-7a11-8f00-3c2d1e0f9a8b,7\r\n"
)
"""The beginning of the columns of a file."""
