"""`flask subject load`: what a file enters, what it finds, what it computes, and what is refused of it."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from ecrf.exchange.subject_files import FiledSubject, read_subjects
from forms.definitions import Study
from tests.ecrf.cli.conftest import Run
from tests.ecrf.trial import PACKAGE

ONLY_SQLITE = pytest.mark.parametrize("server", ["sqlite"], indirect=True)
SUBJECT: dict[str, Any] = {
    "screening_number": "NJ01-S001",
    "data": {
        "SE.SCR": {
            "SV": {"VISDAT": "2026-03-04", "VISOCC": "Y"},
            "DM": {"RFICDAT": "2026-03-03", "BRTHDAT": "1991-06-30", "SEX": "M"},
            "HEM": {"LABID": "LAB_A", "LBDTC": "2026-03-04T08:00", "PLT": 49, "PLT_CS": "N"},
            "CHEM": {
                "LABID": "LAB_A", "LBDTC": "2026-03-04T08:00", "ALT": 81, "ALT_CS": "N",
                "CREA": {"v": "1.00", "u": "mg/dL"}, "AST": {"nd": "NOTDONE"},
            },
        },
        "SE.UNS#1": {"HEM": {"LABID": "LAB_A", "LBDTC": "2026-03-20T08:00", "PLT": 49}},
    },
}  # fmt: skip


@pytest.mark.req("R-DM-5")
def test_a_file_is_entered_as_on_pages_and_told_as_the_contract_says(run: Run, tmp_path: Path) -> None:
    said = _load(run, _written(tmp_path, SUBJECT), "--json")
    assert said.exit_code == 0
    told = json.loads(said.stdout)
    assert told.keys() == {"findings", "derived", "refused"}
    found = {each["check"]: each for each in told["findings"]}
    assert found["EC032"] == {
        "check": "EC032", "event": "SE.SCR", "form": "CHEM", "row": None, "items": ["ALT"], "severity": "soft"
    }  # fmt: skip
    assert {"EC032", "EC040"} <= found.keys()
    assert any(each["event"] == "SE.UNS#1" for each in told["findings"])
    assert told["derived"]["SE.SCR.DM.AGE"] == "34"
    assert told["derived"]["SE.SCR.CHEM.EGFR"].isdigit() or "." in told["derived"]["SE.SCR.CHEM.EGFR"]
    assert told["refused"] == []
    assert run("trail", "verify").exit_code == 0


@ONLY_SQLITE
def test_json_and_yaml_lists_and_single_subjects_are_the_same(run: Run, tmp_path: Path) -> None:
    second = {**SUBJECT, "screening_number": "NJ01-S002"}
    said = _load(run, _written(tmp_path, [SUBJECT, second], "two.json"), "--json")
    assert said.exit_code == 0
    first, other = json.loads(said.stdout)["subjects"]
    assert first == other
    third = {**SUBJECT, "screening_number": ""}
    one = json.loads(_load(run, _written(tmp_path, third), "--json").stdout)
    assert {name: one[name] for name in first} == first


def test_a_refused_value_ends_with_1_and_nothing_is_entered(run: Run, tmp_path: Path) -> None:
    data = json.loads(json.dumps(SUBJECT))
    data["data"]["SE.SCR"]["CHEM"] |= {"POTAS": "43", "SODIUM": "1,5", "NOTHING": "x", "EGFR": "90"}
    file = _written(tmp_path, data)
    said = _load(run, file, "--json")
    assert said.exit_code == 1
    told = json.loads(said.stdout)
    refused = {each["item"]: each for each in told["refused"]}
    assert {item: each["rule"] for item, each in refused.items()} == {
        "POTAS": "RH.CHEM.POTAS", "SODIUM": "type", "NOTHING": "unknown", "EGFR": "computed"
    }  # fmt: skip
    assert (refused["POTAS"]["event"], refused["POTAS"]["form"]) == ("SE.SCR", "CHEM")
    assert "43" in refused["POTAS"]["message"]
    assert any(each["check"] == "EC032" for each in told["findings"])
    assert run("query", "list", "BEAM", "NJ01-S001", "--as", "ann").exit_code == 1
    assert run("trail", "verify").exit_code == 0


def test_a_refused_value_leaves_the_rest_where_a_part_is_asked_for(run: Run, tmp_path: Path) -> None:
    data = json.loads(json.dumps(SUBJECT))
    data["data"]["SE.SCR"]["CHEM"] |= {"SODIUM": "1,5"}
    file = _written(tmp_path, data)
    assert "NJ01-S001: 3 findings would stand." in _load(run, file).output
    kept = _load(run, file, "--partial")
    assert (kept.exit_code, "NJ01-S001: 3 findings stand." in kept.output) == (1, True)
    assert "refused: NJ01-S001 SE.SCR CHEM SODIUM: 1,5 was not accepted" in kept.output
    assert "Exclusion 2" in run("query", "list", "BEAM", "NJ01-S001", "--as", "ann").output
    again = _load(run, file, "--partial")
    assert (again.exit_code, "“NJ01-S001” is already in use" in again.output) == (1, True)


@ONLY_SQLITE
@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("a: [", "cannot be read"), ("just words", "a subject is a mapping"), ("[1, 2]", "a subject is a mapping"),
        ("", "the file holds nothing"), ("data: {SE.NO: {}}", "SE.NO: The study has no event of this name"),
        ("data: {SE.SCR: {NO: {}}}", "SE.SCR NO: The event holds no form"), ("data: {SE.SCR: []}", "mapping of forms"),
        ("data: {'SE.SCR#1': {SV: {VISOCC: Y}}}", "SE.SCR#1: The study has no event"),
        ("data: {SE.SCR: {SV: {VISDAT: 2026-03-04, VISDAT: 2026-03-05}}}", "VISDAT is written twice"),
        ("data: {SE.SCR: {SV: {VISREAS: [a, [b]]}}}", "subject 1 SE.SCR SV VISREAS: A list of plain codes"),
        ("data: {SE.SCR: {SV: [{VISDAT: 2026-03-04}]}}", "SE.SCR SV: A form holds"),
        ("screening_number: N1\ndata: {SE.NO: {}, SE.SCR: {NO: {}}}", "2 faults. Nothing was entered."),
        ("screening_number: '1 2'\ndata: {}", "is no screening number"),
        ("screening_number: XX\ndata: {}", "pattern of screening numbers"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_told_of_and_enters_nothing(
    run: Run, tmp_path: Path, content: str, why: str
) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(content)
    said = _load(run, file)
    assert said.exit_code == 1
    assert why.lower() in said.output.lower()
    assert "Traceback" not in said.output
    assert json.loads(run("trail", "verify", "--json").output)["exit_code"] == 0
    good = _load(run, _written(tmp_path, SUBJECT), "--json")
    assert good.exit_code == 0


@ONLY_SQLITE
def test_a_file_of_other_bytes_and_a_json_of_two_same_keys_are_told_of(run: Run, tmp_path: Path) -> None:
    binary, twice = tmp_path / "binary.yaml", tmp_path / "twice.json"
    binary.write_bytes(b"\xff\xfe\x00data")
    twice.write_text('{"data": {"SE.SCR": {"SV": {"VISDAT": "2026-03-04", "VISDAT": "2026-03-05"}}}}')
    deep = tmp_path / "deep.json"
    deep.write_text("[" * 200_000)
    for file in (binary, twice, deep):
        said = _load(run, file)
        assert (said.exit_code, "The file cannot be read" in said.output) == (1, True), file.name
    assert _load(run, tmp_path / "none.yaml").exit_code == 2


@ONLY_SQLITE
def test_who_and_where_are_told_of_when_they_are_wrong(run: Run, tmp_path: Path) -> None:
    file = _written(tmp_path, SUBJECT)
    for study, site, by, why in (
        ("NONE", "NJ01", "ann", "(study)"), ("BEAM", "NJ99", "ann", "(site)"), ("BEAM", "NJ02", "ann", "(site)"),
        ("BEAM", "NJ01", "nobody", "no open account"), ("BEAM", "NJ01", "max", "does not allow"),
        ("BEAM", "NJ01", "bea", "does not allow"),
    ):  # fmt: skip
        said = run("subject", "load", study, file, "--site", site, "--as", by)
        assert (said.exit_code, why in said.output) == (1, True), (study, site, by, said.output)


def _load(run: Run, file: Path, *more: str) -> Any:
    return run("subject", "load", "BEAM", file, "--site", "NJ01", "--as", "ann", *more)


def _written(folder: Path, content: Any, name: str = "subjects.yaml") -> Path:
    file = folder / name
    file.write_text(json.dumps(content) if name.endswith("json") else yaml.safe_dump(content, sort_keys=False))
    return file


@ONLY_SQLITE
@pytest.mark.parametrize("number", ["NJ01-S001", "NJ01-S002"])
def test_a_subject_of_the_package_is_entered_as_it_is(run: Run, number: str) -> None:
    said = _load(run, PACKAGE / "demonstration" / f"{number}.yaml", "--json")
    assert said.exit_code == 0
    assert json.loads(said.stdout)["refused"] == []


@ONLY_SQLITE
@pytest.mark.req("R-SEC-21")
def test_a_file_without_subjects_says_so_to_whoever_may_enter_some(run: Run, tmp_path: Path) -> None:
    empty = _written(tmp_path, [])
    said = _load(run, empty)
    assert (said.exit_code, said.output) == (0, "The file holds no subjects. Nothing was entered.\n")
    refused = run("subject", "load", "BEAM", empty, "--site", "NJ01", "--as", "max")
    assert (refused.exit_code, "does not allow" in refused.output) == (1, True)
    assert run("subject", "load", "BEAM", empty, "--site", "NJ02", "--as", "ann").exit_code == 1


@ONLY_SQLITE
@pytest.mark.req("R-SEC-32")
def test_nobody_waits_while_a_file_is_read(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    meanwhile = []

    def reading(file: Path, study: Study) -> list[FiledSubject]:
        meanwhile.append(run("subject", "add", "BEAM", "--site", "NJ01", "--as", "ann"))
        return read_subjects(file, study)

    monkeypatch.setattr("ecrf.cli.subject.read_subjects", reading)
    said = _load(run, _written(tmp_path, {**SUBJECT, "screening_number": ""}))
    assert (meanwhile[0].output, said.exit_code) == ("NJ01-S001 is registered.\n", 0)
    assert "NJ01-S002: " in said.output
