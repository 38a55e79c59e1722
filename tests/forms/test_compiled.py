"""The dependency graph says what a change can move, and what a save must fetch."""

from dataclasses import replace
from pathlib import Path

import pytest

from forms.compiled import CompiledStudy
from forms.compiling import StudyFaults, compile_study
from forms.loading.loader import load_study
from tests.forms import beam as package
from tests.forms.packages import write_package

WHOLE_CASEBOOK = {"EC193", "EC194"}
"""The checks of the signature, which ask for open queries and missing items wherever they are."""


@pytest.fixture(scope="module")
def beam() -> CompiledStudy:
    """BEAM without the checks that every change can move."""
    study = package.beam().study
    return compile_study(replace(study, checks=tuple(each for each in study.checks if each.id not in WHOLE_CASEBOOK)))


def names(compiled: CompiledStudy, *paths: str) -> tuple[set[str], list[str], set[str]]:
    found = compiled.affected(paths)
    checks = {each.check.id for each in found.checks if each.check.id.startswith("EC")}
    return set(found.lab_items), [each.path for each in found.derivations], checks


def test_a_platelet_count_moves_exclusion_13_and_sledai_and_nothing_else(beam: CompiledStudy) -> None:
    labs, derivations, checks = names(beam, "HEM.PLT")
    assert labs == {"HEM.PLT"}
    assert derivations == ["IE.EXC13A"]
    assert checks == {"EC040", "EC052:IE.EXC13", "EC111", "EC113:HEM.PLT", "EC114:HEM.PLT"}


def test_creatinine_moves_filtration_and_the_checks_of_that(beam: CompiledStudy) -> None:
    _, derivations, checks = names(beam, "CHEM.CREA")
    assert set(derivations) == {
        "CHEM.EGFR", "CHEM.EGFR21", "CHEM.EGFR09", "RR.RRCRPCT", "RR.RRCALC", "RR.RRKDIGO", "RR.CUMCR", "IE.INC04A",
    }  # fmt: skip
    assert derivations.index("CHEM.EGFR") > max(map(derivations.index, ("CHEM.EGFR21", "CHEM.EGFR09")))
    assert derivations.index("CHEM.EGFR") < min(map(derivations.index, ("RR.RRKDIGO", "IE.INC04A")))
    assert checks >= {"EC028", "EC029", "EC086", "EC087", "EC088", "EC052:IE.INC04", "EC160", "EC163"}


def test_sex_moves_every_limit_of_normal(beam: CompiledStudy) -> None:
    labs, derivations, checks = names(beam, "DM.SEX")
    assert {"HEM.PLT", "CHEM.ALT"} <= labs
    assert "CHEM.EGFR" in derivations
    assert checks >= {"EC005", "EC032", "EC090", "EC114:HEM.WBC"}


def test_the_sample_date_moves_the_limits_of_its_own_form(beam: CompiledStudy) -> None:
    labs, _, checks = names(beam, "HEM.LBDTC")
    assert all(lab.startswith("HEM.") for lab in labs)
    assert "EC113:HEM.PLT" in checks
    assert "EC032" not in checks


def test_a_visit_date_moves_what_looks_back(beam: CompiledStudy) -> None:
    _, derivations, checks = names(beam, "SV.VISDAT")
    assert set(derivations) == {"SV.VISOFF", "SV.VISDEV", "VS.BMI", "IE.EXC10A"}
    assert derivations.index("SV.VISOFF") < derivations.index("SV.VISDEV")
    assert checks >= {"EC010", "EC012", "EC013", "EC015", "EC071", "EC088", "EC093", "EC094", "EC137", "EC144", "EC163"}


def test_day_0_moves_the_offset_of_every_visit(beam: CompiledStudy) -> None:
    _, derivations, checks = names(beam, "BLV.INDSTDAT")
    assert derivations == ["SV.VISOFF", "SV.VISDEV"]
    assert checks >= {"EC012", "EC015", "EC016"}


def test_what_nothing_reads_moves_nothing(beam: CompiledStudy) -> None:
    assert names(beam, "DM.RFICVER") == (set(), [], set())


def test_a_row_that_changes_moves_what_looks_at_rows(beam: CompiledStudy) -> None:
    assert names(beam, "AE.AETERM") == (set(), [], {"EC179", "EC189"})


def test_open_queries_are_asked_of_the_whole_casebook() -> None:
    whole = package.beam()
    assert names(whole, "DM.RFICVER") == (set(), [], WHOLE_CASEBOOK)
    assert (whole.asking, "SIGN" in whole.reach("BLV")) == ({"SIGN"}, True)
    assert whole.reach("BLV") < set(whole.study.forms)


@pytest.mark.parametrize(
    ("form", "reach"),
    [
        ("HEM", {"HEM", "DM", "SV", "IE", "IMM", "SLE"}),
        ("CHEM", {"CHEM", "DM", "SV", "IE", "RR", "UP24", "URN"}),
        ("BLV", {"BLV", "DM", "SV", "CM", "DV", "EXMT", "IE"}),
        ("BEL", {"BEL", "DM", "SV", "AE", "PREG", "VS"}),
        ("AE", {"AE", "DM", "SV", "BEL", "CM", "DS", "DTH", "EXMT", "SAE"}),
        ("SIGN", {"SIGN", "DM", "SV"}),
    ],
)
def test_a_save_reaches_what_it_moves_and_what_that_reads(beam: CompiledStudy, form: str, reach: set[str]) -> None:
    assert beam.reach(form) == reach


def test_checks_and_derivations_are_found_by_their_form(beam: CompiledStudy) -> None:
    assert {each.check.form for each in beam.checks_on("BLV")} == {"BLV"}
    assert [each.path for each in beam.derivations_on("SV")] == ["SV.VISOFF", "SV.VISDEV"]
    assert beam.checks_on("NONE") == ()


def test_conditions_are_compiled_once(beam: CompiledStudy) -> None:
    assert {("DM", "GUARDAT"), ("DM", "LACTATE"), ("SV", "VISREAS")} <= beam.required.keys()
    assert ("DM", "SEX") not in beam.required


def test_a_study_with_a_wrong_expression_does_not_compile(tmp_path: Path) -> None:
    study = load_study(write_package(tmp_path))
    broken = replace(study, checks=(replace(study.checks[0], fires_when="ALT >"),))
    with pytest.raises(StudyFaults) as raised:
        compile_study(broken)
    assert raised.value.faults[0].path == "checks/EC1/fires_when"
