"""Freezes and locks."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema

from ecrf.api.schemas.rules import LONGEST, Instant, Length, Rule, choice, limit, told, words
from ecrf.api.schemas.subjects import STATUSES
from ecrf.messages import N_

LEVELS = ("study", "site", "subject", "event", "form", "record", "item")
_NAMES = ("study", "site", "subject", "event", "form", "record", "item")
_NEEDED = {
    "study": ({"study"},), "site": ({"study", "site"},), "subject": ({"subject"},), "event": ({"subject", "event"},),
    "form": ({"record"}, {"subject", "event", "form"}), "record": ({"record"},), "item": ({"record", "item"},),
}  # fmt: skip


class NewHoldSchema(Schema):
    """What is to be held: a study by its name, a site of it by its code; a subject by its id, with an event a visit of
    it; a form of a visit, a record, or an item of it by the record's id. A form that has not begun is named by the
    subject's id, the event and the form."""

    kind = choice("freeze", "lock", required=True)
    level = choice(*LEVELS, required=True)
    study = words(64, metadata={"description": "Short name of the study, for the levels study and site."})
    site = words(32, metadata={"description": "Code of the site."})
    subject = words(36, metadata={"description": "Id of the subject, for the levels subject, event and form."})
    event = words(96, metadata={"description": "An event that has begun: SE.SCR, SE.UNS#2.", "example": "SE.SCR"})
    form = words(64, metadata={"description": "OID of a form of that event.", "example": "CHEM"})
    record = words(36, metadata={"description": "Id of the record, for the other levels."})
    item = words(64, metadata={"description": "The item, for the level item."})
    reason = words(LONGEST, load_default=None, allow_none=True)
    despite_open = fields.Boolean(
        load_default=False, metadata={"description": "Lock although the checklist is not clean; the reason says why."}
    )

    @validates_schema
    def expect_target(self, sent: Mapping[str, Any], **_: Any) -> None:
        """Each level names its thing, and nothing else."""
        needed = _NEEDED[sent["level"]]
        if {name for name in _NAMES if name in sent} not in needed:
            ways = " / ".join(", ".join(name for name in _NAMES if name in way) for way in needed)
            raise ValidationError(Rule(N_("This level is named by: %(fields)s."), fields=ways), "level")


class ChecklistChoiceSchema(Schema):
    """What of a subject is looked at: a visit, a form, a form of a visit, or (neither) the whole."""

    event = words(96, load_default="", metadata={"description": "An event: SE.SCR, SE.UNS~2.", "example": "SE.SCR"})
    form = words(64, load_default="", metadata={"description": "OID of a form.", "example": "CHEM"})


class PlaceChoiceSchema(Schema):
    """A site of the study, or all of it."""

    site = words(32, load_default="", metadata={"description": "Code of a site."})


class UnevaluatedSchema(Schema):
    """A check that could not be evaluated though there is a value to judge."""

    check = told(example="EC081")
    event = told(example="SE.SCR")
    form = told(example="HEM")
    row = fields.Integer()
    items = fields.List(fields.String())


class ChecklistSchema(Schema):
    """What is open before a lock, by name and number. Checks that could not be evaluated stand against nothing."""

    is_clean = fields.Boolean(metadata={"description": "Whether nothing stands against a lock."})
    open = fields.Dict(metadata={"description": "What is open, by name."})
    unevaluated = fields.List(fields.Nested(UnevaluatedSchema))


class BulkHoldSchema(Schema):
    """Which subjects are frozen, locked, unfrozen or unlocked, whole or a visit or form of them: those that are named,
    or all that match, a piece at a time. Without `despite_open` a subject in which something is open is not locked."""

    act = choice("freeze", "lock", "unfreeze", "unlock", required=True)
    study = words(64, required=True, metadata={"description": "Short name."})
    site = words(32, load_default="", metadata={"description": "Code of a site."})
    event = words(96, load_default="", metadata={"description": "An event: SE.SCR, SE.UNS~2; none for the subject."})
    form = words(64, load_default="", metadata={"description": "OID of a form."})
    status = choice(*STATUSES, load_default="", metadata={"description": "Status of the subject."})
    subjects = fields.List(words(36), load_default=None, allow_none=True, validate=Length(min=1, max=200))
    reason = words(LONGEST, load_default=None, allow_none=True)
    despite_open = fields.Boolean(load_default=False)
    after = words(32, load_default="", metadata={"description": "`next` of the answer before."})
    limit = limit(50, 25)


