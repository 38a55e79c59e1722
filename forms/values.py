"""The typed value of a stored datum: what expressions compute with. What was typed itself stays in the datum."""

from collections.abc import Callable, Mapping
from fractions import Fraction

from forms.dates import parse_date, parse_datetime, parse_time
from forms.datum import Datum
from forms.definitions import Item, ItemType, UnitChoice
from forms.intervals import Interval, Number
from forms.kinds import Value
from forms.numerals import fraction_of, narrowed
from forms.quantities import Quantity, converted, decimal_text, measured
from forms.units import UnitFault


def value_of(item: Item, datum: Datum | None) -> Value:
    """The value of an item's datum: numbers exact and in the canonical unit, dates as intervals; None is missing.

    A text that cannot be read (of an older definition, say) is missing too: reading refuses it, evaluation never fails.
    """
    if datum is None or datum.text is None:
        return None
    return _VALUES[item.type](item, datum)


def in_canonical(item: Item, number: Number, unit: str | None) -> Quantity | None:
    """A number of an item in its canonical unit; the item's declared factor wins over the general conversion.

    Without a unit the number is in the canonical one, as computed values and items of one unit are.
    """
    if unit is None or unit == item.canonical:
        return Quantity(number, item.canonical or unit)
    choice = next((each for each in item.units if each.ucum == unit), None)
    if choice is not None:
        return Quantity(_moved(number, choice), item.canonical, _factor_text(choice))
    return _generally_converted(item, number, unit)


def _quantity(item: Item, datum: Datum) -> Quantity | None:
    number = fraction_of(datum.text or "")
    if number is None:
        return None
    if datum.unit is None and len(item.units) > 1:
        return None
    return in_canonical(item, measured(number, None, datum.comparator).number, datum.unit)


def _moved(number: Number, choice: UnitChoice) -> Number:
    if isinstance(number, Interval):
        low, high = (None if bound is None else _converted(bound, choice) for bound in (number.low, number.high))
        return Interval(low, high, number.low_open, number.high_open)
    return _converted(number, choice)


def _converted(number: Fraction, choice: UnitChoice) -> Fraction:
    return (number + choice.offset) * choice.factor + choice.post_offset


def _factor_text(choice: UnitChoice) -> str | None:
    """The declared conversion in words: `88.42`, `5/9, offset -32`; None where nothing is converted."""
    parts = [_ratio_text(choice.factor)]
    if choice.offset:
        parts.append(f"offset {_ratio_text(choice.offset)}")
    if choice.post_offset:
        parts.append(f"then {_ratio_text(choice.post_offset)}")
    return None if parts == ["1"] else ", ".join(parts)


def _ratio_text(ratio: Fraction) -> str:
    """A factor exactly: as a decimal where it ends, as a fraction where it does not."""
    text = decimal_text(ratio)
    return text if Fraction(text) == ratio else f"{ratio.numerator}/{ratio.denominator}"


def _generally_converted(item: Item, number: Number, unit: str) -> Quantity | None:
    if item.canonical is None:
        return None
    try:
        moved = converted(number, unit, item.canonical, item.molar_mass)
        step = _step(unit, item)
    except UnitFault:
        return None
    return None if moved is None or step is None else Quantity(moved, item.canonical, _ratio_text(step))


def _step(unit: str, item: Item) -> Fraction | None:
    """What one of the unit adds in the canonical one: the factor of the conversion."""
    ends = [converted(Fraction(end), unit, item.canonical or "", item.molar_mass) for end in (0, 1)]
    return ends[1] - ends[0] if isinstance(ends[0], Fraction) and isinstance(ends[1], Fraction) else None


def _text(_item: Item, datum: Datum) -> Value:
    return datum.text


def _codes(_item: Item, datum: Datum) -> Value:
    return frozenset((datum.text or "").split()) or None


def _date(_item: Item, datum: Datum) -> Value:
    return parse_date(narrowed(datum.text or ""))


def _datetime(_item: Item, datum: Datum) -> Value:
    return parse_datetime(narrowed(datum.text or ""))


def _time(_item: Item, datum: Datum) -> Value:
    return parse_time(narrowed(datum.text or ""))


_VALUES: Mapping[ItemType, Callable[[Item, Datum], Value]] = {
    ItemType.TEXT: _text,
    ItemType.CODE: _text,
    ItemType.FILE: _text,
    ItemType.CODES: _codes,
    ItemType.DATE: _date,
    ItemType.DATETIME: _datetime,
    ItemType.TIME: _time,
    ItemType.INTEGER: _quantity,
    ItemType.DECIMAL: _quantity,
    ItemType.QUANTITY: _quantity,
    ItemType.LAB: _quantity,
}
