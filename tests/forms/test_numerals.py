"""Computed numbers are written exactly, and short where they have no end."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.numerals import MOST_DIGITS, decimal_text, digits_of, fraction_of, significant_digits_of


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
        (Fraction(10**1500 + 1), f"{10**1500 + 1}"),
        (Fraction("0.1234567890123456789012345678901234567"), "0.1234567890123456789012345678901234567"),
        (Fraction(int("1" * 30), 10**40), f"0.{'0' * 10}{'1' * 30}"),
        (Fraction(int("1" * 30), 10**41), f"0.{'0' * 11}{'1' * 28}"),
        (Fraction(10**29, 3), "3" * 29),
        (Fraction(3 * 10**27 + 1, 3), "1" + "0" * 27),
        (Fraction(9 * 10**39 + 1, 3 * 10**40), "0.3"),
    ],
)
def test_a_computed_number_is_written_plainly(value: Fraction, text: str) -> None:
    assert decimal_text(value) == text


@pytest.mark.parametrize(
    ("text", "digits", "significant"),
    [("5", 1, 1), ("-5", 1, 1), ("1.50", 3, 3), ("-1.50", 3, 3), ("-0.0150", 5, 3), ("100", 3, 3), ("0", 1, 0)],
)
def test_digits_are_counted_without_sign_and_point(text: str, digits: int, significant: int) -> None:
    assert (digits_of(text), significant_digits_of(text)) == (digits, significant)


def test_a_number_of_more_than_a_hundred_characters_is_none() -> None:
    assert fraction_of("1".zfill(100)) == 1
    assert fraction_of("1".zfill(101)) is None


@given(st.fractions())
def test_what_is_written_is_within_28_significant_digits_of_the_value(value: Fraction) -> None:
    read_back = fraction_of(decimal_text(value))
    assert read_back is not None
    assert abs(read_back - value) <= abs(value) / 10 ** (MOST_DIGITS - 1)
