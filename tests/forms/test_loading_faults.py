"""Whatever is wrong with a package is said at once: each fault with file, line, path, message and a way to mend it."""

from pathlib import Path

import pytest

from forms.loading.faults import Fault, PackageFaults
from forms.loading.loader import load_study
from tests.forms.packages import Change, line_of, write_package

STUDY, LISTS, DM, SV, CHEM = "study.yaml", "codelists.yaml", "forms/DM.yaml", "forms/SV.yaml", "forms/CHEM.yaml"
CHECKS, EVERY, RULES, LABS = "checks/CHEM.yaml", "checks/every.yaml", "derivations.yaml", "laboratories.yaml"

# What is changed, the text in whose line the fault stands, part of the message, part of the hint.
PLANTED: tuple[tuple[Change, str, str, str | None], ...] = (
    ((STUDY, "languages: [en, zh-CN]", "languages: [en, zh-CN, de_DE]"),
     "languages:", "de_DE is no language tag", "BCP 47"),
    ((STUDY, "timezone: Asia/Shanghai", "timezone: Asia/Nanjing"), "timezone:", "there is no time zone", "IANA"),
    ((STUDY, 'version: "1.0"', 'versoin: "1.0"'), "versoin:", "unknown key versoin", "did you mean version?"),
    ((STUDY, "title: {en: A small study, zh-CN: 小型研究}", "title: {en: A small study}"), "title:",
     "the zh-CN translation is missing", None),
    ((STUDY, "window: [-3, 3]", "window: [3, -3]"), "window: [3", "window must be two whole numbers", "[-3, 3]"),
    ((STUDY, "forms: [SV, CHEM]", "forms: [SV, CEHM]"),
     "forms: [SV, CEHM]", "there is no form CEHM", "did you mean CHEM?"),
    ((STUDY, "missing_reasons: NDREAS", "missing_reasons: NDREASON"),
     "missing_reasons:", "there is no code list NDREASON",
     "did you mean NDREAS?"),
    ((STUDY, "    target: 14", "    target: two"), "target: two", "target must be a number, not two", None),
    ((STUDY, "  FORMULA: CKD", "  FORMULA: {value: CKDD, allowed: [CKD, MDRD]}"), "FORMULA: {value",
     "FORMULA cannot have", "one of CKD, MDRD"),
    ((LISTS, '  NO: {en: "No", zh-CN: 否}', '  YES: {en: "No", zh-CN: 否}'), '  YES: {en: "No"',
     "the key YES is written twice", "first in line 3"),
    ((LISTS, "LAB: {LAB_A", "SEX: {LAB_A"), "SEX: {LAB_A", "the key SEX is written twice", "first in line 1"),
    ((SV, "form: SV", "form: SV\nlisted: [VISDAT]"), "listed:", "SV has no rows to list", "leave listed out"),
    ((SV, "form: SV", "form: SV\nrepeating: true\nlisted: [VISDTA]"),
     "listed:", "there is no item in SV VISDTA", "did you mean VISDAT?"),
    ((DM, "codelist: SEX", "codelist: SEXES"), "codelist: SEXES", "there is no code list SEXES", "did you mean SEX?"),
    ((DM, "type: code", "type: coed"), "type: coed", "type cannot be coed", "did you mean code"),
    ((DM, "pattern: ^[A-Z]{2}-S[0-9]{3}$", r"pattern: ^(?=[A-Z])\1$"),
     "pattern:", "RE2 cannot run this pattern", "look-around"),
    ((DM, "length: 10", "length: 0"), "length: 0", "length must be a whole number from 1 up", None),
    ((DM, "oid: BRTHDAT", "oid: SCRNUM"), "oid: SCRNUM\n        label: {en: Date", "SCRNUM is defined twice", "rename"),
    ((DM, "required: AGE >= 18 'a'", "required: AGE >= 18"), "required: AGE", "AGE", "'a'"),
    ((DM, "label: {en: Sex, zh-CN: 性别}", "label: Sex"),
     "label: Sex", "label must be said in each language", "{en: …"),
    ((DM, "partial: true", "partial: maybe"), "partial: maybe", "partial must be true or false", None),
    ((SV, "type: date", "type: text\n        partial: true"), "partial: true", "cannot be partial", "only a date"),
    ((SV, "type: date", "type: file"), "type: file", "files cannot be stored yet", "an item of type text"),
    ((CHEM, "group: PANEL", "group: SAMPLE"), "groups:", "SAMPLE is defined twice in this form", "rename one"),
    ((CHEM, "ucum: ukat/L, shown: µkat/L, factor: 60", "ucum: ukat/L, shown: µkat/L, factor: 6"), "ucum: ukat/L",
     "contradicts UCUM", "multiplies by 60"),
    ((CHEM, "ucum: mg/dL, shown: mg/dL, factor: 88.42", "ucum: mg/dL, shown: mg/dL"), "ucum: mg/dL",
     "UCUM cannot convert mg/dL to umol/L", "declare the factor"),
    ((CHEM, "ucum: umol/L, shown", "ucum: µmol/L, shown"), "ucum: µmol/L", "µmol/L", "umol/L"),
    ((CHEM, "ucum: ukat/L, shown", "ucum: U/1.73.L, shown"), "ucum: U/1.73", "decimal", None),
    ((CHEM, "hard: [0, 15000]", "hard: [0, 150]"), "soft: [5, 200]", "reaches outside the possible one", "within"),
    ((CHEM, "hard: [10, null]", "hard: [10]"), "hard: [10]", "hard must be two numbers", None),
    ((CHEM, "sampled: LBDTC", "sampled: LABID"), "laboratory:", "LABID is not an item of type date or datetime", None),
    ((CHEM, "layout: grid", "layout: gird"), "layout: gird", "layout cannot be gird", "did you mean grid?"),
    ((RULES, "item: DM.AGE", "item: DM.AEG"), "item: DM.AEG", "there is no item in DM AEG", "did you mean AGE?"),
    ((RULES, "age(BRTHDAT, SCR.SV.VISDAT)", "age(BRTHDAT, SCR.SV.VISDTA)"), "formula:", "VISDTA", None),
    ((CHECKS, "ALT > 2 * uln(ALT)", "ALT > 2 * uln(ATL)"), "fires_when: event", "ATL", None),
    ((CHECKS, "CREA < 30 'umol/L'", "CREA < 30"), "fires_when: CREA", "CREA", "umol/L"),
    ((CHECKS, "CREA < 30 'umol/L'", "CREA < 30 'mg/L'"), "fires_when: CREA", "mg/L", None),
    ((CHECKS, "event == 'SE.SCR'", "event == 'SE.SRC'"), "fires_when: event", "SE.SRC", None),
    ((CHECKS, "fires_when: CREA < 30 'umol/L'", "fires_when: CREA < < 30"), "fires_when: CREA", "column 8", None),
    ((CHECKS, "gate: enrolment", "gate: enrolement"), "gate: enrolement", "there is no gate enrolement", "enrolment?"),
    ((STUDY, "item: SCR.DM.SEX, code", "item: DM.SEX, code"), "gates:", "DM.SEX names no item of a visit", "SCR.IE"),
    ((STUDY, "item: SCR.DM.SEX, code", "item: W2.DM.SEX, code"), "gates:", "W2 does not hold the form DM", None),
    ((STUDY, "item: SCR.DM.SEX, code: F", "item: SCR.DM.SEX, code: X"), "gates:", "there is no code of DM.SEX X", None),
    ((STUDY, "item: SCR.DM.SEX, code: F", "item: SCR.DM.SEX"), "gates:", "code is missing", None),
    ((CHECKS, "severity: hard", "severity: firm"), "severity: firm", "severity cannot be firm", "one of soft, hard"),
    ((CHECKS, "- id: EC2", "- id: EC1"), "- id: EC1\n  on: CHEM\n  items: [CREA]", "EC1 is defined twice", "first in"),
    ((CHECKS, "items: [CREA]", "items: [CRAE]"), "items: [CRAE]", "there is no item in CHEM CRAE", "did you mean CREA"),
    ((CHECKS, "message: {en: Too low., zh-CN: 过低。}", "message: {en: Too low., fr: Bas.}"),
     "message: {en: Too low., fr",
     "the zh-CN translation is missing", None),
    ((CHECKS, "  why: our proposal\n", ""), "- id: EC2", "why is missing", "registry text"),
    ((CHECKS, "{CREA: 20}, fires: true", "{CREA: 20}, fires: false"),
     "tests:\n    - {given: {CREA", "in which the check fires",
     None),
    ((CHECKS, "{CREA: 30}, fires: false", "{CREA: null}, fires: false"), "tests:\n    - {given: {CREA",
     "all is known and the check does not fire", None),
    ((CHECKS, "    - {given: {}, fires: false}\n", ""),
     "tests:\n    - {given: {CREA", "no test with missing data", None),
    ((CHECKS, "{CREA: 30}, fires: false", "{CREA: 31}, fires: false"), "tests:\n    - {given: {CREA",
     "no test on the boundary of CREA < 30 'umol/L'", "both sides equal"),
    ((CHECKS, "{CREA: 20}", "{CRAE: 20, CREA: 20}"),
     "tests:\n    - {given: {CRAE", "CRAE is nothing the study knows", None),
    ((CHECKS, "{CREA: 20}", "{ALT: 20, CREA: 20}"),
     "tests:\n    - {given: {ALT: 20", "the check does not read ALT", None),
    ((CHECKS, "- id: EC2", "- id: RH.CHEM.CREA"), "- id: RH.CHEM.CREA",
     "RH.CHEM.CREA is the id of a check that is made", "another id"),
    ((EVERY, "missing(uln($ITEM))", "missing(ulm($ITEM))"), "fires_when:", "ulm", None),
    ((EVERY, "for_every: laboratory item", "for_every: item"),
     "for_every:", "for_every cannot be item", "laboratory item"),
    ((LABS, "    CHEM.ALT:", "    CHEM.ATL:"), "CHEM.ATL", "there is no item in CHEM ATL", "did you mean ALT?"),
    ((LABS, "from: 2026-06-01}", "from: 2026-05-31}"), "from: 2026-05-31}", "overlaps another", "sex, age and days"),
    ((LABS, "sex: M, low: 9", "sex: M, low: 90"), "low: 90", "the lower limit lies above the upper one", None),
    ((LABS, "high: 50, unit: U/L", "high: 50, unit: g/L"), "unit: g/L", "g/L does not convert to U/L", "U/L, ukat/L"),
    ((LABS, "to: 2026-05-31", "to: 2026-02-30"), "to: 2026-02-30", "2026-02-30 is no date", "year-month-day"),
    ((LABS, "LAB_A:", "LAB_Z:"), "LAB_Z:", "no laboratory in the forms' code lists: LAB_Z", "LAB_A"),
)  # fmt: skip


