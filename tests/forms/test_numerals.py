"""Computed numbers are written exactly, and short where they have no end."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.numerals import MOST_DIGITS, decimal_text, fraction_of


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(0), "0"),
        (Fraction(-5, 2), "-2.5"),
        (Fraction(1, 3), "0." + "3" * 28),
        (Fraction(-2, 3), "-0." + "6" * 27 + "7"),
        (Fraction(200, 3), "66." + "6" * 25 + "7"),
        (Fraction(1, 3000), "0.000" + "3" * 28),
        (Fraction("61.25"), "61.25"),
        (Fraction(10**30), "1" + "0" * 30),
        (Fraction(10**40, 3), "3" * 40),
        (Fraction("0.00000001"), "0.00000001"),
    ],
)
def test_a_computed_number_is_written_plainly(value: Fraction, text: str) -> None:
    assert decimal_text(value) == text


@given(st.fractions())
def test_what_is_written_is_within_28_significant_digits_of_the_value(value: Fraction) -> None:
    read_back = fraction_of(decimal_text(value))
    assert read_back is not None
    assert abs(read_back - value) <= abs(value) / 10 ** (MOST_DIGITS - 1)
