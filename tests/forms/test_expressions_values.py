"""What expressions give: units, missing values, comparators, partial dates, functions."""

from fractions import Fraction

import pytest

from forms.dates import parse_date
from forms.expressions import Kind
from forms.expressions.explaining import shown
from forms.quantities import Quantity
from tests.forms.language import Record, compiled, number, outcome, record

CONDITIONS = [
    # limits and units
    ("ALT > 2 * uln(ALT)", {"ALT": "81", "uln(ALT)": "40"}, True),
    ("ALT > 2 * uln(ALT)", {"ALT": "80", "uln(ALT)": "40"}, False),
    ("ALT > 2 * uln(ALT)", {"ALT": "80"}, None),
    ("ALT > 2 * uln(ALT)", {"uln(ALT)": "40"}, None),
    ("present(ALT) and missing(uln(ALT))", {"ALT": "80"}, True),
    ("PLT < 50000 '/uL'", {"PLT": "50"}, False),
    ("PLT < 50000 '/uL'", {"PLT": "49.999"}, True),
    ("PLT < 50 '10*9/L'", {"PLT": "49.999"}, True),
    ("TEMP >= 100.4 '[degF]'", {"TEMP": "38"}, True),
    ("TEMP >= 100.4 '[degF]'", {"TEMP": "37.9999"}, False),
    ("HGB / HCT < 280 'g/L'", {"HGB": "98", "HCT": "0.35"}, False),
    ("HGB / HCT < 280 'g/L'", {"HGB": "97.9", "HCT": "0.35"}, True),
    (
        "abs(UPCONC * UVOL - UPROT * 1 'd') > max(0.1 'g', 0.10 * UPROT * 1 'd')",
        {"UPCONC": "2000", "UVOL": "1500", "UPROT": "3.4"},
        True,
    ),
    (
        "abs(UPCONC * UVOL - UPROT * 1 'd') > max(0.1 'g', 0.10 * UPROT * 1 'd')",
        {"UPCONC": "2000", "UVOL": "1500", "UPROT": "3.3"},
        False,
    ),
    ("abs(CD19P * LYM - CD19) > max(20 '/uL', 0.3 * CD19)", {"CD19P": "15", "LYM": "1.1", "CD19": "168"}, False),
    ("abs(CD19P * LYM - CD19) > max(20 '/uL', 0.3 * CD19)", {"CD19P": "15", "LYM": "2.2", "CD19": "168"}, True),
    ("CREA > BL.CHEM.CREA * 1.3", {"CREA": "114.4", "BL.CHEM.CREA": "88"}, False),
    ("CREA > BL.CHEM.CREA * 1.3", {"CREA": "114.41", "BL.CHEM.CREA": "88"}, True),
    ("abs(WEIGHT - PREV.VS.WEIGHT) / PREV.VS.WEIGHT > 0.10", {"WEIGHT": "55", "PREV.VS.WEIGHT": "50"}, False),
    ("TEMP - 36 'Cel' >= 2 'K'", {"TEMP": "38"}, True),
    ("ALT in [81 'U/L', 1 'ukat/L']", {"ALT": "60"}, True),
    # Kleene
    ("A == 1 and B == 1", {"A": "2"}, False),
    ("A == 1 and B == 1", {"A": "1"}, None),
    ("A == 1 or B == 1", {"A": "1"}, True),
    ("A == 1 or B == 1", {"A": "2"}, None),
    ("not A == 1", {}, None),
    ("A == 1", {}, None),
    ("A != 1", {}, None),
    ("(A == 1) == (B == 1)", {"A": "1"}, None),
    ("missing(A == 1)", {}, True),
    ("none_of(A == 1, B == 1)", {"A": "2"}, False),
    ("none_of(A == 1, B == 1)", {"A": "2", "B": "2"}, True),
    ("count_true(A == 1, B == 1, YES == 'Y') >= 1", {"A": "1"}, True),
    # missing and zero
    ("A / B > 1", {"A": "1", "B": "0"}, None),
    ("A / (B - B) > 1 or A == 1", {"A": "1", "B": "3"}, True),
    ("sum(A, B) > 0", {"A": "5"}, None),
    ("max(A, B) > 0", {"A": "5"}, None),
    ("A * 0 == 0", {}, None),
    # comparators
    ("ALT < 20 'U/L'", {"ALT": "<20"}, True),
    ("ALT < 19 'U/L'", {"ALT": "<20"}, None),
    ("ALT > 20 'U/L'", {"ALT": "<20"}, False),
    ("ALT >= 20 'U/L'", {"ALT": "<20"}, False),
    ("ALT == 20 'U/L'", {"ALT": "<20"}, False),
    ("ALT != 20 'U/L'", {"ALT": "<20"}, True),
    ("ALT == 10 'U/L'", {"ALT": "<20"}, None),
    ("ALT in [10 'U/L', 30 'U/L']", {"ALT": "<20"}, None),
    ("ALT in [20 'U/L', 30 'U/L']", {"ALT": "<20"}, False),
    ("ALT > 2 * uln(ALT)", {"ALT": ">80", "uln(ALT)": "40"}, True),
    ("ALT > 2 * uln(ALT)", {"ALT": ">79", "uln(ALT)": "40"}, None),
    ("ALT > 2 * uln(ALT)", {"ALT": "<80", "uln(ALT)": "40"}, False),
    ("-ALT > -20 'U/L'", {"ALT": "<20"}, True),
    ("A / B < 1", {"A": "1", "B": ">1"}, True),
    ("A / B < 1", {"A": "1", "B": "<1"}, None),
    ("abs(ALT) > 5 'U/L'", {"ALT": "<-5"}, True),
    ("present(ALT)", {"ALT": "<20"}, True),
    ("min(ALT, 5 'U/L') <= 5 'U/L'", {"ALT": "<20"}, True),
    ("TEMP < 212 '[degF]'", {"TEMP": "<100"}, True),
    # partial dates
    ("START < END", {"START": "2026-01", "END": "2026-02-01"}, True),
    ("START < END", {"START": "2026-01", "END": "2026-01-15"}, None),
    ("START >= END", {"START": "2026-03", "END": "2026-02"}, True),
    ("START == END", {"START": "2026-01", "END": "2026-01"}, None),
    ("START == END", {"START": "2026-01", "END": "2026-02"}, False),
    ("START != END", {"START": "2026-01", "END": "2026-02-01"}, True),
    ("START <= END", {"START": "2026-01", "END": "2026-01-31"}, True),
    ("days(START, END) > 0", {"START": "2025", "END": "2026-01-01"}, True),
    ("days(START, END) > 28", {"START": "2026-02", "END": "2026-03-01"}, False),
    ("days(START, END) > 27", {"START": "2026-02", "END": "2026-03-01"}, None),
    ("START >= minus_months(END, 1)", {"START": "2026-02-28", "END": "2026-03-31"}, True),
    ("START in [date('2026-01-01'), date('2026-02')]", {"START": "2026-02-03"}, None),
    # dates and times
    ("date(DRAWN) == START", {"DRAWN": "2026-03-01T23:59", "START": "2026-03-01"}, True),
    ("date(DRAWN) > today()", {"DRAWN": "2026-06-02T00:00"}, True),
    ("START > today()", {"START": "2026-06-01"}, False),
    ("DRAWN <= DOSED", {"DRAWN": "2026-03-01T08:00", "DOSED": "2026-03-01T08:00"}, True),
    ("hours(DOSED, DRAWN) > 12", {"DOSED": "2026-03-01T20:00", "DRAWN": "2026-03-02T08:00"}, False),
    ("hours(DOSED, DRAWN) > 12", {"DOSED": "2026-03-01", "DRAWN": "2026-03-02T12:00"}, True),
    ("CLOCK < time('12:00')", {"CLOCK": "11:59"}, True),
    ("CLOCK < time('12:00')", {"CLOCK": "11"}, True),
    ("CLOCK < time('11:30')", {"CLOCK": "11"}, None),
    ("CLOCK >= time('11:00')", {"CLOCK": "11"}, True),
    ("CLOCK == time('11:00')", {"CLOCK": "11:00"}, True),
    ("CLOCK != time('11:00')", {"CLOCK": "11"}, None),
    # codes
    ("SEX == 'F' and SCR.DM.SEX != 'M'", {"SEX": "F", "SCR.DM.SEX": "F"}, True),
    ("YES in ['Y', 'N']", {"YES": "Y"}, True),
    ("YES not in ['Y']", {"YES": "N"}, True),
    ("YES not in ['Y']", {}, None),
    ("'MMF' in DRUGS", {"DRUGS": "TAC MMF"}, True),
    ("'CYC' in DRUGS", {"DRUGS": "TAC MMF"}, False),
    ("'CYC' not in DRUGS", {}, None),
    ("number(GRADE) >= 3", {"GRADE": "4"}, True),
    ("True", {}, True),
    ("not False", {}, True),
]


