"""What a wrong expression is told: every fault at once, with its place and a hint."""

import pytest

from forms.expressions import ExpressionFault, ExpressionFaults, Kind
from tests.forms.language import compiled


def faults(text: str, expects: Kind = Kind.BOOLEAN, **wanted: object) -> tuple[ExpressionFault, ...]:
    with pytest.raises(ExpressionFaults) as refused:
        compiled(text, expects, **wanted)
    return refused.value.faults


SYNTAX = [
    ("SBP > > 3", 1, 7, "'>' is not expected here"),
    ("A == 1 and", 1, 11, "ends too early"),
    ("A == 1\n  and and B == 2", 2, 7, "'and' is not expected here"),
    ("A == (1", 1, 8, "ends too early"),
    ("A ! 1", 1, 3, "'!' cannot stand here"),
    ("", 1, 1, "empty"),
    ("  \n ", 1, 1, "empty"),
]


@pytest.mark.parametrize(("text", "line", "column", "message"), SYNTAX)
def test_a_syntax_fault_names_its_place(text: str, line: int, column: int, message: str) -> None:
    (fault,) = faults(text)
    assert (fault.line, fault.column) == (line, column)
    assert message in fault.message


def test_a_syntax_fault_names_what_was_expected() -> None:
    (fault,) = faults("SBP > > 3")
    assert {"a number", "a name", "("} <= set(fault.expected)


SYNTAX_HINTS = [
    ("A = 1", "write == to compare"),
    ("A == 1 && B == 1", "write and"),
    ("A == 1 | B == 1", "write or"),
    ("A ** 2 > 1", "no power"),
    ("1 < A < 3", "join comparisons by and"),
    ("АLT > 2", "plain letters"),
]


@pytest.mark.parametrize(("text", "hint"), SYNTAX_HINTS)
def test_a_habit_from_another_language_gets_a_hint(text: str, hint: str) -> None:
    (fault,) = faults(text)
    assert hint in (fault.hint or "")


