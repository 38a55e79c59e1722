"""What a test gives is taken for what it is, or the test says what it cannot be; it never brings the run down."""

from typing import Any

import pytest

from forms.expressions import Kind, compile_expression
from forms.given import Given
from forms.names import StudyNames
from tests.forms.oracle.study import STUDY

MISFITS: list[tuple[str, dict[str, Any], str]] = [
    ("ALT > uln(ALT)", {"ALT": 1, "uln(ALT)": [1, 2]}, "cannot be"),
    ("ALT > uln(ALT)", {"ALT": 1, "uln(ALT)": {"v": 1}}, "cannot be"),
    ("event_target > 3", {"event_target": "soon"}, "event_target cannot be"),
    ("event_target > 3", {"event_target": [1]}, "event_target cannot be"),
    ("A > LIMIT", {"A": 1, "LIMIT": [1, 2]}, "LIMIT cannot be"),
    ("MPDOSE in DOSES", {"MPDOSE": 1, "DOSES": 5}, "DOSES cannot be"),
    ("MPDOSE in DOSES", {"MPDOSE": 1, "DOSES": [5, "x"]}, "DOSES cannot be"),
    ("any_row(MP, MPDOSE > 5 'mg')", {"any_row(MP, MPDOSE > 5 'mg')": [True]}, "any_row"),
    ("event == 'SE.SCR'", {"event": ["SE.SCR"]}, "event cannot be"),
]
"""An expression, what a test gives it, and what is wrong with that."""


def given(text: str, values: dict[str, Any]) -> Given:
    form = "MP" if "MPDOSE in" in text else "QS" if "LIMIT" in text else "CHEM"
    return Given(
        STUDY, form, compile_expression(text, StudyNames(STUDY, STUDY.forms[form]), expects=Kind.BOOLEAN), values
    )


@pytest.mark.parametrize(("text", "values", "problem"), MISFITS)
def test_what_a_name_cannot_be_is_said_and_runs_as_missing(text: str, values: dict[str, Any], problem: str) -> None:
    case = given(text, values)
    assert len(case.problems) == 1
    assert problem in case.problems[0]
    assert case.expression.evaluate(case.scope) is None


@pytest.mark.parametrize(
    ("text", "values", "outcome"),
    [
        ("MPDOSE in DOSES", {"MPDOSE": 5, "DOSES": [4, 5]}, True),
        ("MPDOSE in DOSES", {"MPDOSE": 5, "DOSES": []}, False),
        ("MPDOSE in DOSES", {"MPDOSE": 40}, True),
        ("event_target > 3", {"event_target": 4}, True),
        ("event_target > 3", {"event_target": None}, None),
        ("A > LIMIT", {"A": 2, "LIMIT": 1}, True),
    ],
)
def test_what_fits_is_taken(text: str, values: dict[str, Any], outcome: bool | None) -> None:
    case = given(text, values)
    assert case.problems == []
    assert case.expression.evaluate(case.scope) is outcome
