"""Checks and derivations are run on their own tests, and on further cases of the same shape."""

from pathlib import Path

import pytest

from forms.compiled import CompiledStudy
from forms.compiling import compile_study
from forms.loading.cases import load_cases
from forms.loading.faults import PackageFaults
from forms.loading.loader import load_study
from forms.rehearsal import CaseResult, failures, rehearse
from tests.forms.packages import write_package


@pytest.fixture
def tiny(tmp_path: Path) -> CompiledStudy:
    return compile_study(load_study(write_package(tmp_path)))


def only(compiled: CompiledStudy, id: str, given: dict[str, object], fires: object) -> CaseResult:
    results = rehearse(compiled, {id: [{"given": given, "fires": fires}]})
    return next(result for result in results if result.origin == "cases")


def test_a_package_passes_its_own_tests(tiny: CompiledStudy) -> None:
    results = rehearse(tiny)
    assert len(results) > 20
    assert failures(results) == ()
    assert {result.id for result in results} >= {"EC1", "EC3:CHEM.CREA", "RH.CHEM.ALT", "DV.AGE"}


@pytest.mark.parametrize(
    ("id", "given", "fires"),
    [
        ("EC1", {"event": "SE.SCR", "ALT": 81, "uln(ALT)": 40}, True),
        ("EC1", {"event": "SE.SCR", "ALT": "80", "uln( ALT )": "40"}, False),
        ("EC1", {"event": "SE.SCR", "ALT": 81}, False),
        ("EC1", {"event": "SE.W2", "ALT": 81, "uln(ALT)": 40}, False),
        ("EC1", {"event": "SE.SCR", "ALT": {"v": "1.35", "u": "ukat/L"}, "uln(ALT)": 40}, True),
        ("EC1", {"event": "SE.SCR", "ALT": {"v": 80, "q": ">"}, "uln(ALT)": 40}, True),
        ("EC1", {"event": "SE.SCR", "ALT": {"v": 100, "q": "<"}, "uln(ALT)": 40}, False),
        ("EC1", {"event": "SE.SCR", "ALT": {"nd": "LOST"}, "uln(ALT)": 40}, False),
        ("EC2", {"CREA": 29.9}, True),
        ("EC2", {"CREA": "0.3 'mg/dL'"}, True),
        ("EC2", {"CREA": "<30"}, True),
        ("EC2", {"CREA": "<31"}, False),
        ("EC2", {"CREA": None}, False),
        ("EC3:CHEM.CREA", {"CREA": 20}, True),
        ("EC3", {"CREA": 20, "uln(CREA)": 30}, False),
        ("RS.CHEM.ALT", {"ALT": "200.0001"}, True),
        ("EC2", {"CREA": 20, "ALT": 3, "event": "SE.W2"}, True),
    ],
)
def test_a_further_case_is_given_as_a_test_is(
    tiny: CompiledStudy, id: str, given: dict[str, object], fires: bool
) -> None:
    result = only(tiny, id, given, fires)
    assert result.passed, result.problem
    assert not only(tiny, id, given, not fires).passed


def test_a_case_that_disagrees_explains_itself(tiny: CompiledStudy) -> None:
    result = only(tiny, "EC1", {"event": "SE.SCR", "ALT": 80, "uln(ALT)": 40}, True)
    assert (result.expected, result.actual) == ("fires", "silent")
    assert result.problem == "expected to fire, but the condition is false"
    assert result.explanation is not None
    said = {
        (seen.left_text, seen.operator, seen.right_text): (seen.left, seen.right)
        for seen in result.explanation.comparisons
    }
    assert said["ALT", ">", "2 * uln(ALT)"] == ("80", "80")


def test_an_unknown_condition_is_called_unknown(tiny: CompiledStudy) -> None:
    assert only(tiny, "EC2", {}, True).problem == "expected to fire, but the condition is unknown"


@pytest.mark.parametrize(
    ("id", "given", "problem"),
    [
        ("EC9", {}, "the study has no check EC9"),
        ("EC2", {"CRAE": 20}, "CRAE is nothing the study knows"),
        ("EC2", {"CREA": "much"}, "CREA cannot be much"),
        ("EC1", {"uln(ALT)": "high"}, "uln ( ALT ) cannot be high"),
        ("EC2", {"SCR.CHEM.CRAE": 1}, "SCR.CHEM.CRAE is nothing the study knows"),
    ],
)
def test_a_case_that_cannot_be_run_says_why(
    tiny: CompiledStudy, id: str, given: dict[str, object], problem: str
) -> None:
    result = only(tiny, id, given, True)
    assert not result.passed
    assert problem in (result.problem or "")


def test_a_wrong_worked_example_is_named(tmp_path: Path) -> None:
    change = ("derivations.yaml", "expect: 28", "expect: 27")
    (failed,) = failures(rehearse(compile_study(load_study(write_package(tmp_path, change)))))
    assert (failed.id, failed.problem) == ("DV.AGE", "expected 27, computed 28")


@pytest.mark.parametrize(
    "text",
    [
        "EC2:\n  - {given: {CREA: 20}, fires: true}\n  - {given: {}, fires: false}\n",
        '{"EC2": [{"given": {"CREA": 20}, "fires": true}, {"given": {}, "fires": false}]}',
    ],
)
def test_cases_come_from_yaml_or_json(tiny: CompiledStudy, tmp_path: Path, text: str) -> None:
    (tmp_path / "cases").write_text(text, encoding="utf-8")
    results = rehearse(tiny, load_cases(tmp_path / "cases"))
    assert [(result.id, result.passed) for result in results if result.origin == "cases"] == [("EC2", True)] * 2


@pytest.mark.parametrize("text", ["- a", "EC2: 1", "EC2: [{given: 3, fires: true}]", "EC2: [{given: {}}]", "EC2: ["])
def test_a_file_that_holds_no_cases_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "cases.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PackageFaults):
        load_cases(tmp_path / "cases.yaml")
