"""Exact numbers, intervals, comparators, printed decimals, and Kleene's logic."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import intervals, kleene
from forms.intervals import Interval, Number
from forms.quantities import Quantity, converted, decimal_text, exact, measured, number_text, rounded, unit_scale

NUMBERS = [("1.20", "1.2"), ("-3", "-3"), (".5", "0.5"), ("+7.", "7"), (" 12 ", "12")]


@pytest.mark.parametrize(("text", "number"), NUMBERS)
def test_a_decimal_is_read_exactly(text: str, number: str) -> None:
    assert exact(text) == Fraction(number)


@pytest.mark.parametrize("text", ["", "1e5", "1,5", "1/3", "nan", "inf", "0x10", "1_000", "٣", "--1", "9" * 41])
def test_what_is_no_plain_decimal_is_none(text: str) -> None:
    assert exact(text) is None


def test_a_comparator_leaves_a_bound_and_nothing_else() -> None:
    assert number_text(measured(Fraction(20), "g/L", "<").number) == "<20"
    assert number_text(measured(Fraction(20), "g/L", ">").number) == ">20"
    assert measured(Fraction(20), "g/L") == Quantity(Fraction(20), "g/L")


def test_a_quantity_moves_to_another_unit_with_its_bounds() -> None:
    assert measured(Fraction(3), "mg/dL", "<").to("mg/L") == measured(Fraction(30), "mg/L", "<")
    assert Quantity(Fraction(3), "mg/dL").to("U/L") is None
    assert Quantity(Fraction(3)).to("U/L") is None
    assert Quantity(Fraction(3), "U/L").to("U/L") == Quantity(Fraction(3), "U/L")
    assert measured(Fraction(98), "[degF]", ">").to("Cel") == measured(Fraction(110, 3), "Cel", ">")


def test_what_has_no_conversion_is_none_and_not_an_interval_of_all_numbers() -> None:
    for number in (Fraction(0), Interval(Fraction(1), Fraction(2)), Interval(None, Fraction(2)), Interval(None, None)):
        assert converted(number, "mg", "m") is None


def test_a_scale_has_no_factor() -> None:
    assert unit_scale("mg/dL", "g/L") == Fraction(1, 100)
    assert unit_scale("[degF]", "Cel") is None


TEXTS = [
    ("326.6666666666666", "326.6666666666666"),
    ("1/3", "0.3333333333"),
    ("-1/8", "-0.125"),
    ("80", "80"),
    ("100", "100"),
    ("1e1500", "10^1500"),
    ("-1e1500", "-10^1500"),
    (f"{2**3322}", f"{2**3322}"),
    (f"{2**3323}", "10^1000"),
    (f"{10**600 + 1}/{10**600}", "1"),
    (f"1/{10**40}", f"0.{'0' * 39}1"),
    (f"1/{10**41}", "0"),
    (f"1/{2**40}", f"0.{5**40:040d}"),
    (f"1/{5**40}", f"0.{2**40:040d}"),
]


@pytest.mark.parametrize(("number", "text"), TEXTS)
def test_a_number_is_printed_exactly_where_it_ends(number: str, text: str) -> None:
    assert decimal_text(Fraction(number)) == text


ROUNDED = [
    ("0.5", 0, "1"),
    ("1.5", 0, "2"),
    ("2.5", 0, "3"),
    ("-0.5", 0, "-1"),
    ("15.9766", 1, "16"),
    ("1.005", 2, "1.01"),
]


@pytest.mark.parametrize(("number", "places", "result"), ROUNDED)
def test_rounding_is_half_up(number: str, places: int, result: str) -> None:
    assert rounded(Fraction(number), places) == Fraction(result)


BELOW, ABOVE = Interval(None, Fraction(20), high_open=True), Interval(Fraction(20), None, low_open=True)
ONE_TWO = Interval(Fraction(1), Fraction(2))

COMPARED = [
    (BELOW, Fraction(20), True, True, False),
    (BELOW, Fraction(19), None, None, None),
    (BELOW, Fraction(30), True, True, False),
    (ABOVE, Fraction(20), False, False, False),
    (ABOVE, Fraction(21), None, None, None),
    (ONE_TWO, Fraction(2), None, True, None),
    (ONE_TWO, Fraction(1), False, None, None),
    (ONE_TWO, Fraction(3), True, True, False),
    (BELOW, ABOVE, True, True, False),
    (BELOW, BELOW, None, None, None),
    (Fraction(1), Fraction(1), False, True, True),
]


@pytest.mark.parametrize(("a", "b", "less", "less_or_equal", "equal"), COMPARED)
def test_a_comparison_is_decided_only_if_all_values_agree(
    a: Number, b: Number, less: bool | None, less_or_equal: bool | None, equal: bool | None
) -> None:
    assert (intervals.less(a, b), intervals.less_or_equal(a, b), intervals.equal(a, b)) == (less, less_or_equal, equal)


ARITHMETIC = [
    (intervals.add, BELOW, Fraction(1), "<21"),
    (intervals.multiply, BELOW, Fraction(2), "<40"),
    (intervals.multiply, BELOW, Fraction(-2), ">-40"),
    (intervals.multiply, BELOW, Fraction(0), "0"),
    (intervals.multiply, ONE_TWO, Interval(Fraction(-3), Fraction(5)), "[-6, 10]"),
    (intervals.divide, Fraction(40), ABOVE, "(0, 2)"),
    (intervals.divide, ONE_TWO, ONE_TWO, "[0.5, 2]"),
    (intervals.divide, Fraction(1), Interval(Fraction(0), None, low_open=True), ">0"),
    (intervals.least, BELOW, Fraction(5), "<=5"),
    (intervals.greatest, BELOW, Fraction(5), "[5, 20)"),
]


@pytest.mark.parametrize(("operation", "a", "b", "result"), ARITHMETIC)
def test_arithmetic_keeps_every_possible_value(operation: object, a: Number, b: Number, result: str) -> None:
    assert callable(operation)
    assert number_text(operation(a, b)) == result


@pytest.mark.parametrize(
    "divisor", [Fraction(0), BELOW, Interval(Fraction(0), Fraction(1)), Interval(Fraction(-1), Fraction(1))]
)
def test_division_by_what_may_be_zero_is_unknown(divisor: Number) -> None:
    assert intervals.divide(Fraction(1), divisor) is None


numbers = st.fractions(-5, 5, max_denominator=4)


@st.composite
def samples(draw: st.DrawFn) -> tuple[Number, Fraction]:
    """A number or interval, with a value it may have."""
    within = draw(numbers)
    if draw(st.booleans()):
        return within, within
    low = draw(st.none() | numbers.filter(lambda bound: bound < within))
    high = draw(st.none() | numbers.filter(lambda bound: bound > within))
    return Interval(low, high, draw(st.booleans()), draw(st.booleans())), within


def holds(number: Number, value: Fraction) -> bool:
    """Whether the number may be the value."""
    if isinstance(number, Fraction):
        return number == value
    above = number.low is None or (number.low < value if number.low_open else number.low <= value)
    below = number.high is None or (value < number.high if number.high_open else value <= number.high)
    return above and below


@given(samples(), samples())
def test_no_possible_value_is_lost(left: tuple[Number, Fraction], right: tuple[Number, Fraction]) -> None:
    (a, x), (b, y) = left, right
    assert holds(intervals.add(a, b), x + y)
    assert holds(intervals.multiply(a, b), x * y)
    assert holds(intervals.negate(a), -x)
    assert holds(intervals.absolute(a), abs(x))
    assert holds(intervals.least(a, b), min(x, y))
    assert holds(intervals.greatest(a, b), max(x, y))
    quotient = intervals.divide(a, b)
    assert quotient is None or holds(quotient, x / y)
    for decided, truth in (
        (intervals.less(a, b), x < y),
        (intervals.less_or_equal(a, b), x <= y),
        (intervals.equal(a, b), x == y),
    ):
        assert decided in (None, truth)


VALUES = (True, False, None)


@pytest.mark.parametrize(("a", "b"), list(product(VALUES, VALUES)))
def test_kleene_logic_says_what_every_completion_says(a: bool | None, b: bool | None) -> None:
    """UNKNOWN stands for either value: the outcome is known where both give the same."""
    worlds = [
        (x, y) for x in ((a,) if a is not None else (True, False)) for y in ((b,) if b is not None else (True, False))
    ]

    def agreed(outcomes: set[bool]) -> bool | None:
        return outcomes.pop() if len(outcomes) == 1 else None

    assert kleene.conjunction((a, b)) is agreed({x and y for x, y in worlds})
    assert kleene.disjunction((a, b)) is agreed({x or y for x, y in worlds})
    assert kleene.negation(a) is agreed({not x for x, _ in worlds})


def test_counting_ignores_what_is_unknown() -> None:
    assert kleene.count_true((True, None, False, True)) == 2
    assert kleene.none_of((False, False))
    assert not kleene.none_of((False, None))
    assert not kleene.none_of((False, True))
