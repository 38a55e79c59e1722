"""What the system computes beside each laboratory value: canonical value, multiple of ULN, range flag, CTCAE grade."""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from forms.analytes import GRADE, Analyte
from forms.casebook import EventKey, RecordKey
from forms.chart import Chart
from forms.ctcae import Measured
from forms.datum import EMPTY, Datum
from forms.definitions import Item
from forms.intervals import Interval, Number, less
from forms.kleene import Truth
from forms.limits import Limits
from forms.numerals import decimal_text
from forms.quantities import Quantity


def companions(chart: Chart, key: RecordKey, item: Item) -> Iterator[tuple[str, Datum]]:
    """The computed companions that the form holds for a laboratory item, each with its datum; empty where missing."""
    value, analyte = chart.value(key, item.oid), chart.compiled.analytes[f"{key.form}.{item.oid}"]
    if not isinstance(value, Quantity):
        yield from ((companion.oid, EMPTY) for companion in analyte.companions.values())
        return
    limits = chart.limits(key, item.oid)
    for suffix, companion in analyte.companions.items():
        if suffix == GRADE:
            yield companion.oid, _grade(chart, key, analyte, value.number, limits)
        else:
            yield companion.oid, _COMPANIONS[suffix](item, value.number, limits)


def number_datum(number: Number, unit: str | None) -> Datum:
    """A computed number as it is stored; a one-sided bound keeps its comparator, any other interval says nothing."""
    if isinstance(number, Fraction):
        return Datum(decimal_text(number), unit)
    if number.low is None and number.high is not None and number.high_open:
        return Datum(decimal_text(number.high), unit, "<")
    if number.high is None and number.low is not None and number.low_open:
        return Datum(decimal_text(number.low), unit, ">")
    return EMPTY


def _standard(item: Item, number: Number, _limits: Limits) -> Datum:
    return number_datum(number, item.canonical)


def _multiple_of_uln(_item: Item, number: Number, limits: Limits) -> Datum:
    if not limits.high or limits.high < 0:
        return EMPTY
    if isinstance(number, Fraction):
        return number_datum(number / limits.high, None)
    low, high = (None if bound is None else bound / limits.high for bound in (number.low, number.high))
    return number_datum(Interval(low, high, number.low_open, number.high_open), None)


def _range_flag(_item: Item, number: Number, limits: Limits) -> Datum:
    """L and H outside the limits, LL and HH outside the alert limits too, N within; the limits are inside."""
    if limits.low is None and limits.high is None:
        return EMPTY
    low, high = _is_below(number, limits.low), _is_above(number, limits.high)
    if low:
        return Datum("LL" if limits.alert_low is not None and _is_below(number, limits.alert_low) else "L")
    if high:
        return Datum("HH" if limits.alert_high is not None and _is_above(number, limits.alert_high) else "H")
    return Datum("N") if low is False and high is False else EMPTY


def _is_below(number: Number, limit: Fraction | None) -> Truth:
    return False if limit is None else less(number, limit)


def _is_above(number: Number, limit: Fraction | None) -> Truth:
    return False if limit is None else less(limit, number)


def _grade(chart: Chart, key: RecordKey, analyte: Analyte, number: Number, limits: Limits) -> Datum:
    item, grading = analyte.item, analyte.grading
    base, is_abnormal = _baseline(chart, key, item) if grading.uses_baseline else (None, False)
    found = grading.grade(Measured(number, item.canonical, limits.high, limits.low, base, is_abnormal, item.molar_mass))
    return EMPTY if found is None else Datum(str(found))


def _baseline(chart: Chart, key: RecordKey, item: Item) -> tuple[Number | None, Truth]:
    """The last value on or before day 0 and whether it was above its own limit; no baseline for what is not later.

    The baseline itself, and what came before it, is graded against the limits alone.
    """
    events = chart.baseline_events
    if key.event.oid in events:
        return None, False
    for oid in events:
        place = RecordKey(EventKey(oid), key.form)
        value = chart.value(place, item.oid)
        if isinstance(value, Quantity):
            high = chart.limits(place, item.oid).high
            return value.number, None if high is None else less(high, value.number)
    return None, False


_COMPANIONS: Mapping[str, Callable[[Item, Number, Limits], Datum]] = {
    "ST": _standard,
    "XULN": _multiple_of_uln,
    "NRIND": _range_flag,
}
