"""Every operator on every pair of values it can meet: missing, exact, on both sides of zero, bounded, partly known."""

import operator
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

import pytest

from forms.dates import Clock, Moment, parse_date, parse_datetime, parse_time
from forms.expressions import Kind
from forms.intervals import Interval, Number
from forms.kinds import Value
from forms.quantities import Quantity
from tests.forms.language import Record, compiled
from tests.forms.oracle.evaluator import AND, NOT, OR
from tests.forms.oracle.worlds import (
    Ends,
    clock_of,
    combined,
    compared,
    days_of,
    distance,
    divided,
    half_up,
    matches,
    seconds_of,
)
from tests.forms.test_intervals import ends, greatest, least

SIGNS = ("<", "<=", ">", ">=", "==", "!=")
NUMBERS: list[Number | None] = [
    None, *map(Fraction, ("-2", "-1/3", "0", "1/3", "1/2", "2")),
    Interval(None, Fraction(2), high_open=True), Interval(Fraction(-2), None, low_open=True),
    Interval(None, Fraction(0), high_open=True), Interval(Fraction(0), None, low_open=True),
    Interval(Fraction(1, 3), Fraction(2)), Interval(Fraction(-2), Fraction(0)),
]  # fmt: skip
PAIRS = list(product(NUMBERS, NUMBERS))


def record(a: Number | None, b: Number | None) -> Record:
    return Record({name: None if number is None else Quantity(number) for name, number in (("A", a), ("B", b))})


def known(*numbers: Number | None) -> list[Ends] | None:
    return None if None in numbers else [ends(number) for number in numbers if number is not None]


@pytest.mark.parametrize("sign", SIGNS)
def test_numbers_are_compared_as_all_their_values_are(sign: str) -> None:
    rule = compiled(f"A {sign} B")
    for a, b in PAIRS:
        assert rule.evaluate(record(a, b)) is ((two := known(a, b)) and compared(sign, *two))


@pytest.mark.parametrize(("sign", "constant"), list(product(SIGNS, ("-2", "0", "0.5", "2"))))
def test_numbers_are_compared_with_constants_the_same_way(sign: str, constant: str) -> None:
    rule, turned = compiled(f"A {sign} {constant}"), compiled(f"{constant} {sign} A")
    exact = ends(Fraction(constant))
    for a in NUMBERS:
        one = known(a)
        assert rule.evaluate(record(a, None)) is (one and compared(sign, *one, exact))
        assert turned.evaluate(record(a, None)) is (one and compared(sign, exact, *one))


OF_TWO: dict[str, Callable[[Ends, Ends], Ends | None]] = {
    "A + B": lambda a, b: combined(operator.add, a, b), "A - B": lambda a, b: combined(operator.sub, a, b),
    "A * B": lambda a, b: combined(operator.mul, a, b), "A / B": divided, "min(A, B)": least, "max(A, B)": greatest,
    "sum(A, B)": lambda a, b: combined(operator.add, a, b), "coalesce(A, B)": lambda a, b: a,
    "A * 3 - B": lambda a, b: combined(operator.sub, (a[0] * 3, a[1] * 3), b),
    "-2 * A + B": lambda a, b: combined(operator.add, (a[1] * -2, a[0] * -2), b),
}  # fmt: skip
OF_ONE: dict[str, Callable[[Ends], Ends | None]] = {
    "-A": lambda a: (-a[1], -a[0]), "abs(A)": distance, "round(A)": lambda a: (half_up(a[0], 0), half_up(a[1], 0)),
    "round(A, 1)": lambda a: (half_up(a[0], 1), half_up(a[1], 1)), "A / 2": lambda a: (a[0] / 2, a[1] / 2),
    "A * 0": lambda a: (Fraction(0), Fraction(0)), "2 / A": lambda a: divided((Fraction(2),) * 2, a),
    "A / -2": lambda a: (a[1] / -2, a[0] / -2), "A / 0": lambda a: None, "min(A)": lambda a: a,
}  # fmt: skip


@pytest.mark.parametrize("text", OF_TWO)
def test_arithmetic_of_two_gives_all_that_is_possible(text: str) -> None:
    rule = compiled(text, Kind.NUMBER)
    for a, b in PAIRS:
        two = known(a, b)
        by_the_book = OF_TWO[text](*two) if two else known(b if a is None else a) if "coalesce" in text else None
        expected = by_the_book[0] if isinstance(by_the_book, list) else by_the_book
        assert matches(number_of(rule.evaluate(record(a, b))), expected), (a, b)


@pytest.mark.parametrize("text", OF_ONE)
def test_arithmetic_of_one_gives_all_that_is_possible(text: str) -> None:
    rule = compiled(text, Kind.NUMBER)
    for a in NUMBERS:
        one = known(a)
        assert matches(number_of(rule.evaluate(record(a, None))), OF_ONE[text](*one) if one else None), a


def number_of(value: Value) -> Number | None:
    return value.number if isinstance(value, Quantity) else None


