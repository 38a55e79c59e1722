"""A package becomes a study: expansion, generated checks, units, parameters, includes and the order of derivations."""

from fractions import Fraction
from pathlib import Path

import pytest

from forms.compiling import compile_study
from forms.definitions import Bounds, ItemType, Study
from forms.loading.faults import PackageFaults
from forms.loading.loader import load_study
from tests.forms.packages import Change, write_files, write_package


def loaded(folder: Path, *changes: Change) -> Study:
    return load_study(write_package(folder, *changes))


def messages(folder: Path) -> list[str]:
    with pytest.raises(PackageFaults) as raised:
        load_study(folder)
    return [f"{fault.file}:{fault.line} {fault.message}" for fault in raised.value.faults]


def test_a_laboratory_item_brings_its_declared_companions(tmp_path: Path) -> None:
    items = loaded(tmp_path).forms["CHEM"].items
    assert list(items)[2:8] == ["ALT", "ALT_CS", "ALT_AENO", "ALT_ST", "ALT_XULN", "ALT_NRIND"]
    assert (items["ALT_CS"].lab, items["ALT_CS"].companion, items["ALT_CS"].codelist) == ("ALT", "CS", "CS")
    assert items["ALT_CS"].label.said_in("en") == "ALT · Significance"
    assert not items["ALT_CS"].is_computed
    assert (items["ALT_ST"].derivation, items["ALT_ST"].canonical) == ("DV.UNIT", "U/L")
    assert "ALT_TOXGR" not in items


def test_groups_list_items_without_companions(tmp_path: Path) -> None:
    panel = loaded(tmp_path).forms["CHEM"].groups[1]
    assert (panel.layout, panel.items) == ("grid", ("ALT", "CREA"))


def test_ranges_of_items_become_checks_with_their_own_cases(tmp_path: Path) -> None:
    checks = {check.id: check for check in loaded(tmp_path).checks}
    hard, soft, half = checks["RH.CHEM.ALT"], checks["RS.CHEM.ALT"], checks["RH.CHEM.CREA"]
    assert (hard.fires_when, hard.severity) == ("ALT < 0 'U/L' or ALT > 15000 'U/L'", "hard")
    assert soft.message.by_language == {
        "en": "ALT: outside the expected range 5-200 U/L.",
        "zh-CN": "谷丙转氨酶:超出预期范围 5~200 U/L。",
    }
    assert [(case["given"], case["fires"]) for case in soft.tests] == [
        ({"ALT": "5"}, False), ({"ALT": "4"}, True), ({"ALT": "200"}, False), ({"ALT": "201"}, True), ({}, False),
    ]  # fmt: skip
    assert half.fires_when == "CREA < 10 'umol/L'"
    assert half.message.said_in("en") == "Creatinine: outside the possible range from 10 µmol/L."


def test_a_check_for_every_laboratory_item_is_spread_over_them(tmp_path: Path) -> None:
    check = next(check for check in loaded(tmp_path).checks if check.id == "EC3:CHEM.CREA")
    assert (check.form, check.items, check.analyte) == ("CHEM", ("LABID", "CREA"), "CHEM.CREA")
    assert check.fires_when == "present(CREA) and missing(uln(CREA))"
    assert check.tests[1] == {"given": {"CREA": "35", "uln(CREA)": "40"}, "fires": False}


def test_bounds_may_be_open(tmp_path: Path) -> None:
    assert loaded(tmp_path).forms["CHEM"].items["CREA"].hard == Bounds(Fraction(10), None)


def test_a_protocol_text_is_the_label_of_its_item(tmp_path: Path) -> None:
    change = ("forms/SV.yaml", "label: {en: Visit date", "protocol_text: {en: Visit date")
    item = loaded(tmp_path, change).forms["SV"].items["VISDAT"]
    assert item.label == item.protocol_text
    assert item.label.said_in("en") == "Visit date"


def test_a_titre_is_a_code(tmp_path: Path) -> None:
    assert loaded(tmp_path, ("codelists.yaml", "LOST:", '"1:80":')).codelists["NDREAS"].codes[0].code == "1:80"