def faults_of(folder: Path, *changes: Change) -> tuple[Fault, ...]:
    with pytest.raises(PackageFaults) as raised:
        load_study(write_package(folder, *changes))
    return raised.value.faults


def is_said(faults: tuple[Fault, ...], change: Change, anchor: str, message: str, hint: str | None,
            changes: tuple[Change, ...]) -> bool:  # fmt: skip
    line = line_of(change[0], anchor, *changes)
    return any(
        (fault.file, fault.line) == (change[0], line)
        and message in fault.message
        and (hint or "") in (fault.hint or "")
        for fault in faults
    )


@pytest.mark.req("R-DM-1")
@pytest.mark.parametrize(("change", "anchor", "message", "hint"), PLANTED, ids=[each[2] for each in PLANTED])
def test_a_planted_fault_is_named_in_its_line(
    tmp_path: Path, change: Change, anchor: str, message: str, hint: str | None
) -> None:
    faults = faults_of(tmp_path, change)
    assert is_said(faults, change, anchor, message, hint, (change,)), "\n".join(map(str, faults))


TWENTY = (
    "there is no time zone", "unknown key versoin", "the zh-CN translation is missing",
    "window must be two whole numbers",
    "there is no code list NDREASON", "target must be a number, not two", "the key YES is written twice",
    "RE2 cannot run this pattern", "length must be a whole number from 1 up", "AGE",
    "label must be said in each language",
    "partial must be true or false", "contradicts UCUM", "UCUM cannot convert mg/dL to umol/L", "layout cannot be gird",
    "hard must be two numbers", "SE.SRC", "CREA", "severity cannot be firm", "the lower limit lies above the upper one",
    "g/L does not convert to U/L", "2026-02-30 is no date",
)  # fmt: skip


