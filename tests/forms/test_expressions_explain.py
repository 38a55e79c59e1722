"""A check says why: operands as entered and as compared, comparisons computed; and what an expression depends on."""

from fractions import Fraction

import pytest

from forms.dates import parse_date
from forms.datum import Datum
from forms.expressions import Boundary, Kind, Reference, normalise
from forms.findings import Comparison, Operand, RangeUsed
from forms.kinds import Value
from forms.quantities import Quantity
from tests.forms.language import Record, compiled, record

ADULT = RangeUsed("r1", 2, "LAB_A", "CHEM.ALT", "F", 18, 99, "7", "40", "U/L", "2025-01-01", None)


def test_a_check_against_a_limit_shows_the_range_and_both_sides() -> None:
    scope = record({"ALT": "81", "uln(ALT)": "40"}, typed={"ALT": Datum("81.0", "U/L")}, ranges={"ALT": ADULT})
    operands, comparisons = compiled("ALT > 2 * uln(ALT)").explain(scope)
    assert operands == (
        Operand("ALT", "81.0", "U/L", None, "81", "U/L", item="ALT"),
        Operand("uln(ALT)", None, None, None, "40", "U/L", range=ADULT),
    )
    assert comparisons == (Comparison("ALT", ">", "2 * uln(ALT)", "81", "80", "U/L", True),)


def test_an_operand_shows_its_conversion() -> None:
    typed = {"PLT": Datum("49999", "/uL"), "CREA": Datum("3.0", "mg/dL"), "TEMP": Datum("100.4", "[degF]")}
    values = {
        "PLT": Quantity(Fraction("49.999"), "10*9/L"),
        "CREA": Quantity(Fraction("265.26"), "umol/L", "88.42"),
        "TEMP": Quantity(Fraction(38), "Cel"),
    }
    rule = compiled("PLT < 50000 '/uL' or CREA > 265 'umol/L' or TEMP > 38 'Cel'")
    operands, comparisons = rule.explain(Record(values, typed=typed))
    assert [(one.name, one.entered, one.unit, one.compared, one.compared_unit, one.factor) for one in operands] == [
        ("PLT", "49999", "/uL", "49.999", "10*9/L", "0.001"),
        ("CREA", "3.0", "mg/dL", "265.26", "umol/L", "88.42"),
        ("TEMP", "100.4", "[degF]", "38", "Cel", None),
    ]
    assert (comparisons[0].left, comparisons[0].right, comparisons[0].unit) == ("49.999", "50", "10*9/L")


def test_a_comparator_and_a_missing_value_are_shown_as_they_are() -> None:
    scope = record({"ALT": "<20"}, typed={"ALT": Datum("20", "U/L", "<")})
    operands, comparisons = compiled("ALT > 15 'U/L' and SEX == 'F'").explain(scope)
    assert operands[0] == Operand("ALT", "20", "U/L", "<", "<20", "U/L", item="ALT")
    assert operands[1] == Operand("SEX", None, None, None, None, None, item="SEX")
    assert comparisons == (
        Comparison("ALT", ">", "15 'U/L'", "<20", "15", "U/L", None),
        Comparison("SEX", "==", "'F'", None, "F", None, None),
    )


EVERY_KIND = (
    "event == 'SE.SCR' and A > LIMIT and A < 9 and open_queries() > 0 and START <= today()"
    " and any_row(SAE, SAEAENO == this.A) == False and 'MMF' in DRUGS and GRADE in ['3', '4']"
)
OPERANDS = {
    "event": "SE.SCR",
    "A": "4",
    "LIMIT": "3",
    "open_queries()": "2",
    "START": "2026-03",
    "today()": "2026-06-01",
    "any_row(SAE, SAEAENO == this.A)": "False",
    "DRUGS": "MMF, TAC",
    "GRADE": "3",
}
COMPARISONS = [
    ("SE.SCR", "==", "SE.SCR"),
    ("4", ">", "3"),
    ("4", "<", "9"),
    ("2", ">", "0"),
    ("2026-03", "<=", "2026-06-01"),
    ("False", "==", "False"),
    ("MMF", "in", "MMF, TAC"),
    ("3", "in", "[3, 4]"),
]


def test_every_kind_of_operand_is_named_once() -> None:
    answers = {"LIMIT": Quantity(Fraction(3)), "event": "SE.SCR", "open_queries()": Quantity(Fraction(2))}
    rule = compiled(EVERY_KIND)
    scope = record({"A": "4", "START": "2026-03", "DRUGS": "TAC MMF", "GRADE": "3"}, answers=answers)
    operands, comparisons = rule.explain(scope)
    assert [(one.name, one.compared) for one in operands] == list(OPERANDS.items())
    assert [(one.left, one.operator, one.right) for one in comparisons] == COMPARISONS
    assert rule.evaluate(scope) is True
    assert all(one.outcome is True for one in comparisons)


