"""The fields every noun is made of, and the rules they hold what is sent to."""

import re
from datetime import UTC, datetime
from typing import Any, Self

from marshmallow import fields, validate

from ecrf.api.verbatim import Numeral
from ecrf.i18n import text_tag
from ecrf.messages import N_, Message
from forms.texts import Text

LONGEST = 2000
"""Characters of what people say: reasons, questions, answers."""

UNSTORABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# The same as a pattern of JSON Schema, whose dialect has no surrogates.
_STORABLE = r"^[^\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]*$"


class Rule(str):
    """A sentence of the catalogue in the shape marshmallow carries; `message` is what is told."""

    __slots__ = ("message",)
    message: Message

    def __new__(cls, text: str, **values: object) -> Self:
        """The sentence with what fills it."""
        rule = super().__new__(cls, text)
        rule.message = Message(text, values)
        return rule


class OneOf(validate.OneOf):
    """One of a few words."""

    def _format_error(self, value: Any) -> str:
        return Rule(N_("This must be one of: %(choices)s."), choices=self.choices_text)


class Length(validate.Length):
    """A text of at most so many characters."""

    def _format_error(self, value: Any, message: str) -> str:
        return Rule(N_("This must have %(low)s to %(high)s characters."), low=self.min or 0, high=self.max)


class Between(validate.Range):
    """A whole number within bounds."""

    def _format_error(self, value: Any, message: str) -> str:
        return Rule(N_("This must be a whole number from %(low)s to %(high)s."), low=self.min, high=self.max)


class Words(fields.String):
    """A text that both databases can hold; a number is none."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        if isinstance(value, Numeral):
            raise self.make_error("invalid")
        text: str = super()._deserialize(value, *args, **kwargs)
        if UNSTORABLE.search(text):
            raise self.make_error("invalid")
        return text


class Instant(fields.Field[datetime]):
    """A moment in UTC, to the microsecond: `2026-03-04T12:00:00.000000Z`."""

    def _serialize(self, value: datetime | None, *_: Any, **__: Any) -> str | None:
        if value is None:
            return None
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


class Said(fields.Field[Text]):
    """A text of the study, in the language of the request."""

    def _serialize(self, value: Text | str | None, *_: Any, **__: Any) -> str | None:
        return value.said_in(text_tag()) if isinstance(value, Text) else value


def words(longest: int, shortest: int = 1, **options: Any) -> Words:
    """A text within bounds, to be sent."""
    metadata = {"pattern": _STORABLE, **options.pop("metadata", {})}
    return Words(validate=Length(min=shortest, max=longest), metadata=metadata, **options)


def choice(*codes: str, **options: Any) -> Words:
    """One of these words, to be sent."""
    return Words(validate=OneOf(codes), **options)


def told(text: str = "", **more: Any) -> fields.String:
    """A text that is given, perhaps none."""
    return fields.String(allow_none=True, metadata={"description": text, **more} if text else more)


def limit(most: int, usual: int) -> fields.Integer:
    """How many a page of a list holds."""
    return fields.Integer(load_default=usual, validate=Between(1, most), metadata={"description": "How many at most."})