ONE_FAULT = [
    # a unit beside a bare number
    ("PLT < 50", "PLT has the unit 10*9/L, but 50 is a number without a unit", "write 50 '10*9/L'"),
    ("50 > PLT", "but 50 is a number without a unit", "write 50 '10*9/L'"),
    ("PLT == LIMIT", "LIMIT is a number without a unit", "give it a unit: LIMIT * 1 '10*9/L'"),
    ("ALT + 1 > 2 'U/L'", "1 is a number without a unit", "write 1 'U/L'"),
    ("max(ALT, 3) > 2 'U/L'", "3 is a number without a unit", "write 3 'U/L'"),
    ("HCT < 0.4", "HCT has the unit L/L", "write 0.4 'L/L'"),
    ("RBGLOM < 10", "RBGLOM has the unit {#}", "write 10 '{#}'"),
    ("TEMP > 0", "TEMP has the unit Cel", "write 0 'Cel'"),
    ("PLT in [50]", "50 is a number without a unit", "write 50"),
    ("SCORE > 3 'mg'", "SCORE is a number without a unit", "SCORE * 1 'mg'"),
    # dimensions
    ("PLT < 5 'g/L'", "measure different things", "PLT is compared in 10*9/L"),
    ("ALT > HGB", "ALT (in U/L) and HGB (in g/L) measure different things", "U/L"),
    ("EGFR < 30 'mL/min'", "differ in their annotations", "annotations"),
    ("EGFR < CLEAR", "differ in their annotations", "annotations"),
    ("HGB / HCT < 280 'U/L'", "measure different things", ""),
    ("sum(ALT, PLT) > 0", "measure different things", ""),
    ("uln(ALT) > HGB", "measure different things", ""),
    # units
    ("EGFR < 30 'mL/min/1.73'", "reads as a product", "{1.73_m2}"),
    ("UPROT < 3 'g/24h'", "'g/24h' is not a UCUM unit", "write 'g/(24.h)'"),
    # temperature scales
    ("TEMP * 2 > 80 'Cel'", "cannot be multiplied", "subtract"),
    ("TEMP + TEMP > 80 'Cel'", "cannot be added", ""),
    ("TEMP - TEMP > 1 'Cel'", "one is a temperature, one a difference", "K"),
    ("abs(TEMP) > 1 'Cel'", "a point on a scale", ""),
    # codes
    ("SEX == 'X'", "'X' is not in the code list of SEX", "the codes are F, M"),
    ("YES in ['Y', 'Q']", "'Q' is not in the code list of YES", "N, Y"),
    ("'MMM' in DRUGS", "'MMM' is not in the code list of DRUGS", "did you mean MMF"),
    ("SEX == YES", "have no code in common", ""),
    ("event == 'SE.SRC'", "not in the code list of event", "SE.SCR"),
    ("LOGIC == 'SOME'", "not in the code list of LOGIC", "ALL, ANY"),
    # kinds
    ("SEX > 'F'", "has no order", "number(SEX)"),
    ("SCORE == '5'", "cannot be compared", "without quotes"),
    ("GRADE == 5", "cannot be compared", "number(GRADE)"),
    ("START == '2026-01-31'", "cannot be compared", "date('2026-01-31')"),
    ("DRAWN > START", "cannot be compared", "date(DRAWN)"),
    ("START - 3 > 3", "START is a date, where a number is needed", ""),
    ("SEX", "SEX is a code, where a condition is needed", "SEX == 'M'"),
    ("not YES", "YES is a code, where a condition is needed", "YES == 'Y'"),
    ("A and B == 1", "A is a number, where a condition is needed", ""),
    ("A + (B == 1) > 2", "B == 1 is a condition, where a number is needed", ""),
    ("'a' * 1000000 == 'b'", "'a' is a text, where a number is needed", ""),
    ("DRUGS == 'MMF'", "cannot be compared", "'MMF' in DRUGS"),
    ("A in 3", "where a list is needed", "[3]"),
    ("A in []", "the list is empty", ""),
    ("A in [1, B]", "literals only", "or"),
    ("A in [1, 'x']", "cannot be compared", ""),
    ("DOSES == 3", "is a list", ""),
    ("A == [1, 2]", "is a list", ""),
    ("AGE < 18 'a' == True", "'==' is not expected here", ""),
    # names
    ("ALTT > 2 'U/L'", "there is no item ALTT", "did you mean ALT"),
    ("PREV.WEIGHT > 2 'kg'", "PREV needs a form and an item", "PREV.FORM.ITEM"),
    ("this.VS.WEIGHT > 2 'kg'", "this has items", "this.ITEM"),
    ("evnt == 'SE.SCR'", "there is no item evnt", "event"),
    # functions
    ("presnt(A)", "there is no function presnt()", "did you mean present"),
    ("present(A, B)", "present() takes 1 argument, 2 given", ""),
    ("days(START) > 2", "days(a, b) takes 2 arguments, 1 given", ""),
    ("round(A, B) > 2", "whole number from 0 to 20", ""),
    ("round(A, 21) > 2", "whole number from 0 to 20", ""),
    ("hours(START, DRAWN) > 2", "START is a date, where a date-time is needed", ""),
    ("uln(SEX) > 2", "SEX is a code, where a number is needed", ""),
    ("uln(ALT * 2) > 2 'U/L'", "takes the name of a laboratory item", ""),
    ("uln(2 'U/L') > 2 'U/L'", "takes the name of a laboratory item", ""),
    ("date('2026-02-30') < START", "'2026-02-30' is not a date", "date('2026-01-31')"),
    ("ckd_epi_2021(CREA, SEX, 30) > 2 'mL/min/{1.73_m2}'", "30 is a number, where age is a number in a", ""),
    ("ckd_epi_2021(HGB, SEX, AGE) > 2 'mL/min/{1.73_m2}'", "where creatinine is a number in umol/L", ""),
    ("datetime(START) > DRAWN", "takes a quoted literal", ""),
    ("case(SEX, 1, 2) > 1", "SEX is a code, where a condition is needed", ""),
    ("case(A == 1, 1, 'x') == 1", "cannot be compared", ""),
    ("weighted_sum('Y', YES, 1, NO) > 1", "one weight after each item", ""),
    ("weighted_sum('Q', YES, 1) > 1", "not in the code list of YES", ""),
    # rows
    ("any_row(SAE, SAEAENO == AENO)", "there is no item AENO", "this.AENO"),
    ("any_row('SAE', True)", "takes the name of a form first", ""),
    ("any_row(SAE)", "takes 2 to 2 arguments, 1 given", ""),
    ("any_row(SAE, SAEAENO)", "SAEAENO is a number, where a condition is needed", ""),
    ("any_row(SAE, any_row(SAE, True))", "cannot look at rows itself", ""),
    ("duplicate_dates(MP, MPDOSE)", "MPDOSE is a number in mg, where a date or a date-time is needed", ""),
    ("duplicate_dates(MP)", "takes a form and one of its items", ""),
    ("covers() == True", "covers() takes 1 argument, 0 given", ""),
]


@pytest.mark.parametrize(("text", "message", "hint"), ONE_FAULT, ids=[case[0] for case in ONE_FAULT])
def test_a_fault_says_what_is_wrong_and_what_to_write(text: str, message: str, hint: str) -> None:
    (fault,) = faults(text)
    assert message in fault.message
    assert hint in (fault.hint or "")


def test_all_faults_of_an_expression_are_found_at_once() -> None:
    found = faults("SEX == 'X' or PLT < 50 or NOPE == 1 or nofunction(ALT > 5 'g/L', A) or A")
    assert [(fault.column, fault.message.split()[0]) for fault in found] == [
        (8, "'X'"),
        (21, "PLT"),
        (27, "there"),
        (40, "there"),
        (51, "ALT"),
        (72, "A"),
    ]