def test_parameters_are_exact_numbers_texts_or_lists(tmp_path: Path) -> None:
    parameters = loaded(tmp_path).parameters
    assert (parameters["AGE_MIN"].value, parameters["AGE_MIN"].unit) == (Fraction(18), "a")
    assert parameters["FORMULA"].value == "CKD"
    assert parameters["TARGETS"].value == (Fraction(2), Fraction("4.5"))


def test_a_parameter_with_allowed_values_is_a_code_of_them(tmp_path: Path) -> None:
    allowed = ("study.yaml", "FORMULA: CKD", "FORMULA: {value: CKD, allowed: [CKD, MDRD]}")
    parameters = loaded(tmp_path, allowed).parameters
    assert parameters["FORMULA"].allowed == ("CKD", "MDRD")
    rule = ("checks/CHEM.yaml", "CREA < 30 'umol/L'", "FORMULA == 'MDRDD' and CREA < 30 'umol/L'")
    write_package(tmp_path / "wrong", allowed, rule)
    assert any("'MDRDD' is not in the code list of FORMULA" in each for each in messages(tmp_path / "wrong"))


def test_a_quoted_number_is_a_text(tmp_path: Path) -> None:
    assert loaded(tmp_path, ("study.yaml", "FORMULA: CKD", 'FORMULA: "65"')).parameters["FORMULA"].value == "65"


def test_texts_keep_the_default_language_first(tmp_path: Path) -> None:
    study = loaded(tmp_path, ("study.yaml", "languages: [en, zh-CN]", "languages: [zh-CN, en]"))
    assert study.title.said_in("fr") == "小型研究"


def test_a_code_named_no_stays_a_code(tmp_path: Path) -> None:
    assert [code.code for code in loaded(tmp_path).codelists["NO"].codes] == ["YES", "NO"]


def test_an_event_is_known_by_its_alias(tmp_path: Path) -> None:
    week = loaded(tmp_path).events["SE.W2"]
    assert (week.alias, week.order, week.target, week.window_min, week.window_max) == ("W2", 2, 14, -3, 3)


def test_what_nothing_reads_is_a_fault(tmp_path: Path) -> None:
    write_files(write_package(tmp_path), {"forms/SV.yml": "form: SV", "ranges.yaml": "a: b"})
    assert [message for message in messages(tmp_path) if "nothing reads this file" in message] == [
        "forms/SV.yml:1 nothing reads this file", "ranges.yaml:1 nothing reads this file",
    ]  # fmt: skip


def test_a_folder_without_a_study_is_no_package(tmp_path: Path) -> None:
    assert any("study.yaml is missing" in message for message in messages(tmp_path))


SECOND = {
    "study.yaml": 'version: "2.0"\ninclude: ../one\nwithout: {checks: [EC3]}\nparameters: {FORMULA: NEW}\n',
    "checks/CHEM.yaml": """\
- id: EC2
  on: CHEM
  items: [CREA]
  fires_when: CREA < 20 'umol/L'
  severity: soft
  message: {en: Too low., zh-CN: 过低。}
  why: amendment 1
  tests: [{given: {CREA: 19}, fires: true}, {given: {CREA: 20}, fires: false}, {given: {}, fires: false}]
""",
}


def test_a_later_version_holds_only_what_it_replaces(tmp_path: Path) -> None:
    write_package(tmp_path / "one")
    write_files(tmp_path / "two", SECOND)
    study = load_study(tmp_path / "two")
    checks = {check.id: check for check in study.checks}
    assert (study.name, study.version, study.parameters["FORMULA"].value) == ("TINY", "2.0", "NEW")
    assert (checks["EC1"].version, checks["EC2"].version) == ("1.0", "2.0")
    assert checks["EC2"].fires_when == "CREA < 20 'umol/L'"
    assert not any(id.startswith("EC3") for id in checks)
    assert study.forms == load_study(tmp_path / "one").forms


VISIT = "{oid: SE.%s, name: {en: Visit, zh-CN: 访视}, forms: [SV]}"