def test_a_derived_unit_gives_way_to_a_written_one() -> None:
    _, (comparison,) = compiled("HGB / HCT < 280 'g/L'").explain(record({"HGB": "98", "HCT": "0.3"}))
    assert (comparison.left, comparison.right, comparison.unit) == ("326.6666666667", "280", "g/L")


def test_the_text_of_a_side_is_on_one_line() -> None:
    _, (comparison,) = compiled("ALT >\n   2 *\n   uln(ALT)").explain(record({"ALT": "81", "uln(ALT)": "40"}))
    assert comparison.right_text == "2 * uln(ALT)"


def test_what_an_expression_reads_is_known_before_it_runs() -> None:
    rule = compiled(
        "event == 'SE.SCR' and ALT > 2 * uln(CHEM.ALT) and AGE < AGE_MIN"
        " and PREV.VS.WEIGHT < 5 'kg' and today() > START"
    )
    assert rule.reads == {
        Reference("row", None, "ALT"),
        Reference("row", None, "AGE"),
        Reference("PREV", "VS", "WEIGHT"),
        Reference("row", None, "START"),
    }
    assert rule.limits == {Reference("event", "CHEM", "ALT")}
    assert (rule.parameters, rule.facts, rule.calls, rule.uses_today) == ({"AGE_MIN"}, {"event"}, frozenset(), True)
    assert rule.row_forms == frozenset()


BOUNDARIES = [
    ("PLT < 50000 '/uL'", [Boundary("PLT", "<", "50000 '/uL'", Quantity(Fraction(50), "10*9/L"))]),
    ("3 < A", [Boundary("3", "<", "A", Quantity(Fraction(3)))]),
    ("A > LIMIT", [Boundary("A", ">", "LIMIT", None)]),
    ("abs(A - 24) > 2", [Boundary("abs(A - 24)", ">", "2", Quantity(Fraction(2)))]),
    ("START >= date('2026-01-31')", [Boundary("START", ">=", "date('2026-01-31')", parse_date("2026-01-31"))]),
    ("ALT > 2 * uln(ALT)", []),
    ("A > event_target + 3", []),
    ("SEX == 'F' and A in [1, 2]", []),
    ("any_row(SAE, SAEAENO > 3)", []),
]


@pytest.mark.parametrize(("text", "boundaries"), BOUNDARIES)
def test_constants_compared_with_are_boundaries(text: str, boundaries: list[Boundary]) -> None:
    assert list(compiled(text).boundaries) == boundaries


GIVEN = [
    ("ALT > 2 * uln(ALT)", {"uln( ALT )": Quantity(Fraction(40), "U/L")}, True),
    ("ALT > 2 * uln(ALT)", {"uln(ALT)": None}, None),
    ("present(ALT) and missing(uln(ALT))", {"uln(ALT)": None}, True),
    ('any_row(SAE, SAETERM == "x") == False', {"any_row(SAE,SAETERM == 'x')": False}, True),
    ("open_queries() > 0", {"open_queries()": Quantity(Fraction(1))}, True),
    ("duplicate_dates(MP, MPDAT)", {"duplicate_dates(MP,MPDAT)": True}, True),
    ("START > today()", {"today()": parse_date("2026-01-01")}, True),
]


@pytest.mark.parametrize(("text", "given", "expected"), GIVEN)
def test_a_test_gives_look_ups_by_their_text(text: str, given: dict[str, Value], expected: bool | None) -> None:
    rule = compiled(text)
    assert set(rule.lookups) == {normalise(name) for name in given}
    assumed = rule.assuming(given)
    scope = record({"ALT": "81", "START": "2026-02-01"})
    assert assumed.evaluate(scope) is expected
    assert assumed.explain(scope)[0]


def test_look_ups_have_types() -> None:
    lookups = compiled("ALT > uln(ALT) and any_row(SAE, True) and today() > START").lookups
    assert {name: (known.kind, known.unit) for name, known in lookups.items()} == {
        normalise("uln(ALT)"): (Kind.NUMBER, "U/L"),
        normalise("any_row(SAE, True)"): (Kind.BOOLEAN, None),
        normalise("today()"): (Kind.DATE, None),
    }


def test_texts_are_compared_without_regard_to_space_and_quotes() -> None:
    assert normalise('any_row( SAE ,X=="a  b")') == normalise("any_row(SAE, X == 'a  b')")
    assert normalise("a<=1") == normalise("a <= 1") != normalise("a < 1")


@pytest.mark.parametrize(
    ("text", "plain"), [('"', '"'), ('""', "''"), ('"a"', "'a'"), ("'a'", "'a'"), ("A  ==1", "A == 1")]
)
def test_texts_are_compared_with_single_quotes_and_single_blanks(text: str, plain: str) -> None:
    assert normalise(text) == plain


def test_what_a_sum_of_rows_adds_up_is_read() -> None:
    read = compiled("sum_rows(MP, MPDOSE, MPROUTE == 'IV') > 1 'mg'").reads
    assert read == {Reference("rows", "MP", "MPDOSE"), Reference("rows", "MP", "MPROUTE")}