def test_a_fault_on_a_later_line_has_its_line() -> None:
    (fault,) = faults("SEX == 'F'\n  and PLT < 50")
    assert (fault.line, fault.column) == (2, 13)


WRONG_RESULTS = [
    ("ALT > 2 'U/L'", Kind.NUMBER, {}, "where a number is needed"),
    ("ALT", Kind.NUMBER, {"unit": "g/L"}, "the result is a number in U/L, where a number in g/L is needed"),
    ("days(START, END)", Kind.NUMBER, {"unit": "min"}, "the result is a number, where a number in min is needed"),
    ("case(YES == 'Y', 'CR', 'XX')", Kind.CODE, {"codes": frozenset({"CR", "PR"})}, "the result can be XX"),
    ("'XX'", Kind.CODE, {"codes": frozenset({"CR", "PR"})}, "'XX' is not in the code list of the result"),
    ("DRAWN", Kind.DATE, {}, "where a date is needed"),
]


@pytest.mark.parametrize(("text", "expects", "wanted", "message"), WRONG_RESULTS)
def test_a_result_must_be_what_its_item_wants(
    text: str, expects: Kind, wanted: dict[str, object], message: str
) -> None:
    (fault,) = faults(text, expects, **wanted)
    assert message in fault.message


ALLOWED = [
    "ALT > 0",
    "ALT - 0 > 0 'U/L'",
    "ALT > 2 * uln(ALT)",
    "CREA > BL.CHEM.CREA * 1.3",
    "CREA <= BL.CHEM.CREA / 3",
    "HGB / HCT < 280 'g/L' or HGB / HCT > 380 'g/L'",
    "abs(WEIGHT - PREV.VS.WEIGHT) / PREV.VS.WEIGHT > 0.10",
    "abs(UPCONC * UVOL - UPROT * 1 'd') > max(0.1 'g', 0.10 * UPROT * 1 'd')",
    "abs(CD19P * LYM - CD19) > max(20 '/uL', 0.3 * CD19)",
    "UPROT / WEIGHT > 50 'mg/kg/d'",
    "AGE < AGE_MIN or AGE < 18 'a'",
    "A > LIMIT and A in DOSES and A in [1, 2.5, -3]",
    "TEMP >= 38 'Cel' or TEMP >= 100.4 '[degF]' or TEMP - TEMP > 1 'K' or TEMP + 1 'K' > 39 'Cel'",
    "event == 'SE.SCR' and event_target + event_min > -3 and event_type != 'scheduled'",
    "YES not in ['Y'] and 'MMF' in DRUGS and NOTE == 'free text'",
    "(True or False) and not (any_row(SAE, True) == False)",
    "CLOCK < time('12:00') and DRAWN >= datetime('2026-01-31T08:00') and date(DRAWN) <= today()",
]


@pytest.mark.parametrize("text", ALLOWED)
def test_what_is_right_compiles(text: str) -> None:
    assert compiled(text).kind == Kind.BOOLEAN


RESULTS = [
    ("'F'", "F M", True), ("'X'", "F M", False), ("SEX", "F M", True), ("SEX", "F", False), ("SEX", "F M X", True),
    ("case(A > 1, 'F', 'M')", "F M", True), ("case(A > 1, 'F', 'X')", "F M", False), ("NOTE", "F", True),
]  # fmt: skip


@pytest.mark.parametrize(("text", "codes", "fits"), RESULTS)
def test_a_result_is_one_of_the_codes_that_its_item_has(text: str, codes: str, fits: bool) -> None:
    wanted = {"expects": Kind.CODE, "codes": frozenset(codes.split())}
    if fits:
        assert compiled(text, **wanted).kind in (Kind.CODE, Kind.TEXT)
    else:
        assert "is not in the code list" in faults(text, **wanted)[0].message


@pytest.mark.parametrize("text", ["ALT", "A"])
def test_a_result_in_a_unit_that_is_none_is_refused(text: str) -> None:
    (fault,) = faults(text, Kind.NUMBER, unit="xyz")
    assert "is not a UCUM unit" in fault.message


DEEP = "(" * 51 + "1" + ")" * 51
CLOSED = [
    (f"(1) + {DEEP} > 1", False), (f"A in [1] and {DEEP} > 1", False), (f"NOTE == 'x' and {DEEP} > 1", False),
    (f"(1) + {DEEP[1:-1]} > 1", True), (" or ".join(["A in [1]"] * 51), True),
    (" or ".join(["NOTE == '(['"] * 51), True), (" or ".join(["(A) == 1"] * 51), True),
]  # fmt: skip


@pytest.mark.parametrize(("text", "fits"), CLOSED)
def test_only_open_brackets_are_counted(text: str, fits: bool) -> None:
    if fits:
        assert compiled(text).kind == Kind.BOOLEAN
    else:
        assert "more than 50 brackets are open" in faults(text)[0].message
