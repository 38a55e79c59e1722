"""What an expression may name: static knowledge at publish (`Names`) and values at evaluation (`Scope`)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from forms.dates import Moment
from forms.datum import Datum
from forms.findings import RangeUsed
from forms.kinds import Kind, Value
from forms.quantities import Quantity

Which = Literal["uln", "lln"]

FACTS = ("event", "event_type", "event_target", "event_min", "event_max")
"""What an expression may ask about the event of its record."""

OWN_PLACES = ("row", "this")
"""The places of a reference to the record that an expression runs on."""


class Reference(NamedTuple):
    """An item as an expression names it.

    `place` is `row` (`ITEM`: same record or row), `this` (`this.ITEM`: the record the expression runs on, from inside a
    row predicate), `rows` (an item of the visited rows, inside a row predicate; `form` names the form), `event`
    (`FORM.ITEM`: same event), `PREV`, `FIRST`, `LAST`, or an event alias (`SCR`, `BL`, `W24`, `LOG`).
    """

    place: str
    form: str | None
    item: str

    def __str__(self) -> str:
        if self.place in ("row", "rows"):
            return self.item
        if self.place == "event":
            return f"{self.form}.{self.item}"
        return ".".join(part for part in self if part)


@dataclass(frozen=True)
class NameType:
    """The static type of an item or parameter: kind, canonical UCUM unit (None: a plain number) and code list.

    `many` says that a parameter is a list of such values.
    """

    kind: Kind
    unit: str | None = None
    codes: frozenset[str] | None = None
    many: bool = False


class Names(Protocol):
    """The names one expression may use, as a study version defines them."""

    def reference(self, reference: Reference) -> NameType | str:
        """The type of an item, or the fault's message, with a suggestion where one is near."""

    def parameter(self, name: str) -> NameType | None:
        """The type of a study parameter; may also describe an event fact (`event` with the event OIDs as codes)."""

    def known_words(self) -> Iterable[str]:
        """Words for suggestions: items, forms, parameters."""


class Scope(Protocol):
    """The surroundings of one evaluation: one record or row of one event of one subject."""

    def value(self, reference: Reference) -> Value:
        """The typed value of an item, None where missing; places `rows` and `this` never arrive here."""

    def entered(self, reference: Reference) -> Datum | None:
        """What was typed for the item, for explanations."""

    def limit(self, which: Which, reference: Reference) -> Quantity | None:
        """The upper or lower limit of normal that applies to the item's value, in any unit of its dimension."""

    def range_used(self, reference: Reference) -> RangeUsed | None:
        """The reference range row the limits of the item come from."""

    def rows(self, form: str) -> Iterable["Scope"]:
        """The rows of a form, each a scope in which `row` references are those of the row."""

    def parameter(self, name: str) -> Value:
        """The value of a study parameter."""

    def event_fact(self, name: str) -> Value:
        """One of `FACTS` of the event at hand."""

    def today(self) -> Moment:
        """The date at the subject's site."""

    def call(self, name: str, args: tuple[str, ...]) -> Value:
        """A question to the casebook: `open_queries()`, `required_missing()`, `duplicate_dates(FORM, ITEM)`,
        `overlapping_rows(FORM, ITEM)`; the first two give a plain `Quantity`, the others a truth value."""
