"""The values of a record as they are sent and given: verbatim texts with their unit, comparator and missing reason."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields

from ecrf.api.schemas.rules import LONGEST, UNSTORABLE, Rule, Said, choice, told, words
from ecrf.api.verbatim import Numeral
from ecrf.errors import Unreadable
from ecrf.messages import N_
from ecrf.services.trail import Reason
from ecrf.services.words import CHANGE_REASONS
from forms.datum import Datum

LONGEST_NAME = 64
MOST_ANSWERS = 2000  # each is judged and trailed while the subject is held
PARTS = {"value": "text", "unit": "unit", "comparator": "comparator", "missing": "missing"}
_NO_VALUE = N_("Send a text, a number, a list of codes, null, or an object of value, unit, comparator and missing.")
_NO_PART = N_("An answer has value, unit, comparator and missing, and nothing else.")
_TOO_MANY = N_("This is larger than what can be taken in one piece. Nothing was saved.")
_TEXT = {"type": ["string", "number", "null"]}
_CODES = {"type": "array", "items": {"type": "string"}}


class AnswersField(fields.Field[Mapping[str, Datum]]):
    """Answers by item; what an item may hold is judged by the study, not here."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Mapping[str, Datum]:
        if not isinstance(value, Mapping):
            raise ValidationError([Rule(N_("Not a valid mapping type."))])
        if len(value) > MOST_ANSWERS:
            raise Unreadable(413, _TOO_MANY)
        faults: dict[str, list[str]] = {}
        read = {item: _datum(item, sent, faults) for item, sent in value.items()}
        if faults:
            raise ValidationError(faults)
        return read

    def _serialize(self, value: Mapping[str, Datum] | None, *_: Any, **__: Any) -> dict[str, Any]:
        return documents(value or {})


def documents(answers: Mapping[str, Datum]) -> dict[str, dict[str, str | None]]:
    """Answers as JSON-ready data."""
    return {
        item: {part: getattr(datum, name) for part, name in PARTS.items()} for item, datum in answers.items()
    }  # fmt: skip


def answers_property(_: object, field: fields.Field[Any], **__: Any) -> dict[str, Any]:
    """What the contract says of answers."""
    if not isinstance(field, AnswersField):
        return {}
    given = {"type": "object", "properties": {part: {"type": ["string", "null"]} for part in PARTS}}
    sent = {"type": "object", "properties": {**given["properties"], "value": _any_of(_TEXT, _CODES)}}  # type: ignore[dict-item]
    each = given if field.dump_only else _any_of(_TEXT, _CODES, {**sent, "additionalProperties": False})
    return {"additionalProperties": each}


def _any_of(*choices: Mapping[str, Any]) -> dict[str, Any]:
    return {"anyOf": list(choices)}


def _datum(item: str, sent: Any, faults: dict[str, list[str]]) -> Datum:
    """One answer; what it cannot be is put among the faults."""
    if len(item) > LONGEST_NAME or UNSTORABLE.search(item):
        faults[item] = [Rule(N_("Unknown field."))]
        return Datum()
    parts = sent if isinstance(sent, Mapping) else {"value": sent}
    if not parts.keys() <= PARTS.keys():
        faults[item] = [Rule(_NO_PART)]
        return Datum()
    texts = {name: _text(parts.get(part), is_value=part == "value") for part, name in PARTS.items()}
    if False in texts.values():
        faults[item] = [Rule(_NO_VALUE)]
        return Datum()
    return Datum(**{name: text for name, text in texts.items() if isinstance(text, str) and text})


def _text(sent: Any, *, is_value: bool) -> str | bool | None:
    """The text of one part, several codes joined by a space; False where it is none."""
    if sent is None or isinstance(sent, str):
        plain = sent is None or is_value or not isinstance(sent, Numeral)
        return (None if sent is None else str(sent)) if plain else False
    codes = isinstance(sent, list) and is_value and all(type(code) is str for code in sent)
    return " ".join(sent) if codes else False


class ReasonSchema(Schema):
    """Why a value that was saved before changes."""

    code = choice(*CHANGE_REASONS, required=True)
    text = words(
        LONGEST, allow_none=True, load_default=None, metadata={"description": "In words; “other” says nothing alone."}
    )


class ReasonsField(fields.Dict):
    """Reasons by item, no more of them than answers."""

    def _deserialize(self, value: Any, *rest: Any, **more: Any) -> Any:
        if isinstance(value, Mapping) and len(value) > MOST_ANSWERS:
            raise Unreadable(413, _TOO_MANY)
        return super()._deserialize(value, *rest, **more)  # type: ignore[no-untyped-call]


class ChangesSchema(Schema):
    """A save: the answers by item, and the reasons of those that were saved before."""

    answers = AnswersField(required=True, metadata={"description": "By item: a text, a number whose text is kept, "
                           "codes, null to empty it, or an object of its parts."})  # fmt: skip
    reasons = ReasonsField(
        keys=words(64), values=fields.Nested(ReasonSchema), load_default=dict,
        metadata={"description": "By item; needed where a value was saved before."},
    )  # fmt: skip

    @staticmethod
    def reasons_of(sent: Mapping[str, Any]) -> dict[str, Reason]:
        """The reasons as a service takes them."""
        return {item: Reason(**given) for item, given in sent["reasons"].items()}


class RefusedSchema(Schema):
    """A value that was refused, with the rule that refused it."""

    item = told("The item.", example="ALT")
    value = told("What was sent.", example="1,5")
    unit = told()
    comparator = told()
    missing = told()
    rule = told("The rule it broke: the id of a check, or type, unit, codelist and so on.", example="type")
    version = told("The version of the study that has this rule.", example="1.0")
    message = Said(metadata={"description": "What is wrong and what to do, in the language of Accept-Language."})


EXAMPLE = {
    "answers": {"LABID": "LAB_A", "LBDTC": "2026-03-04T08:00", "ALT": {"value": "79", "unit": "U/L"}, "AST": 24.0},
    "reasons": {"ALT": {"code": "transcription", "text": "81 was the value of the line above."}},
}
