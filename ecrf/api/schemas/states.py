"""What is sent to mark a form, a row or a visit not done or removed, and to take that back."""

from marshmallow import Schema, fields

from ecrf.api.schemas.rules import LONGEST, choice, words
from ecrf.services.words import NOT_DONE_REASONS, REMOVAL_REASONS

ACTS = ("not_done", "resume", "remove", "restore")


class StateReasonSchema(Schema):
    """Why: of the list for what is marked or removed; in words, where that is taken back or the reason is other."""

    code = choice(
        *dict.fromkeys((*NOT_DONE_REASONS, *REMOVAL_REASONS)), load_default=None,
        metadata={"description": f"not_done: {', '.join(NOT_DONE_REASONS)}; remove: {', '.join(REMOVAL_REASONS)}."},
    )  # fmt: skip
    text = words(LONGEST, load_default=None, allow_none=True, metadata={"description": "In words."})


class StateActSchema(Schema):
    """One act on a form, a row or a visit."""

    act = choice(*ACTS, required=True, metadata={
        "description": "not_done and resume, which takes it back; remove and restore, which takes that back.",
    })  # fmt: skip
    reason = fields.Nested(StateReasonSchema, required=True)


STATE_ACT = {"act": "remove", "reason": {"code": "entered_twice", "text": "The same as row 2."}}
