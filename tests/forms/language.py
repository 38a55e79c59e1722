"""A small study in memory for the tests of the language: names with types, and the values of one record."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from forms.dates import Moment, day, parse_date, parse_datetime, parse_time
from forms.datum import Datum
from forms.expressions import Compiled, Kind, NameType, Reference, compile_expression
from forms.expressions.explaining import shown
from forms.findings import RangeUsed
from forms.quantities import Quantity, exact, measured

NY = frozenset({"Y", "N"})

ITEMS = {
    "ALT": NameType(Kind.NUMBER, "U/L"),
    "PLT": NameType(Kind.NUMBER, "10*9/L"),
    "HGB": NameType(Kind.NUMBER, "g/L"),
    "HCT": NameType(Kind.NUMBER, "L/L"),
    "CREA": NameType(Kind.NUMBER, "umol/L"),
    "CD19P": NameType(Kind.NUMBER, "%"),
    "LYM": NameType(Kind.NUMBER, "10*9/L"),
    "CD19": NameType(Kind.NUMBER, "/uL"),
    "UPCONC": NameType(Kind.NUMBER, "mg/L"),
    "UVOL": NameType(Kind.NUMBER, "mL"),
    "UPROT": NameType(Kind.NUMBER, "g/(24.h)"),
    "TEMP": NameType(Kind.NUMBER, "Cel"),
    "WEIGHT": NameType(Kind.NUMBER, "kg"),
    "AGE": NameType(Kind.NUMBER, "a"),
    "EGFR": NameType(Kind.NUMBER, "mL/min/{1.73_m2}"),
    "CLEAR": NameType(Kind.NUMBER, "mL/min"),
    "RBGLOM": NameType(Kind.NUMBER, "{#}"),
    "SCORE": NameType(Kind.NUMBER),
    "A": NameType(Kind.NUMBER),
    "B": NameType(Kind.NUMBER),
    "SEX": NameType(Kind.CODE, codes=frozenset({"F", "M"})),
    "YES": NameType(Kind.CODE, codes=NY),
    "NO": NameType(Kind.CODE, codes=NY),
    "GRADE": NameType(Kind.CODE, codes=frozenset("12345")),
    "DRUGS": NameType(Kind.CODES, codes=frozenset({"MMF", "TAC", "CYC"})),
    "NOTE": NameType(Kind.TEXT),
    "START": NameType(Kind.DATE),
    "END": NameType(Kind.DATE),
    "DRAWN": NameType(Kind.DATETIME),
    "DOSED": NameType(Kind.DATETIME),
    "CLOCK": NameType(Kind.TIME),
    "AENO": NameType(Kind.NUMBER),
    "BL.CHEM.CREA": NameType(Kind.NUMBER, "umol/L"),
    "PREV.VS.WEIGHT": NameType(Kind.NUMBER, "kg"),
    "SCR.DM.SEX": NameType(Kind.CODE, codes=frozenset({"F", "M"})),
    "CHEM.ALT": NameType(Kind.NUMBER, "U/L"),
}
ROW_ITEMS = {
    "SAE": {"SAEAENO": NameType(Kind.NUMBER), "SAETERM": NameType(Kind.TEXT)},
    "MP": {
        "MPDOSE": NameType(Kind.NUMBER, "mg"),
        "MPDAT": NameType(Kind.DATE),
        "MPROUTE": NameType(Kind.CODE, codes=frozenset({"IV", "PO"})),
    },
    "DV": {"DVCAT": NameType(Kind.CODE, codes=frozenset({"WINDOW", "OTHER"})), "DVEVT": NameType(Kind.TEXT)},
}
PARAMETERS = {
    "AGE_MIN": NameType(Kind.NUMBER, "a"),
    "LIMIT": NameType(Kind.NUMBER),
    "LOGIC": NameType(Kind.CODE, codes=frozenset({"ANY", "ALL"})),
    "DOSES": NameType(Kind.NUMBER, many=True),
    "DOSES_MG": NameType(Kind.NUMBER, "mg", many=True),
    "event": NameType(Kind.CODE, codes=frozenset({"SE.SCR", "SE.BL", "SE.W24"})),
}


class Study:
    """The static side: what may be named."""

    def reference(self, reference: Reference) -> NameType | str:
        if reference.place == "rows":
            known = ROW_ITEMS.get(reference.form or "", {}).get(reference.item)
        elif reference.place == "this":
            known = ITEMS.get(reference.item)
        else:
            known = ITEMS.get(str(reference))
        return known or f"there is no item {reference}"

    def parameter(self, name: str) -> NameType | None:
        return PARAMETERS.get(name)

    def known_words(self) -> Iterable[str]:
        return [*ITEMS, *PARAMETERS]


@dataclass
class Record:
    """The running side: typed values by the text of their names."""

    values: Mapping[str, Any] = field(default_factory=dict)
    limits: Mapping[str, Quantity] = field(default_factory=dict)
    rows_of: Mapping[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    answers: Mapping[str, Any] = field(default_factory=dict)
    typed: Mapping[str, Datum] = field(default_factory=dict)
    ranges: Mapping[str, RangeUsed] = field(default_factory=dict)

    def value(self, reference: Reference) -> Any:
        assert reference.place not in ("rows", "this")
        return self.values.get(str(reference))

    def entered(self, reference: Reference) -> Datum | None:
        return self.typed.get(str(reference))

    def limit(self, which: str, reference: Reference) -> Quantity | None:
        return self.limits.get(f"{which}({reference})")

    def range_used(self, reference: Reference) -> RangeUsed | None:
        return self.ranges.get(str(reference))

    def rows(self, form: str) -> Iterable["Record"]:
        return [Record(row) for row in self.rows_of.get(form, [])]

    def parameter(self, name: str) -> Any:
        return self.answers.get(name)

    def event_fact(self, name: str) -> Any:
        return self.answers.get(name)

    def today(self) -> Moment:
        return day(date(2026, 6, 1))

    def call(self, name: str, args: tuple[str, ...]) -> Any:
        return self.answers.get(f"{name}({', '.join(args)})")


def value(name: str, text: str | None, known: NameType | None = None) -> Any:
    """A value as a scope gives it, from its text: `81`, `<20`, `2026-03`, `Y`, `MMF TAC`."""
    kind = known or ITEMS[name]
    if text is None:
        return None
    if kind.kind == Kind.NUMBER:
        number = exact(text.lstrip("<>"))
        assert number is not None
        return measured(number, kind.unit, text[0] if text[0] in "<>" else None)
    if kind.kind == Kind.CODES:
        return frozenset(text.split())
    parse = {Kind.DATE: parse_date, Kind.DATETIME: parse_datetime, Kind.TIME: parse_time}.get(kind.kind)
    return parse(text) if parse else text


def record(given: Mapping[str, str | None] | None = None, **others: Any) -> Record:
    """A record from texts; a name such as `uln(ALT)` is a limit in the item's unit."""
    values, limits = {}, {}
    for name, text in (given or {}).items():
        if name[:4] in ("uln(", "lln("):
            limits[name] = value(name[4:-1], text)
        else:
            values[name] = value(name, text)
    return Record(values, limits, **others)


def compiled(text: str, expects: Kind = Kind.BOOLEAN, **wanted: Any) -> Compiled:
    """The expression compiled against the small study."""
    return compile_expression(text, Study(), expects=expects, **wanted)


def outcome(text: str, given: Mapping[str, str | None] | None = None, **others: Any) -> Any:
    """The truth value of a condition for a record."""
    return compiled(text).evaluate(record(given, **others))


def number(
    text: str, given: Mapping[str, str | None] | None = None, expects: Kind = Kind.NUMBER, **others: Any
) -> str | None:
    """The value of an expression as text."""
    return shown(compiled(text, expects).evaluate(record(given, **others)))