@pytest.mark.parametrize(("text", "given", "expected"), CONDITIONS, ids=[f"{case[0]} {case[1]}" for case in CONDITIONS])
def test_a_condition_comes_out(text: str, given: dict[str, str], expected: bool | None) -> None:
    assert outcome(text, given) is expected


RESULTS = [
    ("A + B * 2 - 1", {"A": "1", "B": "2"}, "4"),
    ("(A + B) / 3", {"A": "1", "B": "1.1"}, "0.7"),
    ("-(A - 3)", {"A": "1"}, "2"),
    ("- -A", {"A": "1"}, "1"),
    ("A - B - 1", {"A": "5", "B": "2"}, "2"),
    ("A / B / 2", {"A": "8", "B": "2"}, "2"),
    ("round(A)", {"A": "2.5"}, "3"),
    ("round(A, 1)", {"A": "-0.25"}, "-0.3"),
    ("sum(A, B, 1)", {"A": "1", "B": "2"}, "4"),
    ("min(A, B)", {"A": "-1", "B": "2"}, "-1"),
    ("count_true(A == 1, B == 1, SCORE == 1)", {"A": "1", "B": "2"}, "1"),
    ("case(A == 1, 10, A == 2, 20, 30)", {"A": "2"}, "20"),
    ("case(A == 1, 10, 30)", {"A": "2"}, "30"),
    ("case(A == 1, 10)", {"A": "2"}, None),
    ("case(A == 1, 10, 30)", {}, None),
    ("case(missing(A), 0, A == 1, 10)", {}, "0"),
    ("coalesce(A, B, 9)", {"B": "2"}, "2"),
    ("coalesce(A, B, 9)", {}, "9"),
    ("weighted_sum('Y', YES, 8, NO, 4)", {"YES": "Y", "NO": "N"}, "8"),
    ("weighted_sum('Y', YES, 8, NO, 4)", {"YES": "Y"}, None),
    ("2 * number(GRADE) + 1", {"GRADE": "3"}, "7"),
    ("max(SCORE - 5, 0) + min(SCORE - 2, 0)", {"SCORE": "7"}, "2"),
]


