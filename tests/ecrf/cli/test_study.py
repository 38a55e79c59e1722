"""`flask study validate`, `test` and `publish`: all faults at once, cases that disagree by name, and who publishes."""

import json
import re
from pathlib import Path

import pytest

from tests.ecrf.cli.conftest import Run
from tests.ecrf.services.packages import amended, variant
from tests.ecrf.trial import PACKAGE
from tests.forms.packages import write_package

pytestmark = pytest.mark.parametrize("server", ["sqlite"], indirect=True)
UNKNOWN_LIMIT = "- {given: {event: SE.SCR, ALT: 81}, fires: false}"
WRONG_CASE = "- {given: {event: SE.SCR, ALT: 81, uln(ALT): 40}, fires: false}"
CASE = ("checks/CHEM.yaml", "ALT: 81, uln(ALT): 40}, fires: true", "ALT: 81, uln(ALT): 40}, fires: false")


def test_a_sound_package_says_so_and_publishes(run: Run, tmp_path: Path) -> None:
    said = run("study", "validate", PACKAGE)
    assert (said.exit_code, said.output.startswith("BEAM 1.0 is sound: 30 forms, ")) == (0, True)
    package = amended(tmp_path)
    published = run("study", "publish", package, "--as", "bea", "--notes", "a running log")
    assert published.exit_code == 0
    assert published.output.startswith("Version 2 (1.1) is published, SHA-256 ")
    assert run("trail", "verify").exit_code == 0


@pytest.mark.req("R-DM-2")
def test_all_faults_are_told_each_with_its_place(run: Run, tmp_path: Path) -> None:
    package = variant(
        tmp_path,
        ("checks/CHEM.yaml", "ALT > 2 * uln(ALT)", "ALTT > 2 * uln(ALT)"),
        ("forms/SV.yaml", "codelist: NY", "codelist: NONE"),
        ("forms/DM.yaml", "type: time", "type: tyme"),
    )
    for command in (("validate",), ("publish", "--as", "bea")):
        said = run("study", command[0], package, *command[1:])
        assert said.exit_code == 1
        assert all(place in said.output for place in ("checks/CHEM.yaml:", "forms/SV.yaml:", "forms/DM.yaml:"))
        assert "faults." in said.output
        assert "Traceback" not in said.output