@pytest.mark.parametrize("text", ["A / B < 0", "0 > B / A", "A / B <= -A", "max(A / B, B) >= A", "A / B == B / A"])
def test_what_is_divided_by_a_negative_number_is_compared_rightly(text: str) -> None:
    rule = compiled(text)
    for a, b in product([number for number in NUMBERS if isinstance(number, Fraction) and number], repeat=2):
        by_the_book = {
            "A / B < 0": a / b < 0, "0 > B / A": b / a < 0, "A / B <= -A": a / b <= -a,
            "max(A / B, B) >= A": max(a / b, b) >= a, "A / B == B / A": a / b == b / a,
        }  # fmt: skip
        assert rule.evaluate(record(a, b)) is by_the_book[text]


MOMENTS: dict[str, tuple[list[str | None], Callable[[str], Any], Callable[[str], Any]]] = {
    "START END": ([None, "2026-02-28", "2026-03-01", "2026-03-31", "2026-02", "2026-03", "2026"], parse_date, days_of),
    "DRAWN DOSED": (
        [None, "2026-03-01T08:00", "2026-03-01T08:59", "2026-03-01T09:00", "2026-03-01T08", "2026-03-01", "2026-03"],
        parse_datetime, seconds_of,
    ),
    "CLOCK CLOCK": ([None, "08:00", "08:59", "09:00", "08"], parse_time, clock_of),
}  # fmt: skip


@pytest.mark.parametrize(("names", "sign"), list(product(MOMENTS, SIGNS)))
def test_moments_are_compared_as_all_they_may_be_are(names: str, sign: str) -> None:
    one, other = names.split()
    texts, parse, points = MOMENTS[names]
    for a, b in product(texts, texts):
        quoted = {"START": "date", "DRAWN": "datetime", "CLOCK": "time"}[one]
        expected = None if a is None or b is None else compared(sign, points(a), points(b))
        first: Moment | Clock | None = parse(a) if a else None
        if one != other:
            scope = Record({one: first, other: parse(b) if b else None})
            assert compiled(f"{one} {sign} {other}").evaluate(scope) is expected, (a, b)
        if b is not None:
            assert compiled(f"{one} {sign} {quoted}('{b}')").evaluate(Record({one: first})) is expected, (a, b)


TRUTHS = (True, False, None)
GIVEN = {True: Quantity(Fraction(1)), False: Quantity(Fraction(0)), None: None}


def truths(*values: bool | None) -> Record:
    return Record(dict(zip(("A", "B", "SCORE"), (GIVEN[value] for value in values), strict=True)))


def test_logic_is_that_of_the_truth_tables() -> None:
    both, either = compiled("A > 0 and B > 0 and SCORE > 0"), compiled("A > 0 or B > 0 or SCORE > 0")
    opposite, same = compiled("not A > 0"), compiled("(A > 0) == (B > 0)")
    for a, b, c in product(TRUTHS, repeat=3):
        assert both.evaluate(truths(a, b, c)) is AND[AND[a, b], c]
        assert either.evaluate(truths(a, b, c)) is OR[OR[a, b], c]
        assert opposite.evaluate(truths(a, b, c)) is NOT[a]
        assert same.evaluate(truths(a, b, c)) is (None if None in (a, b) else a is b)


def test_counting_presence_and_choice_are_those_of_the_page() -> None:
    counted, none = compiled("count_true(A > 0, B > 0, SCORE > 0) == 2"), compiled("none_of(A > 0, B > 0, SCORE > 0)")
    missing, present = compiled("missing(A > 0)"), compiled("present(A)")
    chosen = compiled("case(A > 0, 'a', B > 0, 'b', 'c')", Kind.CODE)
    short = compiled("case(A > 0, 'a', B > 0, 'b')", Kind.CODE)
    for a, b, c in product(TRUTHS, repeat=3):
        scope = truths(a, b, c)
        assert counted.evaluate(scope) is ([a, b, c].count(True) == 2)
        assert none.evaluate(scope) is ([a, b, c].count(False) == 3)
        assert (missing.evaluate(scope), present.evaluate(scope)) == (a is None, a is not None)
        first = "a" if a else None if a is None else "b" if b else None if b is None else "c"
        assert chosen.evaluate(scope) == first
        assert short.evaluate(scope) == (None if first == "c" else first)


@pytest.mark.parametrize(("text", "worlds"), [("A in [0, 0.5]", ("0", "1/2")), ("A not in [0, 0.5]", ("0", "1/2"))])
def test_a_number_is_one_of_several_where_all_its_values_are(text: str, worlds: tuple[str, ...]) -> None:
    rule = compiled(text)
    for a in NUMBERS:
        one = known(a)
        found = [one and compared("==", *one, ends(Fraction(member))) for member in worlds]
        outcome = None if one is None else OR[found[0], found[1]]
        assert rule.evaluate(record(a, None)) is (NOT[outcome] if "not" in text else outcome)