@pytest.mark.parametrize(
    ("events", "order"),
    [
        (("W4",), ["SCR", "W2", "W4"]),
        (("SCR", "W1"), ["SCR", "W1", "W2"]),
        (("PRE", "SCR"), ["PRE", "SCR", "W2"]),
        (("W2", "W4"), ["SCR", "W2", "W4"]),
    ],
)
def test_a_new_event_stands_behind_the_one_it_follows(
    tmp_path: Path, events: tuple[str, ...], order: list[str]
) -> None:
    write_package(tmp_path / "one")
    lines = "".join(f"  - {VISIT % event}\n".replace("[SV]", "[SV, DM, CHEM]") for event in events)
    write_files(tmp_path / "two", {"study.yaml": f'version: "2.0"\ninclude: ../one\nevents:\n{lines}'})
    plan = load_study(tmp_path / "two").events
    assert [event.alias for event in plan.values()] == order
    assert [event.order for event in plan.values()] == [1, 2, 3][: len(order)]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("include: ../one", "include: ../three", "study.yaml:2 there is no package at ../three"),
        ("include: ../one", "include: .", "study.yaml:2 . includes itself"),
        ("[EC3]", "[EC4]", "study.yaml:3 EC4 is not in the included version"),
    ],
)
def test_a_wrong_include_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    write_package(tmp_path / "one")
    write_files(tmp_path / "two", SECOND | {"study.yaml": SECOND["study.yaml"].replace(old, new)})
    assert message in messages(tmp_path / "two")


def test_faults_of_an_included_version_name_its_files(tmp_path: Path) -> None:
    write_package(tmp_path / "one", ("forms/DM.yaml", "codelist: SEX", "codelist: SEXES"))
    write_files(tmp_path / "two", SECOND)
    assert "../one/forms/DM.yaml:19 there is no code list SEXES" in messages(tmp_path / "two")


def computed(oid: str) -> str:
    return f"""
      - oid: {oid}
        label: {{en: {oid}, zh-CN: {oid}}}
        type: integer
        derivation: DV.{oid}
"""


def derived(oid: str, formula: str, given: str, expect: str) -> str:
    return f"""
- oid: DV.{oid}
  item: DM.{oid}
  formula: {formula}
  tests: [{{given: {{{given}}}, expect: {expect}}}]
"""


def with_derivations(folder: Path, **formulas: str) -> Path:
    """The small package with further computed items in DM."""
    write_package(folder)
    with (folder / "forms/DM.yaml").open("a", encoding="utf-8") as form:
        form.write("".join(computed(oid) for oid in formulas))
    with (folder / "derivations.yaml").open("a", encoding="utf-8") as rules:
        rules.write("".join(derived(oid, formula, "", "null") for oid, formula in formulas.items()))
    return folder


def test_derivations_come_after_all_they_read(tmp_path: Path) -> None:
    compiled = compile_study(load_study(with_derivations(tmp_path, FIRST_ONE="LATER + 1", LATER="AGE / 2 'a'")))
    assert [each.path for each in compiled.derivations] == ["DM.AGE", "DM.LATER", "DM.FIRST_ONE"]


@pytest.mark.req("R-DM-9")
def test_a_cycle_among_derivations_is_refused_by_name(tmp_path: Path) -> None:
    found = messages(with_derivations(tmp_path, ONE="TWO + 1", TWO="THREE + 1", THREE="ONE + 1"))
    assert len(found) == 1
    assert "a cycle: DM." in found[0]
    assert all(f"DM.{oid}" in found[0] for oid in ("ONE", "TWO", "THREE"))


def test_two_cycles_are_both_named(tmp_path: Path) -> None:
    found = messages(with_derivations(tmp_path, ONE="ONE + 1", TWO="THREE + 1", THREE="TWO + 1"))
    assert sum("a cycle" in message for message in found) == 2


def test_types_of_items_are_those_written(tmp_path: Path) -> None:
    items = loaded(tmp_path).forms["DM"].items
    assert [items[oid].type for oid in ("SCRNUM", "BRTHDAT", "SEX", "AGE")] == [
        ItemType.TEXT, ItemType.DATE, ItemType.CODE, ItemType.INTEGER,
    ]  # fmt: skip
    assert items["BRTHDAT"].partial
    assert items["SCRNUM"].unique