@pytest.mark.parametrize(("text", "given", "expected"), RESULTS)
def test_a_number_comes_out(text: str, given: dict[str, str], expected: str | None) -> None:
    assert number(text, given) == expected


IN_UNITS = [
    ("WEIGHT * 10 'mg/kg'", "mg", {"WEIGHT": "61.4"}, "614"),
    ("UPCONC * UVOL", "g", {"UPCONC": "2000", "UVOL": "1500"}, "3"),
    ("ALT / uln(ALT)", None, {"ALT": "96", "uln(ALT)": "40"}, "2.4"),
    ("minutes(DOSED, DRAWN) * 1 'min'", "min", {"DOSED": "2026-03-01T23:40", "DRAWN": "2026-03-02T00:50"}, "70"),
    ("minutes(DOSED, DRAWN) * 1 'min'", "h", {"DOSED": "2026-03-01T23:00", "DRAWN": "2026-03-02T00:30"}, "1.5"),
    ("coalesce(WEIGHT, 500 'g')", "kg", {}, "0.5"),
    ("case(YES == 'Y', WEIGHT, NO == 'Y', 0)", "kg", {"YES": "N", "NO": "Y"}, "0"),
    ("TEMP", "[degF]", {"TEMP": "37"}, "98.6"),
    ("age(START, END)", "a", {"START": "2008-02-29", "END": "2026-02-28"}, "17"),
    ("ckd_epi_2021(CREA, SEX, AGE)", "mL/min/{1.73_m2}", {"CREA": "<50", "SEX": "F", "AGE": "28"}, None),
]


@pytest.mark.parametrize(("text", "unit", "given", "expected"), IN_UNITS)
def test_a_result_is_given_in_the_unit_that_is_wanted(
    text: str, unit: str | None, given: dict[str, str], expected: str | None
) -> None:
    rule = compiled(text, Kind.NUMBER, unit=unit)
    assert rule.unit == unit
    assert shown(rule.evaluate(record(given))) == expected


