"""Single values inside the documents of records, as SQL can compare and sort them.

Numbers are compared as floats here: enough to bring them into an order and to leave out what is far off. What is close
to a limit is decided by the exact evaluation, never here.
"""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, Float, and_, case, cast, collate, func, literal, or_, true

from ecrf.db import db
from ecrf.models.records import Record
from forms.definitions import Item
from forms.expressions import Conjunct
from forms.kinds import Kind
from forms.names import KINDS

_WIDE, _NARROW = "０１２３４５６７８９．－−", "0123456789.--"
_MARGIN = Fraction(1, 10**9)


def typed(item: str, part: str = "v") -> ColumnElement[str]:
    """A part of an item's datum as text: `v` what was typed, `u` the unit, `q` the comparator."""
    found: ColumnElement[str] = Record.data[(item, part)].as_string()
    return found


def sorting_value(item: Item) -> ColumnElement[Any]:
    """What a list is sorted by: numbers in the canonical unit, all else by its text; NULL where it is missing."""
    if KINDS[item.type] is Kind.NUMBER:
        return _canonical(item)
    text = typed(item.oid)
    return collate(text, "C") if _is_postgresql() else text


def is_not_false(conjuncts: Iterable[Conjunct], items: dict[str, Item]) -> ColumnElement[bool]:
    """A condition that holds on every record on which all of these comparisons are TRUE or UNKNOWN."""
    return and_(true(), *(_kept(conjunct, items) for conjunct in conjuncts))


def _kept(conjunct: Conjunct, items: dict[str, Item]) -> ColumnElement[bool]:
    if conjunct.item is None:
        among = Record.event.in_(conjunct.values)
        return among if conjunct.operator == "in" else ~among
    text = typed(conjunct.item)
    if conjunct.operator in ("in", "not in"):
        among = text.in_(conjunct.values)
        return or_(text.is_(None), among if conjunct.operator == "in" else ~among)
    item = items[conjunct.item]
    unknown = or_(text.is_(None), ~_is_plain(text), typed(item.oid, "q").is_not(None))
    return or_(_near(_canonical(item), conjunct.operator, conjunct.values[0]), unknown, _is_of_no_unit(item))


def _near(number: ColumnElement[float], operator: str, limit: str | Fraction) -> ColumnElement[bool]:
    """A comparison with some room on either side, so that no rounding of floats decides it."""
    exact = Fraction(limit)
    room = _MARGIN * max(Fraction(1), abs(exact))
    below, above = number <= float(exact + room), number >= float(exact - room)
    return {"==": and_(below, above), "<": below, "<=": below, ">": above, ">=": above}[operator]


def _canonical(item: Item) -> ColumnElement[float]:
    """The number of an item in its canonical unit; NULL where it is missing."""
    number = _number(typed(item.oid))
    others = [choice for choice in item.units if choice.ucum != item.canonical]
    in_unit = {
        choice.ucum: (number + float(choice.offset)) * float(choice.factor) + float(choice.post_offset)
        for choice in others
    }
    return case(in_unit, value=typed(item.oid, "u"), else_=number) if in_unit else number


def _is_of_no_unit(item: Item) -> ColumnElement[bool]:
    """Whether a value is in a unit that the item does not offer: what it is worth, the exact evaluation says."""
    unit = typed(item.oid, "u")
    offered = [choice.ucum for choice in item.units] or [item.canonical or ""]
    return unit.not_in(offered) if len(offered) == 1 else or_(unit.is_(None), unit.not_in(offered))


def _number(text: ColumnElement[str]) -> ColumnElement[float]:
    """A text as a number; on SQLite what is no number is 0, which `_is_plain` tells from one."""
    narrow = _narrowed(text)
    return case((_is_plain(text), cast(narrow, Float))) if _is_postgresql() else cast(narrow, Float)


def _is_plain(text: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a text is a plain number (on SQLite in ASCII; others are left to the exact evaluation)."""
    if _is_postgresql():
        return _narrowed(text).regexp_match(r"^-?[0-9]{1,40}(\.[0-9]{1,40})?$")
    return and_(text != "", func.glob("*[^0-9.-]*", text) == 0)


def _narrowed(text: ColumnElement[str]) -> ColumnElement[str]:
    """The ASCII of what a Chinese keyboard types in full width (`forms.numerals.narrowed`)."""
    if _is_postgresql():
        return func.translate(text, _WIDE, _NARROW)
    narrow: ColumnElement[str] = text
    for wide, ascii_ in zip(_WIDE, _NARROW, strict=True):
        narrow = func.replace(narrow, literal(wide), literal(ascii_))
    return case((func.glob("*[^ -~]*", text) == 1, narrow), else_=text)


def _is_postgresql() -> bool:
    return db.session.get_bind().dialect.name == "postgresql"