@pytest.mark.req("R-DM-2")
def test_where_a_file_cannot_be_read_more_faults_may_show_later(run: Run, tmp_path: Path) -> None:
    package = variant(
        tmp_path,
        ("checks/CHEM.yaml", "ALT > 2 * uln(ALT)", "ALTT > 2 * uln(ALT)"),
        ("forms/SV.yaml", "  - group:", "  - group: ["),
    )
    for command in (("validate",), ("publish", "--as", "bea")):
        said = run("study", command[0], package, *command[1:]).output
        assert ("forms/SV.yaml:" in said, "ALTT" in said) == (True, False)
        assert said.endswith("1 faults.\nMore may show once these files can be read.\n")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small package of the tests, which is read in a moment."""
    return write_package(tmp_path_factory.mktemp("small"))


def test_the_packages_own_tests_are_run(run: Run, tmp_path: Path) -> None:
    told = json.loads(run("study", "test", PACKAGE, "--json").output)
    assert (told["run"] > 2000, told["disagree"], told["failures"]) == (True, 0, [])
    said = run("study", "test", write_package(tmp_path / "sound"))
    assert (said.exit_code, said.output.endswith(" 0 disagree.\n")) == (0, True)
    wrong = write_package(tmp_path / "wrong", ("checks/CHEM.yaml", UNKNOWN_LIMIT, f"{UNKNOWN_LIMIT}\n    {WRONG_CASE}"))
    said = run("study", "test", wrong)
    assert said.exit_code == 1
    assert "EC1 case 4" in said.output
    assert "81" in said.output
    assert "2 * uln(ALT) = 80" in said.output
    told = json.loads(run("study", "test", wrong, "--json").output)
    assert (told["disagree"], told["failures"][0]["id"]) == (1, "EC1")


def test_further_cases_are_run_by_check(run: Run, tmp_path: Path, small: Path) -> None:
    cases = tmp_path / "cases.yaml"
    cases.write_text("EC1: [{given: {event: SE.SCR, ALT: 81, uln(ALT): 40}, fires: true}]\n")
    before = json.loads(run("study", "test", small, "--json").output)["run"]
    assert json.loads(run("study", "test", small, "--cases", cases, "--json").output)["run"] == before + 1
    cases.write_text('{"EC1": [{"given": {"event": "SE.SCR", "ALT": 80, "uln(ALT)": 40}, "fires": true}]}')
    said = run("study", "test", small, "--cases", cases)
    assert (said.exit_code, "EC1" in said.output) == (1, True)


@pytest.mark.parametrize(
    "content",
    ["a: [", "", "[1]", "EC1: x", "EC1: [x]", "NONE: [{given: {}, fires: true}]", "EC1: [{fires: true}]",
     "EC1: [{given: {NO: 1}, fires: true}]", "EC1: [{given: {ALT: 1}, fires: perhaps}]", "[" * 3000,
     "EC1: [{given: {ALT: 1}}]", "EC1: [{given: [ALT], fires: true}]"],
)  # fmt: skip
def test_cases_that_cannot_be_read_are_told_of(run: Run, tmp_path: Path, small: Path, content: str) -> None:
    cases = tmp_path / "cases.yaml"
    cases.write_text(content)
    said = run("study", "test", small, "--cases", cases)
    assert said.exit_code == 1
    assert said.exception is None or isinstance(said.exception, SystemExit)
    assert said.output.strip()


def test_a_package_with_a_failing_test_is_not_published_and_says_which(run: Run, tmp_path: Path) -> None:
    said = run("study", "publish", variant(tmp_path, CASE), "--as", "bea")
    assert said.exit_code == 1
    assert "Nothing was published" in said.output
    assert "EC032 case 1" in said.output


def test_only_builders_publish_and_only_folders_are_packages(run: Run, tmp_path: Path) -> None:
    for by, why in (("ann", "does not allow"), ("nobody", "no open account")):
        said = run("study", "publish", PACKAGE, "--as", by)
        assert (said.exit_code, why in said.output) == (1, True)
    assert run("study", "publish", PACKAGE).exit_code == 2
    assert run("study", "validate", tmp_path / "none").exit_code == 2
    empty = run("study", "validate", tmp_path)
    assert (empty.exit_code, "study.yaml" in empty.output) == (1, True)


def test_a_package_and_a_published_version_are_summed_up_alike(run: Run) -> None:
    package, published = run("study", "describe", PACKAGE), run("study", "describe", "BEAM")
    assert package.exit_code == published.exit_code == 0
    assert package.output == published.output
    assert "SE.SCR    SCR     Screening: scheduled, window -14 to 0" in package.output
    assert re.search(r"^  DM +X$", package.output, re.MULTILINE)
    assert re.search(r"^13 events, \d+ forms, \d+ items, \d+ code lists, \d+ checks", package.output, re.MULTILINE)
    assert "AGE_MAX = 65 a" in package.output
    items = run("study", "describe", PACKAGE, "--items").output
    assert re.search(r"^ +AGE +integer in a, computed by DV.AGE$", items, re.MULTILINE)
    told = json.loads(run("study", "describe", "BEAM", "--number", "1", "--language", "zh-CN", "--json").output)
    assert (told["name"], told["events"][0]["label"], told["languages"]) == ("BEAM", "筛选期", ["zh-CN", "en"])
    age = next(rule for rule in told["derivations"] if rule["id"] == "DV.AGE")
    assert (age["about"], "DM.BRTHDAT" in age["reads"]) == (["DM.AGE"], True)
    assert sum(told["read_by"].values()) == sum(len(r["reads"]) for r in (*told["checks"], *told["derivations"]))


@pytest.mark.parametrize("args", [("BEAM", "--number", "9"), ("NONE",)])
def test_what_was_never_published_cannot_be_described(run: Run, args: tuple[str, ...]) -> None:
    said = run("study", "describe", *args)
    assert said.exit_code == 1
    assert said.output.startswith("Error: ")


@pytest.mark.parametrize("file", ["study", "form", "checks"])
def test_a_schema_is_printed_for_editors(run: Run, file: str) -> None:
    told = json.loads(run("study", "schema", file).output)
    assert told["$schema"].startswith("https://json-schema.org/")
    assert run("study", "schema", "nothing").exit_code == 2
