"""What the expressions of one form of a study may name, with the type of each name."""

from collections.abc import Iterable
from fractions import Fraction

from forms.definitions import Event, Form, Item, ItemType, Parameter, Study
from forms.expressions import NameType, Reference
from forms.kinds import Kind, Value
from forms.quantities import Quantity
from forms.spelling import did_you_mean

RELATIVE = ("PREV", "FIRST", "LAST")
KINDS = {
    ItemType.TEXT: Kind.TEXT,
    ItemType.FILE: Kind.TEXT,
    ItemType.INTEGER: Kind.NUMBER,
    ItemType.DECIMAL: Kind.NUMBER,
    ItemType.QUANTITY: Kind.NUMBER,
    ItemType.LAB: Kind.NUMBER,
    ItemType.DATE: Kind.DATE,
    ItemType.DATETIME: Kind.DATETIME,
    ItemType.TIME: Kind.TIME,
    ItemType.CODE: Kind.CODE,
    ItemType.CODES: Kind.CODES,
}


def item_type(item: Item, study: Study) -> NameType:
    """The static type of an item."""
    codelist = study.codelists.get(item.codelist or "")
    codes = frozenset(term.code for term in codelist.codes) if codelist else None
    return NameType(KINDS[item.type], item.canonical, codes)


def parameter_type(parameter: Parameter) -> NameType:
    """The static type of a study parameter."""
    many = isinstance(parameter.value, tuple)
    first = next(iter(parameter.value), "") if many else parameter.value
    if isinstance(first, Fraction):
        return NameType(Kind.NUMBER, parameter.unit, many=many)
    codes = frozenset(str(each) for each in parameter.allowed) or None
    return NameType(Kind.TEXT if codes is None else Kind.CODE, parameter.unit, codes, many)


def parameter_value(parameter: Parameter) -> Value:
    """The typed value of a study parameter."""
    if isinstance(parameter.value, tuple):
        return tuple(_single_value(each, parameter.unit) for each in parameter.value)
    return _single_value(parameter.value, parameter.unit)


def _single_value(value: Fraction | str, unit: str | None) -> Quantity | str:
    return Quantity(value, unit) if isinstance(value, Fraction) else value


class StudyNames:
    """The names for the expressions of one form: `Names` of the expression language."""

    def __init__(self, study: Study, form: Form) -> None:
        self.study, self.form = study, form
        self.by_alias = {event.alias: event for event in study.events.values()}
        self.holders = [event for event in study.events.values() if form.oid in event.forms]

    def reference(self, reference: Reference) -> NameType | str:
        """The type of an item, or what is wrong with naming it."""
        place, form_oid, item_oid = reference
        if place in ("row", "this"):
            return self._item(self.form, item_oid)
        events = self._events_of(place)
        if isinstance(events, str):
            return events
        form = self.study.forms.get(form_oid or "")
        if form is None:
            return self._unknown("form", form_oid or "", self.study.forms)
        if not any(form.oid in event.forms for event in events):
            where = f"event {place}" if place in self.by_alias else f"event that holds {self.form.oid}"
            return f"no {where} holds the form {form.oid}"
        return self._item(form, item_oid)

    def parameter(self, name: str) -> NameType | None:
        """The type of a parameter, or of `event` and `event_type` with the codes they can take."""
        if name == "event":
            return NameType(Kind.CODE, codes=frozenset(self.study.events))
        if name == "event_type":
            return NameType(Kind.CODE, codes=frozenset(event.kind for event in self.study.events.values()))
        found = self.study.parameters.get(name)
        return parameter_type(found) if found else None

    def known_words(self) -> Iterable[str]:
        """The names that can be written here, for suggestions."""
        yield from self.form.items
        yield from (f"{form.oid}.{item}" for form in self.study.forms.values() for item in form.items)
        yield from self.study.parameters
        yield from self.by_alias

    def _events_of(self, place: str) -> list[Event] | str:
        """The events in which a name with this place is looked up, or what is wrong with the place."""
        if place == "event":
            return self.holders
        if place in (*RELATIVE, "rows"):
            return list(self.study.events.values())
        if place in self.by_alias:
            return [self.by_alias[place]]
        return self._unknown("event", place, [*self.by_alias, *RELATIVE])

    def _item(self, form: Form, oid: str) -> NameType | str:
        item = form.items.get(oid)
        if item is None:
            return self._unknown(f"item in {form.oid}", oid, form.items)
        return item_type(item, self.study)

    def _unknown(self, what: str, word: str, known: Iterable[str]) -> str:
        hint = did_you_mean(word, known)
        return f"there is no {what} named {word}" + (f"; {hint}" if hint else "")
