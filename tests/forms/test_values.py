"""The typed value of what was typed: in the canonical unit by the item's own factor, else by the general conversion."""

from dataclasses import replace
from datetime import date, datetime, time
from fractions import Fraction

import pytest

from forms.dates import Clock, Moment
from forms.datum import Datum
from forms.definitions import Item, UnitChoice
from forms.intervals import Interval
from forms.kinds import Value
from forms.quantities import Quantity
from forms.values import in_canonical, value_of
from tests.forms import sample_items as samples

BELOW_2 = Interval(None, Fraction(2), high_open=True)
ABOVE_2 = Interval(Fraction(2), None, low_open=True)
BELOW_176 = Interval(None, Fraction("176.84"), high_open=True)
SHIFTED = replace(
    samples.TEMPERATURE,
    units=(*samples.TEMPERATURE.units, UnitChoice("{shifted}", "shifted", Fraction(2), Fraction(3), Fraction(5))),
)

READ: list[tuple[Item, Datum | None, Value]] = [
    (samples.DECIMAL, None, None),
    (samples.DECIMAL, Datum(), None),
    (samples.DECIMAL, Datum(missing="NOTDONE"), None),
    (samples.DECIMAL, Datum("x"), None),
    (samples.DECIMAL, Datum("1.20"), Quantity(Fraction("1.2"))),
    (samples.DECIMAL, Datum("-0"), Quantity(Fraction(0))),
    (samples.DECIMAL, Datum("1.20", "kg"), None),
    (samples.ONE_UNIT, Datum("2"), Quantity(Fraction(2), "mm/h")),
    (samples.ONE_UNIT, Datum("2", "mm/h"), Quantity(Fraction(2), "mm/h")),
    (samples.ONE_UNIT, Datum("2", "mm/h", "<"), Quantity(BELOW_2, "mm/h")),
    (samples.ONE_UNIT, Datum("2", "mm/h", ">"), Quantity(ABOVE_2, "mm/h")),
    (samples.CREATININE, Datum("2"), None),
    (samples.CREATININE, Datum("2", "umol/L"), Quantity(Fraction(2), "umol/L")),
    (samples.CREATININE, Datum("2", "mg/dL"), Quantity(Fraction("176.84"), "umol/L")),
    (samples.CREATININE, Datum("2", "mg/dL", "<"), Quantity(BELOW_176, "umol/L")),
    (samples.CREATININE, Datum("2", "mmol/L"), Quantity(Fraction(2000), "umol/L")),
    (samples.CREATININE, Datum("2", "g/L"), None),
    (samples.CREATININE, Datum("2", "no unit"), None),
    (samples.TEMPERATURE, Datum("100.4", "[degF]"), Quantity(Fraction(38), "Cel")),
    (SHIFTED, Datum("1", "{shifted}"), Quantity(Fraction(13), "Cel")),
    (samples.DATE, Datum("2026-03"), Moment(date(2026, 3, 1), date(2026, 3, 31))),
    (samples.DATETIME, Datum("2026-03-04T08:00"), Moment(datetime(2026, 3, 4, 8), datetime(2026, 3, 4, 8))),  # noqa: DTZ001
    (samples.TIME, Datum("08:00"), Clock(time(8), time(8))),
    (samples.CODE, Datum("Y"), "Y"),
    (samples.CODES, Datum("A  C"), frozenset({"A", "C"})),
    (samples.CODES, Datum(" "), None),
    (samples.TEXT, Datum("A  C"), "A  C"),
]
"""An item, what was typed for it, and its value."""


@pytest.mark.parametrize(("item", "typed", "value"), READ)
def test_a_value_is_what_was_typed_in_the_canonical_unit(item: Item, typed: Datum | None, value: Value) -> None:
    assert value_of(item, typed) == value


FACTORS: list[tuple[Item, str | None, str | None]] = [
    (samples.CREATININE, None, None),
    (samples.CREATININE, "umol/L", None),
    (samples.CREATININE, "mg/dL", "88.42"),
    (samples.CREATININE, "mmol/L", "1000"),
    (samples.TEMPERATURE, "[degF]", "5/9, offset -32"),
    (samples.TEMPERATURE, "K", "1"),
    (SHIFTED, "{shifted}", "2, offset 3, then 5"),
    (samples.LAB, "10*3/uL", None),
    (samples.LAB, "/uL", "0.001"),
    (replace(samples.CREATININE, molar_mass=Fraction(113)), "g/L", "1000000/113"),
]
"""An item, a unit, and the conversion that is kept with the value."""


@pytest.mark.parametrize(("item", "unit", "factor"), FACTORS)
def test_the_conversion_is_kept_exactly(item: Item, unit: str | None, factor: str | None) -> None:
    found = in_canonical(item, Fraction(1), unit)
    assert found is not None
    assert (found.unit, found.factor) == (item.canonical, factor)


def test_an_item_without_a_unit_takes_the_one_it_is_given() -> None:
    assert in_canonical(samples.DECIMAL, Fraction(1), None) == Quantity(Fraction(1))
    assert in_canonical(samples.DECIMAL, Fraction(1), "kg") is None


def test_a_molar_mass_serves_units_that_are_not_declared() -> None:
    weighed = replace(samples.CREATININE, molar_mass=Fraction("113.12"))
    assert in_canonical(weighed, Fraction("113.12"), "mg/L") == Quantity(Fraction(1000), "umol/L")
    assert in_canonical(weighed, Fraction(1), "mg/dL") == Quantity(Fraction("88.42"), "umol/L")
