"""Static types of an expression's parts: kind, unit, code list."""

from dataclasses import dataclass

from forms.expressions.names import NameType
from forms.kinds import Kind
from forms.units import Unit, unit

TEXTUAL = frozenset({Kind.TEXT, Kind.CODE})
ORDERED = frozenset({Kind.NUMBER, Kind.DATE, Kind.DATETIME, Kind.TIME})


@dataclass(frozen=True)
class Sort:
    """The type of one part: `unit` None is a plain number; `derived` says that arithmetic made the unit."""

    kind: Kind
    unit: Unit | None = None
    codes: frozenset[str] | None = None
    many: bool = False
    derived: bool = False

    @property
    def name_type(self) -> NameType:
        """The same in the words of the names' interface."""
        return NameType(self.kind, self.unit.code if self.unit else None, self.codes, many=self.many)

    def __str__(self) -> str:
        words = _WORDS[self.kind]
        if self.many:
            return f"a list ({words})"
        return f"{words} in {self.unit.code}" if self.unit else words


_WORDS = {
    Kind.NUMBER: "a number",
    Kind.TEXT: "a text",
    Kind.CODE: "a code",
    Kind.CODES: "several codes",
    Kind.DATE: "a date",
    Kind.DATETIME: "a date-time",
    Kind.TIME: "a time of day",
    Kind.BOOLEAN: "a condition",
}

BOOLEAN = Sort(Kind.BOOLEAN)
PLAIN = Sort(Kind.NUMBER)
TEXT = Sort(Kind.TEXT)
DATE = Sort(Kind.DATE)


def sort_of(known: NameType) -> Sort:
    """The sort of a name; raises UnitFault where its declared unit is none."""
    return Sort(known.kind, unit(known.unit) if known.unit is not None else None, known.codes, known.many)