class OutcomeSchema(Schema):
    """What became of one subject."""

    subject = fields.String(attribute="subject_id")
    number = told(example="NJ01-S001")
    count = fields.Integer(metadata={"description": "How many holds were set or lifted."})
    why = told("Why none was: open, or nothing to do.", example="open")
    open = fields.Dict(metadata={"description": "What is open, by name."})


class BulkHeldSchema(Schema):
    """One piece of the work; what is done stays done."""

    outcomes = fields.List(fields.Nested(OutcomeSchema))
    next = told("To be sent as `after` to go on; none at the end.")


class LiftSchema(Schema):
    """Why a hold is lifted."""

    reason = words(LONGEST, required=True)


class HoldSchema(Schema):
    """A freeze (no data change) or a lock (no change at all)."""

    id = told()
    subject = fields.String(
        attribute="subject_id", allow_none=True,
        metadata={"description": "The id of the subject; none for a site or a study."},
    )
    level = told(example="form")
    kind = told("freeze or lock.", example="lock")
    place = told("What it holds, in words; empty for the whole subject.", example="Screening · Serum chemistry")
    held_by = told(example="Chen Fang")
    held_at = Instant()
    reason = told()
    href = fields.Function(
        lambda hold: f"/api/v1/holds/{hold.id}/lift",
        metadata={"type": "string", "description": "Where it is lifted."},
    )


class HoldsSchema(Schema):
    """Standing freezes and locks, the widest first."""

    holds = fields.List(fields.Nested(HoldSchema))


class LiftedSchema(Schema):
    """A hold that was lifted."""

    id = told()
    kind = told(example="lock")
    level = told(example="form")
    lifted_at = Instant()


_ID = "019f3c60-0000-7aaa-8bbb-cccdddeeefff"
NEW = {"kind": "lock", "level": "form", "record": "019f3c5e-8a10-7c4e-9d55-0b6f4c1a2e10", "reason": "Interim analysis."}
HOLD = {
    "id": _ID, "subject": "019f3c5e-7b00-7a11-8f00-3c2d1e0f9a8b", "level": "form", "kind": "lock",
    "place": "Screening · Serum chemistry", "held_by": "Chen Fang", "held_at": "2026-03-05T09:00:00.000000Z",
    "reason": "Interim analysis.", "href": f"/api/v1/holds/{_ID}/lift",
}  # fmt: skip
BULK = {"act": "lock", "study": "BEAM", "site": "NJ01", "event": "SE.SCR", "reason": "Interim analysis."}
BULK_HELD = {
    "next": None,
    "outcomes": [{
        "subject": "019f3c5e-7b00-7a11-8f00-3c2d1e0f9a8b", "number": "NJ01-S001", "count": 0, "why": "open",
        "open": {"open_queries": 2},
    }],
}  # fmt: skip
HOLDS = {"holds": [HOLD]}
WIDE_HOLDS = {"holds": [{**HOLD, "subject": None, "level": "site", "place": "NJ01 Nanjing main campus"}]}
PLACE_CHECKLIST = {"is_clean": False, "open": {"open_queries": 12, "not_started": 40}, "unevaluated": []}
CHECKLIST = {
    "is_clean": False, "open": {"open_queries": 2, "unevaluated": 1},
    "unevaluated": [{"check": "EC081", "event": "SE.SCR", "form": "HEM", "row": 0, "items": ["NEUT", "WBC"]}],
}  # fmt: skip
LIFT = {"reason": "The source was corrected."}
LIFTED = {"id": _ID, "kind": "lock", "level": "form", "lifted_at": "2026-03-06T09:00:00.000000Z"}
