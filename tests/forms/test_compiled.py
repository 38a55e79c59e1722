"""The dependency graph says what a change can move, and what a save must fetch."""

from dataclasses import replace
from pathlib import Path

import pytest

from forms.compiled import CompiledStudy
from forms.compiling import StudyFaults, compile_study
from forms.loading.loader import load_study
from tests.forms.packages import write_package

BEAM = Path(__file__).parents[2] / "forms/studies/beam"


@pytest.fixture(scope="module")
def beam() -> CompiledStudy:
    return compile_study(load_study(BEAM))


def names(compiled: CompiledStudy, *paths: str) -> tuple[set[str], list[str], set[str]]:
    found = compiled.affected(paths)
    checks = {each.check.id for each in found.checks if each.check.id.startswith("EC")}
    return set(found.lab_items), [each.path for each in found.derivations], checks


def test_a_platelet_count_moves_its_own_checks_alone(beam: CompiledStudy) -> None:
    labs, derivations, checks = names(beam, "HEM.PLT")
    assert labs == {"HEM.PLT"}
    assert derivations == []
    assert checks == {"EC040", "EC113:HEM.PLT", "EC114:HEM.PLT"}


def test_creatinine_moves_filtration_and_the_checks_of_that(beam: CompiledStudy) -> None:
    _, derivations, checks = names(beam, "CHEM.CREA")
    assert set(derivations) == {"CHEM.EGFR", "CHEM.EGFR21", "CHEM.EGFR09"}
    assert derivations[-1] == "CHEM.EGFR"
    assert checks >= {"EC028", "EC029", "EC086", "EC087", "EC088"}


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
    assert derivations == ["SV.VISOFF", "SV.VISDEV"]
    assert checks >= {"EC010", "EC012", "EC013", "EC015", "EC088", "EC093", "EC094"}


def test_day_0_moves_the_offset_of_every_visit(beam: CompiledStudy) -> None:
    _, derivations, checks = names(beam, "BLV.INDSTDAT")
    assert derivations == ["SV.VISOFF", "SV.VISDEV"]
    assert checks >= {"EC012", "EC015", "EC016"}


def test_what_nothing_reads_moves_nothing(beam: CompiledStudy) -> None:
    assert names(beam, "DM.RFICVER") == (set(), [], set())


@pytest.mark.parametrize(
    ("form", "reach"),
    [
        ("HEM", {"HEM", "DM", "SV"}),
        ("CHEM", {"CHEM", "DM", "SV"}),
        ("BLV", {"BLV", "DM", "SV"}),
        ("DM", {"DM", "SV", "BLV", "HEM", "CHEM"}),
        ("SV", {"SV", "DM", "BLV", "HEM", "CHEM"}),
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
