"""The number line of a finding: everything on it has room, whatever the values."""

from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrf.web.presenting.ruler import WIDTH, Ruler, ruler_for
from tests.ecrf.web.form_examples import used

LETTER = 6.4
numbers = st.decimals(min_value=0, max_value=10_000, places=2, allow_nan=False).map(lambda each: f"{each:f}")


def line(value: str, boundary: str, limit: dict[str, Any] | None = None) -> Ruler | None:
    return ruler_for({"left": value, "right": boundary}, limit, "U/L")


def limit(low: str, high: str, factor: str | None = "2", unit: str = "U/L") -> dict[str, Any]:
    return {"range": vars(used("ALT", low, high, "U/L")), "compared_unit": unit, "factor": factor, "which": "uln"}


def test_the_line_names_limit_boundary_and_value() -> None:
    ruler = line("124", "120", limit("7", "40", "3"))
    assert ruler is not None
    assert [tick.text for tick in ruler.ticks] == ["7 = LLN", "40 = ULN", "120 = 3×"]
    assert (ruler.value, ruler.label) == (
        "124 = 3.10×",
        "Number line: upper limit 40 U/L, boundary 120 U/L, value 124 U/L",
    )
    assert ruler.band is not None
    assert ruler.boundary < ruler.point


def test_a_constant_boundary_needs_no_band() -> None:
    ruler = line("49.999", "50")
    assert ruler is not None
    assert ruler.band is None
    assert [tick.text for tick in ruler.ticks] == ["0", "50"]


def test_a_range_in_another_unit_than_the_comparison_is_not_drawn_over_it() -> None:
    ruler = line("49", "50", limit("100", "300", unit="10*9/L"))
    assert ruler is not None
    assert ruler.band is None


@pytest.mark.parametrize(("value", "boundary"), [("-2", "5"), ("5", "-2"), ("0", "0")])
def test_what_a_line_from_zero_upward_cannot_show_has_none(value: str, boundary: str) -> None:
    assert line(value, boundary) is None


@given(numbers, numbers, numbers, numbers)
def test_no_text_runs_into_another_or_off_the_line(value: str, boundary: str, low: str, high: str) -> None:
    low, high = sorted((low, high), key=Fraction)
    ruler = line(value, boundary, limit(low, high))
    if ruler is None:
        return
    for left, right in pairwise(ruler.ticks):
        assert right.text_x - left.text_x >= (len(left.text) + len(right.text)) * LETTER / 2
    assert any(tick.is_boundary for tick in ruler.ticks)
    assert all(0 <= place <= WIDTH for place in (ruler.point, ruler.boundary, ruler.value_x))
