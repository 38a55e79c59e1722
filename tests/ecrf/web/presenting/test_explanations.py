"""A finding explains itself: a sentence, what was compared, the range row, the boundary, the check."""

from typing import Any

import pytest

from ecrf.web.presenting.explanations import Explained, Lexicon, deciding_comparisons, explain
from ecrf.web.presenting.phrases import Part, phrase, plain_text, strong
from ecrf.web.presenting.relations import firing_side, relation
from tests.ecrf.web.form_examples import RANGES, above_limit, operand, used

WORDS = Lexicon(
    label=lambda name: {"AGE": "Age", "LACTATE": "Lactating", "SV.VISDAT": "Visit date"}.get(name, name),
    answer=lambda name, code: {"Y": "Yes", "N": "No"}.get(code, code),
    laboratory=lambda code: {"LAB_A": "Local lab A"}.get(code, code), sample_day="2026-03-04", evaluated="10:31:12",
)  # fmt: skip


def comparison(
    left: str,
    operator: str,
    right: str,
    a: str | None,
    b: str | None,
    outcome: bool | None = True,
    unit: str | None = None,
) -> dict[str, Any]:
    return {
        "left_text": left,
        "operator": operator,
        "right_text": right,
        "left": a,
        "right": b,
        "unit": unit,
        "outcome": outcome,
    }


def document(*comparisons: dict[str, Any], operands: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    return {
        "check": "EC040",
        "version": "1.0",
        "expression": "",
        "today": None,
        "operands": list(operands),
        "comparisons": list(comparisons),
    }


def sentence(explained: Explained) -> str:
    return " ".join(plain_text(said) for said in explained.sentences)


@pytest.mark.req("R-EMA-10")
def test_a_result_above_a_multiple_of_its_limit_names_the_limit_the_people_and_the_day() -> None:
    explained = explain(above_limit("ALT", "81", "2", used("ALT", "7", "40", "U/L"), "80"), "ALT", WORDS)
    assert sentence(explained) == (
        "81 U/L is more than 80 U/L, twice the upper limit of 40 U/L that Local lab A gives for women"
        " on the day of the sample, 4 Mar 2026."
    )
    assert dict(explained.evidence) == {
        "Compared": "81 U/L as entered; no conversion",
        "Range row": "Local lab A · ALT · female · all ages · 7 – 40 U/L · from 2026-06-01 · revision 2",
        "Boundary": "2 × 40 = 80; fires above 80 U/L, not at 80 U/L",
        "Check": "EC091 of CRF 1.0, evaluated 10:31:12",
    }


def test_the_values_of_the_sentence_are_stressed() -> None:
    explained = explain(above_limit("ALT", "81", "2", RANGES["ALT"], "80"), "ALT", WORDS)
    assert [part.text for part in explained.sentences[0] if part.is_strong] == ["81 U/L", "80 U/L"]


def test_a_limit_itself_is_called_the_upper_limit() -> None:
    told = document(
        comparison("ALT", ">", "uln(ALT)", "81", "40", unit="U/L"),
        operands=(
            operand("ALT", "81", "U/L", "81", "U/L"),
            operand("uln(ALT)", None, None, "40", "U/L", range=vars(RANGES["ALT"])),
        ),
    )
    assert sentence(explain(told, "ALT", WORDS)).startswith(
        "81 U/L is more than 40 U/L, the upper limit that Local lab A"
    )


def test_a_sentence_speaks_in_the_unit_typed_and_the_evidence_shows_the_conversion() -> None:
    told = document(
        comparison("PLT", "<", "50000 '/uL'", "49.999", "50", unit="10*9/L"),
        operands=(operand("PLT", "49999", "/uL", "49.999", "10*9/L", factor="0.001"),),
    )
    explained = explain(told, "PLT", WORDS)
    assert sentence(explained) == "49999 /µL is less than 50000 /µL."
    assert ("Compared", "49999 /µL as entered; × 0.001 = 49.999 ×10⁹/L") in explained.evidence
    assert ("Boundary", "fires below 50 ×10⁹/L, not at 50 ×10⁹/L") in explained.evidence


def test_a_limit_moves_into_the_unit_typed_and_what_would_not_end_stays_as_compared() -> None:
    row = used("PLT", "100", "300", "10*9/L")
    limit = operand("lln(PLT)", None, None, "100", "10*9/L", range=vars(row))
    rule = comparison("PLT", "<", "0.5 * lln(PLT)", "49.999", "50", unit="10*9/L")
    typed = operand("PLT", "49999", "/uL", "49.999", "10*9/L", factor="0.001")
    said = sentence(explain(document(rule, operands=(typed, limit)), "PLT", WORDS))
    assert said.startswith("49999 /µL is less than 50000 /µL, 0.5 times the lower limit of 100000 /µL that")
    typed = operand("BILI", "2", "mg/dL", "34.2", "umol/L", factor="17.1")
    rule = comparison("BILI", ">", "30", "34.2", "30", unit="umol/L")
    assert sentence(explain(document(rule, operands=(typed,)), "BILI", WORDS)) == "34.2 µmol/L is more than 30 µmol/L."


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (comparison("AGE", "<", "18", "17", "18", unit="a"), "Age: 17 is less than 18."),
        (
            comparison("SV.VISDAT", "<", "RFICDAT", "2026-03-01", "2026-03-03"),
            "Visit date: 1 Mar 2026 is before 3 Mar 2026.",
        ),
        (comparison("LACTATE", "==", "'Y'", "Y", "Y"), "Lactating: the answer is Yes."),
        (comparison("PLT", "<", "13", "<5", "13", unit="U/L"), "<5 U/L is less than 13 U/L."),
    ],
)
def test_every_kind_of_comparison_is_said(made: dict[str, Any], said: str) -> None:
    assert sentence(explain(document(made), "PLT", WORDS)) == said


def test_only_comparisons_that_made_the_check_fire_are_said() -> None:
    told = [
        comparison("event", "==", "'SE.SCR'", "SE.SCR", "SE.SCR"),
        comparison("ALT", ">", "80", "81", "80"),
        comparison("AST", ">", "70", "20", "70", outcome=False),
        comparison("TBIL", ">", "40", None, "40", outcome=None),
    ]
    assert [each["left_text"] for each in deciding_comparisons(told)] == ["ALT"]


def test_under_a_not_the_comparison_is_turned_round() -> None:
    turned = deciding_comparisons([comparison("CREA", "<", "265", "300", "265", outcome=False)])
    assert [each["operator"] for each in turned] == [">="]


def test_a_person_s_query_has_nothing_to_explain() -> None:
    assert explain(None, "ALT", WORDS) == Explained()


@pytest.mark.parametrize(
    ("operator", "side"),
    [(">", "fires above 2, not at 2"), (">=", "fires at 2 and above"), ("<", "fires below 2, not at 2"),
     ("<=", "fires at 2 and below"), ("==", "fires at exactly 2"), ("!=", "fires at anything but 2"), ("in", "2")],
)  # fmt: skip
def test_the_boundary_says_on_which_side_it_fires(operator: str, side: str) -> None:
    assert firing_side(operator, "2") == side


def test_what_was_typed_stays_text_in_a_sentence() -> None:
    said = relation("==", "<b>", "x", numeric=False, days=False)
    assert Part("<b>", is_strong=True) in said


def test_a_place_nobody_fills_stays_visible() -> None:
    assert plain_text(phrase("%(a)s and %(b)s", a=strong("one"))) == "one and %(b)s"
