"""Units in arithmetic: in which unit a result stands, what is converted on the way, and what does not fit together."""

import pytest

from forms.expressions import ExpressionFaults, Kind
from forms.expressions.explaining import shown
from tests.forms.language import compiled, outcome, record

STAND_IN = [
    ("2 * WEIGHT", {"WEIGHT": "61.4"}, "122.8", "kg"),
    ("WEIGHT * 2", {"WEIGHT": "61.4"}, "122.8", "kg"),
    ("WEIGHT / 2", {"WEIGHT": "61.4"}, "30.7", "kg"),
    ("2 / WEIGHT", {"WEIGHT": "50"}, "0.04", "1/kg"),
    ("WEIGHT / PREV.VS.WEIGHT", {"WEIGHT": "50", "PREV.VS.WEIGHT": "40"}, "1.25", None),
    ("WEIGHT * 10 'mg/kg' + 1 'g'", {"WEIGHT": "61.4"}, "1.614", "g"),
    ("1 'g' + WEIGHT * 10 'mg/kg'", {"WEIGHT": "61.4"}, "1.614", "g"),
    ("WEIGHT * 1 'mg/kg' + WEIGHT * 1 'g/kg'", {"WEIGHT": "50"}, "50050", "kg.(mg/kg)"),
    ("0 + WEIGHT", {"WEIGHT": "61.4"}, "61.4", "kg"),
    ("TEMP + 1 'K'", {"TEMP": "38"}, "39", "Cel"),
    ("TEMP - 2 'K'", {"TEMP": "38"}, "36", "Cel"),
    ("TEMP - TEMP", {"TEMP": "38"}, "0", "K"),
    ("TEMP - 100.4 '[degF]'", {"TEMP": "39"}, "1", "K"),
]


@pytest.mark.parametrize(("text", "given", "expected", "unit"), STAND_IN)
def test_a_result_stands_in_a_unit(text: str, given: dict[str, str], expected: str, unit: str | None) -> None:
    found = compiled(text, Kind.NUMBER)
    assert (shown(found.evaluate(record(given))), found.unit) == (expected, unit)


COMPARED = [
    ("10 / WEIGHT == 0.1 '/kg'", {"WEIGHT": "100"}, True),
    ("10 / WEIGHT == 0.0001 '/g'", {"WEIGHT": "100"}, True),
    ("WEIGHT == 1 '2.kg'", {"WEIGHT": "2"}, True),
    ("WEIGHT == 1 '2.kg'", {"WEIGHT": "1"}, False),
    ("TEMP + 1 'K' > 39 'Cel'", {"TEMP": "38"}, False),
    ("TEMP + 1 'K' > 39 'Cel'", {"TEMP": "38.01"}, True),
    ("TEMP + 1 'K' > 102.2 '[degF]'", {"TEMP": "38"}, False),
    ("TEMP + 1 'K' > 102.2 '[degF]'", {"TEMP": "38.01"}, True),
]


@pytest.mark.parametrize(("text", "given", "expected"), COMPARED)
def test_what_is_compared_is_converted_first(text: str, given: dict[str, str], expected: bool) -> None:
    assert outcome(text, given) is expected


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("WEIGHT > 2000 'g'", "kg"),
        ("WEIGHT * 10 'mg/kg' > 1 'g'", "g"),
        ("WEIGHT * 2 'mg/kg' > WEIGHT * 1 'mg/kg'", "kg.(mg/kg)"),
        ("A > 2", None),
    ],
)
def test_a_comparison_says_in_which_unit_it_was_made(text: str, unit: str | None) -> None:
    ((comparison,), _) = compiled(text).explain(record({"WEIGHT": "50"}))[::-1]
    assert comparison.unit == unit


@pytest.mark.parametrize(
    "text",
    [
        "NOPE + 1 > 2", "1 + NOPE > 2", "NOPE * 2 > 1", "2 / NOPE > 1", "-NOPE > 1", "NOPE > 1", "1 > NOPE",
        "NOTE + 1 > 2", "1 - NOTE > 2", "NOTE * NOTE > 1", "-NOTE > 2", "-TEMP > 1 'Cel'", "-(TEMP) < 0",
        "TEMP + 1 > 3 'Cel'", "TEMP + 1 'kg' > 3 'Cel'", "TEMP - 1 'kg' > 3 'Cel'", "TEMP + TEMP > 3 'Cel'",
        "TEMP + 1 'Cel' > 3 'Cel'", "1 'K' + TEMP > 3 'Cel'", "TEMP * 2 > 3 'Cel'", "2 / TEMP > 3", "TEMP > 310 'K'",
        "TEMP > 0", "0 < TEMP", "WEIGHT + 1 > 2 'kg'", "WEIGHT + 1 'm' > 2 'kg'", "EGFR > CLEAR", "EGFR + CLEAR > 1",
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_refused(text: str) -> None:
    with pytest.raises(ExpressionFaults) as refused:
        compiled(text)
    assert len(refused.value.faults) == 1 or "NOTE * NOTE" in text
