"""Calls: what each function takes, how many of it, and what it makes of a partial date and of the lower limit."""

import pytest

from forms.dates import Moment, parse_date
from forms.expressions import ExpressionFaults, Kind
from forms.expressions.closures import weave
from forms.expressions.sorts import Sort
from forms.expressions.terms import Apply, Constant
from forms.expressions.tree import Span
from forms.functions.catalogue import MOMENTS, Argument, Function
from tests.forms.language import Record, compiled, number, outcome


@pytest.mark.parametrize(
    "text",
    [
        "present()", "present(A, B)", "missing()", "missing(A, B)", "none_of()", "count_true() > 1", "none_of(A)",
        "count_true(A > 1, A) > 1", "abs() > 1", "abs(A, B) > 1", "abs(NOTE) > 1", "min() > 1", "max() > 1",
        "sum() > 1", "min(NOTE, 1) > 1", "max(1, NOTE) > 1", "sum(NOTE) > 1", "sum(START, A) > 1", "round() > 1",
        "round(A, 1, 1) > 1", "round(NOTE) > 1", "round(NOTE, 1) > 1", "round(A, -1) > 1", "round(A, 21) > 1",
        "round(A, 0.5) > 1", "round(A, B) > 1", "round(A, NOTE) > 1", "uln() > 1", "uln(ALT, A) > 1", "lln() > 1",
        "uln(ALT + ALT) > 1 'U/L'", "uln(5) > 1", "uln(NOTE) > 1", "lln(START) > 1", "date() > START",
        "date(START, END) > START", "date(NOTE) > START", "date(A) > START", "date(CLOCK) > START",
        "date('2026-13') > START", "time('25:00') > CLOCK", "datetime('2026-01-01T24:00') > DRAWN",
        "time(CLOCK) > CLOCK", "datetime(DRAWN) > DRAWN", "today(A) > START", "open_queries(A) > 1",
        "required_missing(A) > 1", "case() > 1", "case(YES == 'Y') > 1", "case(A, 1) > 1",
        "case(YES == 'Y', 1, B, 2) > 1", "case(YES == 'Y', 1, NOTE) > 1", "case(YES == 'Y', ALT, 1) > 1 'U/L'",
        "coalesce() > 1", "coalesce(A, NOTE) > 1",
        "round(NOTE, 1) == 'x'", "uln(ALT, ALT) > 1 'U/L'", "lln(ALT, ALT) > 1 'U/L'", "datetime() > DRAWN",
        "time() > CLOCK", "time('10:00', CLOCK) > CLOCK", "datetime('2026-01-01T10:00', DRAWN) > DRAWN",
        "case(YES == 'Y')", "SV.event == 'SE.SCR'", "CHEM.LIMIT > 2", "this.LIMIT > 2",
        "coalesce(ALT, 1) > 1 'U/L'", "weighted_sum('Y') > 1", "weighted_sum('Y', YES) > 1",
        "weighted_sum('Y', YES, 1, NO) > 1", "weighted_sum('Y', A, 1) > 1", "weighted_sum('Y', YES, NOTE) > 1",
        "weighted_sum(1, YES, 1) > 1", "weighted_sum('X', YES, 1) > 1", "weighted_sum('Y', YES, ALT) > 1",
        "abs(TEMP) > 1 'K'", "sum(TEMP) > 1 'K'", "days(START) > 1", "days(START, END, END) > 1", "days(A, END) > 1",
        "days(START, NOTE) > 1", "plus_days(START, ALT) > START", "ckd_epi_2021(A, SEX, AGE) > 1 'mL/min/{1.73_m2}'",
        "ckd_epi_2021(CREA, SEX, A) > 1 'mL/min/{1.73_m2}'", "days(START, NOPE) > 1", "max(A, NOPE) > 1",
    ],
)  # fmt: skip
def test_what_a_function_does_not_take_is_refused(text: str) -> None:
    with pytest.raises(ExpressionFaults):
        compiled(text)