def test_twenty_faults_are_reported_as_twenty(tmp_path: Path) -> None:
    taken = list({each[0][:2]: each for each in PLANTED if each[2] in TWENTY}.values())
    changes = tuple(each[0] for each in taken)
    assert len(changes) >= 20
    faults = faults_of(tmp_path, *changes)
    unsaid = [each for each in taken if not is_said(faults, *each, changes)]
    assert not unsaid, "\n".join(map(str, faults))


def test_a_form_that_no_event_holds_is_a_fault(tmp_path: Path) -> None:
    write_package(tmp_path)
    form = (tmp_path / DM).read_text(encoding="utf-8").replace("form: DM", "form: DMX")
    (tmp_path / "forms/DMX.yaml").write_text(form, encoding="utf-8")
    with pytest.raises(PackageFaults) as raised:
        load_study(tmp_path)
    assert "forms/DMX.yaml:1: forms/DMX: no event holds the form DMX (list it under an event's forms)" in [
        str(fault) for fault in raised.value.faults
    ]


def test_an_id_that_a_spread_check_takes_is_a_fault(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, (CHECKS, "- id: EC2", "- id: EC3:CHEM.CREA"))
    assert [fault.message for fault in faults] == ["EC3:CHEM.CREA is the id of a check that is made from an item"]


def test_the_untouched_package_has_no_fault(tmp_path: Path) -> None:
    study = load_study(write_package(tmp_path))
    assert study.name == "TINY"
    assert {check.id for check in study.checks} >= {"EC1", "EC2", "EC3:CHEM.ALT", "EC3:CHEM.CREA", "RH.CHEM.CREA"}


def test_a_fault_prints_place_message_and_hint() -> None:
    fault = Fault("forms/HEM.yaml", 12, "forms/HEM/PLT/units/1/ucum", "no unit", "write g/L")
    assert str(fault) == "forms/HEM.yaml:12: forms/HEM/PLT/units/1/ucum: no unit (write g/L)"
