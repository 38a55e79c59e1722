"""The value of one item, exactly as it was typed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

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


class Documented(Mapping[str, Datum]):
    """The data of a record as its JSON document holds them, each read when it is first asked for. The document does
    not change, so that what is made of it once may serve again; `text` is its spelling, where that is known."""

    __slots__ = ("_answered", "_document", "_read", "text")

    def __init__(self, document: Mapping[str, Mapping[str, str]], text: str | None = None) -> None:
        self._document, self.text = document, text
        self._read: dict[str, Datum] = {}
        self._answered: frozenset[str] | None = None

    def __getitem__(self, item: str) -> Datum:
        found = self._read.get(item)
        if found is None:
            found = self._read[item] = Datum.from_document(self._document[item])
        return found

    def get(self, item: str, default: Any = None) -> Any:
        """The datum of an item, or the default where there is none."""
        return self[item] if item in self._document else default

    def is_answered(self, item: str) -> bool:
        """Whether an item holds a value, or a reason for having none; asked without reading the datum."""
        parts = self._document.get(item)
        return parts is not None and ("v" in parts or "nd" in parts)

    @property
    def answered(self) -> frozenset[str]:
        """The items that hold a value, or a reason for having none."""
        if self._answered is None:
            self._answered = frozenset(item for item in self._document if self.is_answered(item))
        return self._answered

    def __contains__(self, item: object) -> bool:
        return item in self._document

    def __iter__(self) -> Iterator[str]:
        return iter(self._document)

    def __len__(self) -> int:
        return len(self._document)


def without_lonely_unit(datum: Datum) -> Datum:
    """A unit or comparator without a value is what a page offers and says nothing."""
    return datum if datum.text is not None else Datum(missing=datum.missing)


def differs(before: Datum | None, after: Datum | None) -> bool:
    """Whether a value changed; an absent datum and an empty one are the same."""
    return (before or EMPTY) != (after or EMPTY)


def is_answered(values: Mapping[str, Datum], item: str) -> bool:
    """Whether an item of a record holds a value, or a reason for having none."""
    if isinstance(values, Documented):
        return values.is_answered(item)
    datum = values.get(item)
    return datum is not None and not datum.is_empty


def answered_items(values: Mapping[str, Datum]) -> frozenset[str]:
    """The items of a record that hold a value, or a reason for having none."""
    if isinstance(values, Documented):
        return values.answered
    return frozenset(item for item, datum in values.items() if not datum.is_empty)
