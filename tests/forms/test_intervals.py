"""Arithmetic of what lies between two bounds: exactly all that is possible comes out, each bound in or out of it.

The book is `oracle/worlds.py`: just above a bound that is excluded, and far beyond everything where there is none.
"""

import operator
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

import pytest

from forms import intervals
from forms.intervals import Interval, Number
from forms.quantities import rounded
from tests.forms.oracle.worlds import HUGE, TINY, Ends, combined, compared, distance, divided, half_up, matches

POINTS = [Fraction(text) for text in ("-3", "-1", "0", "1/2", "2")]
WAYS = list(product((False, True), repeat=2))
BOUNDED = [Interval(low, high, *way) for low, high in product(POINTS, POINTS) if low < high for way in WAYS]
BELOW = [Interval(None, high, high_open=out) for high in POINTS for out in (False, True)]
ABOVE = [Interval(low, None, low_open=out) for low in POINTS for out in (False, True)]
EVERYTHING = Interval(None, None)
NUMBERS: list[Number] = [*POINTS, *BELOW, *ABOVE, *BOUNDED[::3], EVERYTHING]


def ends(number: Number) -> Ends:
    """The outermost values."""
    if isinstance(number, Fraction):
        return number, number
    low = -HUGE if number.low is None else number.low + (TINY if number.low_open else 0)
    high = HUGE if number.high is None else number.high - (TINY if number.high_open else 0)
    return low, high


def least(a: Ends, b: Ends) -> Ends:
    return min(a[0], b[0]), min(a[1], b[1])


def greatest(a: Ends, b: Ends) -> Ends:
    return max(a[0], b[0]), max(a[1], b[1])


OF_TWO: dict[str, tuple[Callable[..., Number | None], Callable[[Ends, Ends], Ends | None]]] = {
    "sum": (intervals.add, lambda a, b: combined(operator.add, a, b)),
    "product": (intervals.multiply, lambda a, b: combined(operator.mul, a, b)),
    "quotient": (intervals.divide, divided),
    "smaller": (intervals.least, least),
    "greater": (intervals.greatest, greatest),
}
OF_ONE: dict[str, tuple[Callable[[Any], Number], Callable[[Ends], Ends]]] = {
    "opposite": (intervals.negate, lambda a: (-a[1], -a[0])),
    "distance": (intervals.absolute, distance),
    "rounded": (
        lambda a: intervals.monotone(lambda number: rounded(number, 0), a),
        lambda a: (half_up(a[0], 0), half_up(a[1], 0)),
    ),
}
COMPARED = {"<": intervals.less, "<=": intervals.less_or_equal, "==": intervals.equal}


@pytest.mark.parametrize("name", OF_TWO)
def test_two_give_exactly_what_all_their_values_give(name: str) -> None:
    ours, by_the_book = OF_TWO[name]
    pairs = product(NUMBERS, NUMBERS)
    assert [(a, b) for a, b in pairs if not matches(ours(a, b), by_the_book(ends(a), ends(b)))] == []


@pytest.mark.parametrize("name", OF_ONE)
def test_one_gives_exactly_what_all_its_values_give(name: str) -> None:
    ours, by_the_book = OF_ONE[name]
    assert [a for a in [*NUMBERS, *BOUNDED] if not matches(ours(a), by_the_book(ends(a)))] == []


@pytest.mark.parametrize("sign", COMPARED)
def test_a_comparison_is_decided_where_all_values_agree(sign: str) -> None:
    pairs = product(NUMBERS, NUMBERS)
    assert [(a, b) for a, b in pairs if COMPARED[sign](a, b) is not compared(sign, ends(a), ends(b))] == []