@pytest.mark.parametrize(
    "text",
    [
        "none_of(A > 1)", "count_true(A > 1) == 0", "min(A) > 1", "max(A) > 1", "sum(A) > 1", "round(A) > 1",
        "round(A, 0) > 1", "round(A, 20) > 1", "case(YES == 'Y', 1) > 1", "coalesce(A) > 1",
        "weighted_sum('Y', YES, 1) > 1", "min(TEMP) > 1 'Cel'", "max(TEMP, 38 'Cel') > 1 'Cel'", "date(DRAWN) > START",
        "case(YES == 'Y', 'A', NOTE) == 'B'", "coalesce(SEX, YES) == 'F'", "today() > START",
        "present(coalesce(DRUGS))", "round(ALT, 1) > 1 'U/L'", "+A > 1", "this.event == 'SE.SCR'", "LIMIT > 2",
    ],
)  # fmt: skip
def test_what_a_function_takes_compiles(text: str) -> None:
    assert compiled(text).kind == Kind.BOOLEAN


@pytest.mark.parametrize(("text", "value"), [("+A", "3"), ("-A", "-3"), ("+-A", "-3"), ("--A", "3"), ("1 + +A", "4")])
def test_a_sign_is_plus_or_minus(text: str, value: str) -> None:
    assert number(text, {"A": "3"}) == value


@pytest.mark.parametrize(("alt", "below", "above"), [("6.9", True, False), ("7", False, False), ("41", False, True)])
def test_each_limit_of_normal_is_its_own(alt: str, below: bool, above: bool) -> None:
    given = {"ALT": alt, "lln(ALT)": "7", "uln(ALT)": "40"}
    assert outcome("ALT < lln(ALT)", given) is below
    assert outcome("ALT > uln(ALT)", given) is above
    assert outcome("ALT < lln(ALT)", {"ALT": alt, "uln(ALT)": "40"}) is None
    assert outcome("ALT > uln(ALT)", {"ALT": alt, "lln(ALT)": "7"}) is None


@pytest.mark.parametrize(
    ("text", "given", "expected"),
    [
        ("round(A, 20)", {"A": f"0.{'0' * 19}15"}, f"0.{'0' * 19}2"),
        ("round(A, 1)", {"A": "0.25"}, "0.3"),
        ("round(A)", {"A": "0.5"}, "1"),
        ("round(A)", {"A": "<0.5"}, "<=1"),
        ("weighted_sum('Y', YES, 8, NO, 4)", {"YES": "Y"}, None),
        ("weighted_sum('Y', YES, 8, NO, 4)", {"YES": "Y", "NO": "N"}, "8"),
        ("case(YES == 'Y', 1, 2)", {}, None),
        ("case(YES == 'Y', 1, 2)", {"YES": "N"}, "2"),
        ("case(YES == 'Y', 1)", {"YES": "N"}, None),
        ("case(YES == 'Y', A, 2)", {"YES": "N"}, "2"),
        ("case(YES == 'Y', 1, A)", {"YES": "Y"}, "1"),
        ("case(YES == 'Y', 1, NO == 'Y', 2, 3)", {"YES": "N", "NO": "Y"}, "2"),
    ],
)
def test_a_call_gives_its_value(text: str, given: dict[str, str], expected: str | None) -> None:
    assert number(text, given) == expected


def test_a_function_of_whole_dates_is_not_asked_about_partial_ones() -> None:
    def year(day: Moment) -> str:
        return str(day.earliest.year)

    function = Function("year", (Argument("d", MOMENTS),), Kind.TEXT, year, "its year", "none", ())
    span = Span(0, 0, 1, 1)

    def found(text: str) -> object:
        day = Constant(span, Sort(Kind.DATE), parse_date(text))
        return weave(Apply(span, Sort(Kind.TEXT), function, (day,)), {})(Record(), Record())

    assert found("2026-03-01") == "2026"
    assert found("2026-03") is None
