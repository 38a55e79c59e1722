"""Checks and derivations are run on their own tests, and on further cases of the same shape."""

from dataclasses import replace
from pathlib import Path

import pytest

from forms.compiled import CompiledStudy
from forms.compiling import compile_study
from forms.loading.cases import load_cases
from forms.loading.faults import PackageFaults
from forms.loading.loader import load_study
from forms.rehearsal import CaseResult, failures, rehearse
from tests.forms.packages import write_package
from tests.forms.small_study import STUDY, check


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
        ("EC2", {"CREA": 20, "uln(ALT)": 40, "lln( ALT )": 7}, True),
        ("EC1", {"event": "SCR", "ALT": "81", "uln(ALT)": "40"}, True),
        ("EC1", {"event": "SE.SCR", "ALT": "1.35", "ALT_U": "ukat/L", "uln(ALT)": 40}, True),
        ("EC1", {"event": "SE.SCR", "ALT": 80, "ALT_Q": ">", "uln(ALT)": 40}, True),
        ("EC1", {"event": "SE.SCR", "ALT_ND": "LOST", "uln(ALT)": 40}, False),
        ("EC3", {"CREA": 20, "event": "SE.W2"}, True),
        ("EC3", {"LABID": "LAB_A", "CREA": 20, "uln(CREA)": 30}, False),
        ("EC3", {"CHEM.CREA": 20}, True),
        ("EC1", {"event": "SE.SCR", "CHEM.ALT": 81, "uln(ALT)": 40}, True),
        ("RH.CHEM.CREA", {"CREA": 9.99}, True),
        ("RH.CHEM.CREA", {"CREA": 10}, False),
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
        ("EC1", {"uln(ALT)": "high"}, "uln(ALT) cannot be high"),
        ("EC2", {"SCR.CHEM.CRAE": 1}, "SCR.CHEM.CRAE is nothing the study knows"),
        ("EC2", {"CRAE": 20}, "did you mean CREA?"),
        ("EC11", {}, "the study has no check EC11; did you mean EC1"),
        ("EC1", {"uln(ATL)": 40}, "uln(ATL) is nothing the study knows; did you mean uln ( ALT )?"),
        ("EC1", {"event": "SE.SRC"}, "there is no event SE.SRC"),
        ("EC1", {"event_target": "soon"}, "event_target cannot be soon"),
        ("EC2", {"CREA": "20 'mol'"}, "CREA cannot be 20"),
        ("EC3:CHEM.CERA", {}, "did you mean EC3:CHEM.CREA"),
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


def test_a_derivation_takes_further_examples(tiny: CompiledStudy) -> None:
    given = {"BRTHDAT": "2000-02-29", "SCR.SV.VISDAT": "2026-02-28"}
    results = rehearse(tiny, {"DV.AGE": [{"given": given, "expect": 25}, {"given": given, "expect": 26}]})
    assert [(each.passed, each.actual) for each in results if each.origin == "cases"] == [(True, "25"), (False, "25")]


ALIASES = """\
EC2:
  - &first {given: &some {CREA: 20}, fires: True, name: below, provenance: a program}
  - {given: *some, fires: true}
EC1:
  - {given: {event: SE.SCR, ALT: 81, "uln(ALT)": 40}, fires: true}
DV.AGE: [{given: {}, expect: null}]
"""


def test_a_file_of_cases_may_say_more_of_them_and_repeat_itself(tiny: CompiledStudy, tmp_path: Path) -> None:
    (tmp_path / "cases.yaml").write_text("\ufeff" + ALIASES.replace("\n", "\r\n"), encoding="utf-8")
    results = rehearse(tiny, load_cases(tmp_path / "cases.yaml"))
    assert [each.id for each in results if each.origin == "cases" and each.passed] == ["EC2", "EC2", "EC1", "DV.AGE"]


@pytest.mark.parametrize(
    "text", ["EC2: &a [*a]", "EC2: [*a]", "EC2: [&a [&b [x]], &c [*b]]", "*a : 1", "*a", "EC2: &a {*a : 1}"]
)
def test_an_alias_that_leads_nowhere_or_multiplies_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "cases.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PackageFaults):
        load_cases(tmp_path / "cases.yaml")


@pytest.mark.parametrize("text", ["- a", "EC2: 1", "EC2: [{given: 3, fires: true}]", "EC2: [{given: {}}]", "EC2: ["])
def test_a_file_that_holds_no_cases_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "cases.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PackageFaults):
        load_cases(tmp_path / "cases.yaml")


@pytest.mark.parametrize(
    "written",
    ["any_row(MP, MPDOSE > 500 'mg' and MPGRAMS < 2 'g')", 'any_row( MP,MPDOSE>500 "mg" and MPGRAMS<2 "g")',
     "any_row(MP, MPDOSE > 500 and MPGRAMS < 2)"],
)  # fmt: skip
def test_a_look_up_may_be_given_without_the_units_of_its_numbers(written: str) -> None:
    rule = check("DOSE", "DM", "SEX", "SEX == 'F' and any_row(MP, MPDOSE > 500 'mg' and MPGRAMS < 2 'g')")
    study = compile_study(replace(STUDY, checks=(rule,)))
    cases = [{"given": {"SEX": "F", written: given}, "fires": given} for given in (True, False)]
    assert failures(rehearse(study, {"DOSE": cases})) == ()
