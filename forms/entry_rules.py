"""The rule that each type of item holds a typed text against. A rule answers with the fault, or None where it holds."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

import re2

from forms.codelists import CodeList
from forms.dates import Moment, parse_date, parse_datetime, parse_time
from forms.datum import Datum
from forms.definitions import Item, ItemType
from forms.numerals import MOST_DIGITS, digits_of, is_number, narrowed, significant_digits_of
from forms.texts import Text
from forms.units import UnitFault, convert
from forms.wording import refusal_text

LONGEST = 4000
"""Characters a text may have where its item declares no length."""

FIRST_YEAR, LAST_YEAR = 1900, 2100
"""The years a trial can mean; a birth in 1899 or a visit in 2101 is a slip of the pen."""

Codelists = Mapping[str, CodeList]


class Fault(NamedTuple):
    """The rule that a typed value broke, by its short name, and what to tell the person."""

    rule: str
    message: Text


def fault(rule: str, wording: str, item: Item, typed: str, **details: str | int) -> Fault:
    """A fault with its message; `wording` names the sentence."""
    return Fault(rule, refusal_text(wording, item, typed, **details))


def fault_of(item: Item, datum: Datum, codelists: Codelists) -> Fault | None:
    """The rule of the item's type that a datum with a text breaks."""
    text = datum.text or ""
    if item.type in _NUMBERS:
        return _fault_of_number(item, text) or _fault_of_unit(item, datum)
    if datum.unit is not None:
        return fault("unit", "no unit", item, f"{text} {datum.unit}")
    if item.type in _CODES:
        return _fault_of_code(item, text, codelists)
    return _RULES[item.type](item, text)


def _fault_of_number(item: Item, text: str) -> Fault | None:
    narrow = narrowed(text) if len(text) <= LONGEST else ""
    if not is_number(narrow) or (item.type is ItemType.INTEGER and "." in narrow):
        return fault("type", _NUMBERS[item.type], item, text)
    limit = min(item.length or MOST_DIGITS, MOST_DIGITS)
    if digits_of(narrow) > limit:
        return fault("length", "digits", item, text, limit=limit)
    if item.digits is not None and significant_digits_of(narrow) > item.digits:
        return fault("digits", "significant", item, text, limit=item.digits)
    return None


def _fault_of_unit(item: Item, datum: Datum) -> Fault | None:
    if datum.unit is None:
        if len(item.units) <= 1:
            return None
        return fault("unit", "unit needed", item, datum.text or "", units=_units_of(item))
    if datum.unit == item.canonical:
        return None
    if not item.units:
        return fault("unit", "no unit", item, f"{datum.text} {datum.unit}")
    known = any(choice.ucum == datum.unit for choice in item.units) or _converts(item, datum.unit)
    return None if known else fault("unit", "unit", item, datum.unit, units=_units_of(item))


def _units_of(item: Item) -> str:
    return ", ".join(choice.display for choice in item.units)


def _converts(item: Item, unit: str) -> bool:
    """Whether an undeclared unit is a UCUM code that converts exactly to the item's canonical one."""
    if item.canonical is None:
        return False
    try:
        return convert(Fraction(1), unit, item.canonical, molar_mass=item.molar_mass) is not None
    except UnitFault:
        return False


def _fault_of_code(item: Item, text: str, codelists: Codelists) -> Fault | None:
    listed = codelists.get(item.codelist or "")
    chosen = text.split() if item.type is ItemType.CODES else [text]
    stranger = next((code for code in chosen if listed is None or listed.find(code) is None), None)
    return None if stranger is None else fault("codelist", "codelist", item, stranger)


def _fault_of_text(item: Item, text: str) -> Fault | None:
    limit = item.length or LONGEST
    if len(text) > limit:
        return fault("length", "length", item, text, limit=limit)
    if item.pattern is not None and _compiled_pattern(item.pattern).fullmatch(text) is None:
        return fault("pattern", "pattern", item, text, pattern=item.pattern)
    return None


@lru_cache(maxsize=1024)
def _compiled_pattern(pattern: str) -> Any:
    """RE2 runs in linear time, so no pattern and no text can hold a save up."""
    return re2.compile(pattern)


def _fault_of_date(item: Item, text: str) -> Fault | None:
    moment = parse_date(_short(text))
    if moment is None or not (moment.is_exact or item.partial):
        return fault("type", "partial date" if item.partial else "date", item, text)
    return _fault_of_year(item, text, moment)


def _fault_of_datetime(item: Item, text: str) -> Fault | None:
    moment = parse_datetime(_short(text))
    if moment is None or not (moment.is_exact or item.partial):
        return fault("type", "partial datetime" if item.partial else "datetime", item, text)
    return _fault_of_year(item, text, moment)


def _fault_of_year(item: Item, text: str, moment: Moment) -> Fault | None:
    known = moment.earliest.year >= FIRST_YEAR and moment.latest.year <= LAST_YEAR
    return None if known else fault("year", "year", item, text)


def _fault_of_time(item: Item, text: str) -> Fault | None:
    clock = parse_time(_short(text))
    if clock is not None and (clock.is_exact or item.partial):
        return None
    return fault("type", "partial time" if item.partial else "time", item, text)


def _short(text: str) -> str:
    """A text narrowed for parsing; no date is as long as what is left out."""
    return narrowed(text) if len(text) <= 40 else ""


_NUMBERS: Mapping[ItemType, str] = {
    ItemType.INTEGER: "integer",
    ItemType.DECIMAL: "number",
    ItemType.QUANTITY: "number",
    ItemType.LAB: "result",
}
_CODES = frozenset({ItemType.CODE, ItemType.CODES})
_RULES: Mapping[ItemType, Callable[[Item, str], Fault | None]] = {
    ItemType.TEXT: _fault_of_text,
    ItemType.FILE: _fault_of_text,
    ItemType.DATE: _fault_of_date,
    ItemType.DATETIME: _fault_of_datetime,
    ItemType.TIME: _fault_of_time,
}