OTHERS = [
    ("case(A > 1, 'H', A < 0, 'L', 'N')", Kind.CODE, {"A": "2"}, "H"),
    ("coalesce(case(A > 1, 'Y', 'N'), 'NE')", Kind.CODE, {"A": "1"}, "N"),
    ("coalesce(case(A > 1, 'Y', 'N'), 'NE')", Kind.CODE, {}, "NE"),
    ("coalesce(SEX, YES, 'NE')", Kind.CODE, {"YES": "N"}, "N"),
    ("coalesce(END, START)", Kind.DATE, {"START": "2026-03"}, "2026-03"),
    ("plus_days(START, 2)", Kind.DATE, {"START": "2026-02-27"}, "2026-03-01"),
    ("minus_months(DRAWN, 1)", Kind.DATETIME, {"DRAWN": "2026-03-31T08:00"}, "2026-02-28T08:00"),
    ("SEX", Kind.TEXT, {"SEX": "F"}, "F"),
]


@pytest.mark.parametrize(("text", "kind", "given", "expected"), OTHERS)
def test_other_kinds_come_out(text: str, kind: Kind, given: dict[str, str], expected: str) -> None:
    assert number(text, given, kind) == expected


def test_numbers_stay_exact_through_any_chain() -> None:
    third = compiled("(A / 3 + A / 3 + A / 3) == A")
    assert third.evaluate(record({"A": "0.1"})) is True
    assert compiled("A / 3", Kind.NUMBER).evaluate(record({"A": "1"})) == Quantity(Fraction(1, 3))


def test_a_value_in_another_unit_is_converted_and_one_that_cannot_be_is_unknown() -> None:
    check = compiled("PLT < 50000 '/uL'")
    assert check.evaluate(Record({"PLT": Quantity(Fraction(49999), "/uL")})) is True
    assert check.evaluate(Record({"PLT": Quantity(Fraction(1), "g/L")})) is None
    assert check.evaluate(Record({"PLT": Quantity(Fraction(1))})) is None
    assert compiled("A > 3").evaluate(Record({"A": Quantity(Fraction(4), "mg")})) is None


def test_a_limit_in_the_unit_of_its_laboratory_is_converted() -> None:
    for value, above in (("80", False), ("80.1", True)):
        scope = Record({"ALT": Quantity(Fraction(value), "U/L")}, {"uln(ALT)": Quantity(Fraction(2, 3), "ukat/L")})
        assert compiled("ALT > 2 * uln(ALT)").evaluate(scope) is above


def test_parameters_and_facts_come_from_the_scope() -> None:
    answers = {
        "LIMIT": Quantity(Fraction(3)),
        "event": "SE.SCR",
        "event_target": Quantity(Fraction(14)),
        "AGE_MIN": None,
    }
    scope = record({"A": "4"}, answers=answers)
    assert compiled("A > LIMIT and event == 'SE.SCR' and event_target == 14").evaluate(scope) is True
    assert compiled("event_min > 1").evaluate(scope) is None
    assert compiled("AGE < AGE_MIN").evaluate(scope) is None


def test_a_parameter_that_is_a_list_can_be_searched() -> None:
    answers = {"DOSES": (Quantity(Fraction(1)), Quantity(Fraction(3, 2))), "DOSES_MG": (Quantity(Fraction(500), "mg"),)}
    scope = record({"A": "1.5", "WEIGHT": "0.0005"}, answers=answers)
    assert compiled("A in DOSES").evaluate(scope) is True
    assert compiled("A not in DOSES").evaluate(scope) is False
    assert compiled("WEIGHT in DOSES_MG").evaluate(scope) is True


def test_questions_go_to_the_casebook() -> None:
    answers = {"open_queries()": Quantity(Fraction(2)), "duplicate_dates(MP, MPDAT)": True}
    scope = record(answers=answers)
    assert compiled("open_queries() > 0").evaluate(scope) is True
    assert compiled("required_missing() > 0").evaluate(scope) is None
    assert compiled("duplicate_dates(MP, MPDAT)").evaluate(scope) is True


def test_today_is_passed_in() -> None:
    assert compiled("today()", Kind.DATE).evaluate(record()) == parse_date("2026-06-01")
