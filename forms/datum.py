"""The value of one item, exactly as it was typed."""

from collections.abc import Mapping
from dataclasses import dataclass

_KEYS = {"text": "v", "unit": "u", "comparator": "q", "missing": "nd"}


@dataclass(frozen=True, slots=True)
class Datum:
    """What was typed for one item: verbatim text, UCUM unit, comparator `<` or `>`, and the code of a missing reason.

    A laboratory item `ALT` keeps `ALT_U`, `ALT_Q` and `ALT_ND` as the parts unit, comparator and missing of one datum.
    Several codes of a `codes` item are joined by one space, in code-list order.
    """

    text: str | None = None
    unit: str | None = None
    comparator: str | None = None
    missing: str | None = None

    @property
    def is_empty(self) -> bool:
        """True where there is neither a value nor a reason for its absence."""
        return self.text is None and self.missing is None

    def document(self) -> dict[str, str]:
        """The datum as it stands in a record's JSON document, without its empty parts."""
        parts = ((key, getattr(self, name)) for name, key in _KEYS.items())
        return {key: part for key, part in parts if part is not None}

    @classmethod
    def from_document(cls, document: Mapping[str, str]) -> "Datum":
        """The inverse of `document`."""
        return cls(document.get("v"), document.get("u"), document.get("q"), document.get("nd"))


EMPTY = Datum()


def differs(before: Datum | None, after: Datum | None) -> bool:
    """Whether a value changed; an absent datum and an empty one are the same."""
    return (before or EMPTY) != (after or EMPTY)
