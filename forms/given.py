"""What a test gives, as the scope an expression runs in: items by name, look-ups by their text, the rest missing."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import Any

from forms.dates import Moment, parse_date, parse_datetime, parse_time
from forms.datum import Datum
from forms.definitions import Item, ItemType, Study
from forms.expressions import Compiled, ExpressionFaults, NameType, Reference, Scope, compile_expression, normalise
from forms.expressions.names import FACTS, Which
from forms.findings import RangeUsed
from forms.kinds import Kind, Value
from forms.names import KINDS, StudyNames, parameter_type, parameter_value
from forms.quantities import Quantity, exact
from forms.spelling import did_you_mean
from forms.values import value_of

_QUANTITY = re.compile(r"(?P<q>[<>]?)\s*(?P<v>[+-]?[0-9.]+)\s*(?:'(?P<u>[^']+)')?")
_UNIT_OF_NUMBER = re.compile(r"(?<=[0-9]) '[^']*'")
NUMBERS = tuple(kind for kind, read_as in KINDS.items() if read_as is Kind.NUMBER)
_PARTS = {"_U": "u", "_Q": "q", "_ND": "nd"}
"""How a specification names the unit, comparator and missing reason of an item beside the item itself."""


class Given:
    """One test's `given`, understood for one expression of one form.

    `problems` name what could not be understood, `idle` the names that exist but that the expression does not read,
    `absent` the items and look-ups it reads that are missing here.
    """

    def __init__(self, study: Study, form: str, rule: Compiled, given: Mapping[str, Any]) -> None:
        self.study, self.form, self.rule = study, form, rule
        self.problems: list[str] = []
        self.idle: list[str] = []
        self.values: dict[str, Value] = {}
        self.entered: dict[str, Datum] = {}
        self.assumed: dict[str, Value] = dict.fromkeys(rule.lookups)
        self.references = {str(reference): reference for reference in rule.reads if reference.place != "rows"}
        self.bare_lookups = {without_units(text): text for text in rule.lookups}
        for name, value in self._with_parts(given).items():
            self._take(self._own(name.strip()), value)

    @cached_property
    def expression(self) -> Compiled:
        """The expression with its look-ups as given."""
        return self.rule.assuming(self.assumed) if self.assumed else self.rule

    @property
    def absent(self) -> list[str]:
        """The items and look-ups the expression reads that this test leaves missing."""
        lookups = [text for text, value in self.assumed.items() if value is None]
        return [name for name in self.references if self.values.get(name) is None] + lookups

    @property
    def today(self) -> str | None:
        """The date given for `today()`, if the expression asks for it."""
        moment = self.assumed.get(normalise("today()"))
        return moment.text if isinstance(moment, Moment) else None

    @property
    def scope(self) -> Scope:
        """The values given, as an expression asks for them."""
        return _GivenScope(self.study, self.values, self.entered)

    def _with_parts(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """What is given, `ALT_U`, `ALT_Q` and `ALT_ND` joined to `ALT` where they are no items themselves."""
        whole = dict(given)
        for name in given:
            item, suffix, _ = next((name.rpartition(each) for each in _PARTS if name.endswith(each)), (name, "", ""))
            if suffix and item in self.references and not self._exists(name):
                value = whole.get(item)
                value = dict(value) if isinstance(value, Mapping) else {"v": value}
                whole[item] = value | {_PARTS[suffix]: whole.pop(name)}
        return whole

    def _own(self, name: str) -> str:
        """`CHEM.ALT` on the form CHEM is its own `ALT`, where the expression does not read it by that name."""
        own = name.removeprefix(f"{self.form}.")
        return own if name not in self.references and own in self.references else name

    def _take(self, name: str, given: Any) -> None:
        lookup = self._lookup(name)
        if lookup is not None:
            self.assumed[lookup] = self._typed(name, given, self.rule.lookups[lookup])
        elif name in self.references:
            self._take_item(name, self.references[name], given)
        elif name in FACTS:
            self._take_fact(name, given)
        elif name in self.study.parameters:
            self.values[name] = self._typed(name, given, parameter_type(self.study.parameters[name]))
        elif self._exists(name):
            self.idle.append(name)
        else:
            known = (*self.references, *self.rule.lookups, *self.study.parameters, *FACTS)
            hint = did_you_mean(name, known) or did_you_mean(normalise(name), known)
            self.problems.append(f"{name} is nothing the study knows" + (f"; {hint}" if hint else ""))

    def _lookup(self, name: str) -> str | None:
        """The look-up that a text means: the same but for white space, quotes and the units of its numbers."""
        written = normalise(name)
        return written if written in self.rule.lookups else self.bare_lookups.get(without_units(written))

    def _take_fact(self, name: str, given: Any) -> None:
        """What the plan says of the event: days as numbers, the event itself by its OID or its alias."""
        textual = name in ("event", "event_type")
        value = self._typed(name, given, NameType(Kind.TEXT if textual else Kind.NUMBER))
        events = self.study.events
        if name == "event" and isinstance(value, str) and value not in events:
            value = next((event.oid for event in events.values() if event.alias == value), value)
            if value not in events:
                self.problems.append(f"there is no event {value}")
        self.values[name] = value

    def _take_item(self, name: str, reference: Reference, given: Any) -> None:
        item = self.study.forms[reference.form or self.form].items[reference.item]
        datum = datum_of(item, given)
        self.entered[name] = datum
        self.values[name] = value_of(item, datum)
        if datum.text is not None and self.values[name] is None:
            self.problems.append(f"{name} cannot be {datum.text}")

    def _typed(self, name: str, given: Any, kind: NameType) -> Value:
        value = typed(given, kind)
        if value is None and given is not None:
            self.problems.append(f"{name} cannot be {given}")
        return value

    def _exists(self, name: str) -> bool:
        """Whether a name that the expression does not read means something in the study all the same."""
        names = StudyNames(self.study, self.study.forms[self.form])
        if name.endswith(")"):
            return any(_compiles(name, names, kind) for kind in (Kind.BOOLEAN, Kind.NUMBER, Kind.DATE))
        head, _, item = name.rpartition(".")
        place, _, form = head.rpartition(".")
        asked = Reference(place or "event", form, item) if head else Reference("row", None, item)
        return not isinstance(names.reference(asked), str)


def without_units(lookup: str) -> str:
    """A normalised look-up as one writes it who compares bare numbers: `PTDUR > 14 'd'` is `PTDUR > 14`."""
    return _UNIT_OF_NUMBER.sub("", lookup)


def _compiles(text: str, names: StudyNames, kind: Kind) -> bool:
    try:
        compile_expression(text, names, expects=kind)
    except ExpressionFaults:
        return False
    return True


class _GivenScope:
    """A scope that holds what a test gives and nothing else; look-ups never reach it, they are assumed."""

    def __init__(self, study: Study, values: Mapping[str, Value], entered: Mapping[str, Datum]) -> None:
        self._study, self._values, self._entered = study, values, entered

    def value(self, reference: Reference) -> Value:
        return self._values.get(str(reference))

    def entered(self, reference: Reference) -> Datum | None:
        return self._entered.get(str(reference))

    def limit(self, which: Which, reference: Reference) -> Quantity | None:
        raise LookupError(f"{which}({reference}) is assumed in a test")

    def range_used(self, reference: Reference) -> RangeUsed | None:
        return None  # what a test gives comes from no range row

    def rows(self, form: str) -> Iterable[Scope]:
        raise LookupError(f"what looks at the rows of {form} is assumed in a test")

    def parameter(self, name: str) -> Value:
        if name in self._values:
            return self._values[name]
        return parameter_value(self._study.parameters[name])

    def event_fact(self, name: str) -> Value:
        return self._values.get(name)

    def today(self) -> Moment:
        raise LookupError("today() is assumed in a test")

    def call(self, name: str, args: tuple[str, ...]) -> Value:
        raise LookupError(f"{name}({', '.join(args)}) is assumed in a test")


def text_of(given: Any) -> str | None:
    """A given value as it would be typed; numbers and dates may come from JSON or plain YAML."""
    if given is None or isinstance(given, bool):
        return None if given is None else str(given)
    return given.isoformat() if isinstance(given, date) else str(given)


def is_true(given: Any) -> bool:
    """Whether a test says yes: true, or the text of it."""
    return text_of(given) in ("True", "true")


def datum_of(item: Item, given: Any) -> Datum:
    """A given value of an item: bare (in its canonical unit), `<20`, `50000 '/uL'`, or `{v, u, q, nd}`."""
    if isinstance(given, Mapping):
        parts = {key: text_of(given.get(key)) for key in ("v", "u", "q", "nd")}
        unit = parts["u"] or (item.canonical if item.units and parts["v"] is not None else None)
        return Datum(parts["v"], unit, parts["q"], parts["nd"])
    if isinstance(given, list | tuple):
        return Datum(" ".join(text_of(each) or "" for each in given))
    text = text_of(given)
    found = _QUANTITY.fullmatch(text) if text is not None and item.type in NUMBERS else None
    measured = item.type in (ItemType.QUANTITY, ItemType.LAB)
    if found is None or not (measured or found["u"]):
        return Datum(text, item.canonical if measured and text is not None else None)
    return Datum(found["v"], found["u"] or item.canonical, found["q"] or None)


def typed(given: Any, kind: NameType) -> Value:
    """A given value of a look-up, parameter or fact; None where it is missing or of another kind."""
    if not kind.many:
        return _single(given, kind)
    if not isinstance(given, list | tuple):
        return None
    found = tuple(single for each in given if (single := _single(each, kind)) is not None)
    return found if len(found) == len(given) else None


def _single(given: Any, kind: NameType) -> Quantity | str | Moment | bool | Any:
    text = None if isinstance(given, list | tuple | Mapping) else text_of(given)
    if text is None:
        return None
    if kind.kind is Kind.NUMBER:
        number = exact(text)
        return None if number is None else Quantity(number, kind.unit)
    if kind.kind is Kind.BOOLEAN:
        return {"true": True, "false": False}.get(text.lower())
    parse = {Kind.DATE: parse_date, Kind.DATETIME: parse_datetime, Kind.TIME: parse_time}.get(kind.kind)
    return parse(text) if parse else text
