"""How numbers, units, ranges and days are written."""

from fractions import Fraction

import pytest

from ecrf.web.presenting.signs import amount, datum_text, day_text, fixed, raised, range_text, times_text, unit_sign
from forms.datum import Datum


@pytest.mark.parametrize(
    ("ucum", "shown"),
    [
        ("umol/L", "µmol/L"), ("ukat/L", "µkat/L"), ("/uL", "/µL"), ("10*9/L", "×10⁹/L"), ("10*-3", "×10⁻³"),
        ("U/L", "U/L"), ("mL/min/{1.73_m2}", "mL/min/1.73 m²"), ("kg/m2", "kg/m²"), ("{score}", ""), ("1", ""),
        ("a", ""), (None, ""), ("mm[Hg]", "mm[Hg]"), ("ug/L", "µg/L"), ("mmol/L", "mmol/L"),
    ],
)  # fmt: skip
def test_a_unit_is_written_as_people_write_it(ucum: str | None, shown: str) -> None:
    assert unit_sign(ucum) == shown


def test_the_study_s_own_display_of_a_unit_wins_with_its_powers_raised() -> None:
    assert unit_sign("10*9/L", {"10*9/L": "×10^9/L"}) == "×10⁹/L"
    assert raised("10^-12") == "10⁻¹²"


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [("7", "40", "7 – 40"), (None, "23.0", "≤ 23.0"), ("60", None, "≥ 60"), (None, None, ""), ("-2", "2", "−2 – 2")],
)
def test_a_range_is_written_with_spaces_and_a_true_minus(low: str | None, high: str | None, shown: str) -> None:
    assert range_text(low, high) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(Fraction(81, 40), "2.03"), (Fraction(1, 3), "0.33"), (Fraction(2), "2.00"), (Fraction(-1, 8), "−0.13")],
)
def test_a_multiple_is_rounded_half_up_for_reading(value: Fraction, shown: str) -> None:
    assert fixed(value, 2) == shown


@pytest.mark.parametrize(
    ("iso", "shown"),
    [
        ("2026-03-04", "4 Mar 2026"),
        ("2026-03-04T08:05", "4 Mar 2026"),
        ("2026-03", "2026-03"),
        ("yesterday", "yesterday"),
        (None, ""),
    ],
)
def test_a_day_in_a_sentence_is_written_out_and_whatever_is_none_stays_as_it_is(iso: str | None, shown: str) -> None:
    assert day_text(iso) == shown


def test_a_window_leaves_out_the_year() -> None:
    assert day_text("2026-06-05", with_year=False) == "5 Jun"


def test_a_value_is_said_with_comparator_and_unit_as_typed() -> None:
    assert datum_text(Datum("1.20", "umol/L", "<")) == "< 1.20 µmol/L"
    assert datum_text(None) == ""
    assert amount("-3", "mmol/L") == "−3 mmol/L"


@pytest.mark.parametrize(("factor", "said"), [("2", "twice"), ("3", "three times"), ("2.5", "2.5 times")])
def test_a_multiple_is_said_in_words_where_there_are_words(factor: str, said: str) -> None:
    assert times_text(factor) == said
