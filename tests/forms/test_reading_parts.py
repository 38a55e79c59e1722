"""Value, unit, comparator and reason of a datum: put where they belong, refused where they contradict, converted."""

from fractions import Fraction

import pytest

from forms.datum import Datum
from forms.definitions import Item, ItemType
from forms.quantities import Quantity
from forms.reading import read
from forms.values import value_of
from tests.forms.sample_items import CREATININE, DECIMAL, LAB, ONE_UNIT, STUDY, TEMPERATURE, TEXT, item


@pytest.mark.parametrize(
    ("of", "typed", "kept"),
    [
        (LAB, Datum("<5", "/uL"), Datum("5", "/uL", "<")),
        (LAB, Datum("> 3000", "10*9/L"), Datum("3000", "10*9/L", ">")),
        (LAB, Datum("＜５", "/uL"), Datum("５", "/uL", "<")),
        (LAB, Datum("<5", "/uL", "<"), Datum("5", "/uL", "<")),
        (LAB, Datum("5", "/uL", "＞"), Datum("5", "/uL", ">")),
        (LAB, Datum("49.999", "10*9/L"), Datum("49.999", "10*9/L")),
        (LAB, Datum("0.05", "10*12/L"), Datum("0.05", "10*12/L")),
        (ONE_UNIT, Datum("12"), Datum("12", "mm/h")),
        (LAB, Datum(None, "/uL"), Datum()),
        (LAB, Datum("  ", "/uL", ""), Datum()),
        (LAB, Datum(None, None, None, "NOTDONE"), Datum(missing="NOTDONE")),
        (LAB, Datum(None, "/uL", None, "NOTDONE"), Datum(missing="NOTDONE")),
        (DECIMAL, Datum(missing="NOTDONE"), Datum(missing="NOTDONE")),
    ],
)
def test_the_parts_of_a_datum_are_put_where_they_belong(of: Item, typed: Datum, kept: Datum) -> None:
    assert read(of, typed, STUDY) == (kept, None)


@pytest.mark.parametrize(
    ("of", "typed", "rule"),
    [
        (LAB, Datum("5"), "unit"),
        (LAB, Datum("5", "mmHgg"), "unit"),
        (LAB, Datum("5", "mg/dL"), "unit"),
        (LAB, Datum("5", "IU/mL"), "unit"),
        (CREATININE, Datum("5", "mmol/kg"), "unit"),
        (DECIMAL, Datum("5", "mg"), "unit"),
        (TEXT, Datum("a", "mg"), "unit"),
        (LAB, Datum("5", "/uL", "="), "comparator"),
        (LAB, Datum("5", "/uL", "<="), "comparator"),
        (LAB, Datum("<5", "/uL", ">"), "comparator"),
        (LAB, Datum("<<5", "/uL"), "comparator"),
        (LAB, Datum("<", "/uL"), "comparator"),
        (LAB, Datum(None, "/uL", "<"), "comparator"),
        (LAB, Datum("<=5", "/uL"), "type"),
        (DECIMAL, Datum("5", None, "<"), "comparator"),
        (DECIMAL, Datum("<5"), "type"),
        (LAB, Datum("5", "/uL", None, "NOTDONE"), "missing"),
        (LAB, Datum("<", None, None, "NOTDONE"), "missing"),
        (LAB, Datum(missing="BECAUSE"), "missing"),
        (LAB, Datum("5", "\x00"), "characters"),
        (LAB, Datum("123456789", "/uL"), "length"),
    ],
)
def test_parts_that_contradict_each_other_are_refused(of: Item, typed: Datum, rule: str) -> None:
    fault = read(of, typed, STUDY).fault
    assert fault is not None
    assert fault.rule == rule


@pytest.mark.parametrize(
    ("of", "datum", "value", "factor"),
    [
        (LAB, Datum("50000", "/uL"), Quantity(Fraction(50), "10*9/L"), "0.001"),
        (LAB, Datum("49.999", "10*9/L"), Quantity(Fraction("49.999"), "10*9/L"), None),
        (LAB, Datum("5", "10*12/L"), Quantity(Fraction(5000), "10*9/L"), "1000"),
        (CREATININE, Datum("3.0", "mg/dL"), Quantity(Fraction("265.26"), "umol/L"), "88.42"),
        (TEMPERATURE, Datum("100.4", "[degF]"), Quantity(Fraction(38), "Cel"), "5/9, offset -32"),
        (item(ItemType.DECIMAL, canonical="kg"), Datum("5"), Quantity(Fraction(5), "kg"), None),
    ],
)
def test_a_declared_factor_converts_exactly(of: Item, datum: Datum, value: Quantity, factor: str | None) -> None:
    found = value_of(of, datum)
    assert found == value
    assert found.factor == factor


def test_a_comparator_makes_a_value_a_bound() -> None:
    value = value_of(LAB, Datum("5000", "/uL", "<"))
    assert (value.number.low, value.number.high, value.number.high_open) == (None, Fraction(5), True)


@pytest.mark.parametrize("datum", [Datum(), None, Datum(missing="NOTDONE"), Datum("12"), Datum("abc", "/uL")])
def test_what_cannot_be_computed_with_is_missing(datum: Datum | None) -> None:
    assert value_of(LAB, datum) is None
