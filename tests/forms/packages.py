"""A small study package for tests, written to a folder with some of its text replaced."""

from pathlib import Path

FILES = {
    "study.yaml": """\
study: ST.TINY
name: TINY
version: "1.0"
title: {en: A small study, zh-CN: 小型研究}
languages: [en, zh-CN]
timezone: Asia/Shanghai
subject: {sex: SCR.DM.SEX, born: SCR.DM.BRTHDAT, visit: SV.VISDAT}
missing_reasons: NDREAS
gates: {enrolment: {item: SCR.DM.SEX, code: F}}
laboratory_items:
  CS: {label: {en: Significance, zh-CN: 临床意义}, codelist: CS}
  AENO: {label: {en: AE number, zh-CN: AE编号}}
  ST: {label: {en: Canonical, zh-CN: 标准值}}
  XULN: {label: {en: Multiple of ULN, zh-CN: ULN倍数}}
  NRIND: {label: {en: Range flag, zh-CN: 范围标志}, codelist: NRIND}
parameters:
  AGE_MIN: {value: 18, unit: a}
  FORMULA: CKD
  TARGETS: [2, 4.5]
events:
  - oid: SE.SCR
    name: {en: Screening, zh-CN: 筛选期}
    window: [-14, 0]
    forms: [SV, DM, CHEM]
  - oid: SE.W2
    name: {en: Week 2, zh-CN: 第2周}
    type: scheduled
    target: 14
    window: [-3, 3]
    forms: [SV, CHEM]
""",
    "codelists.yaml": """\
SEX: {F: {en: Female, zh-CN: 女}, M: {en: Male, zh-CN: 男}}
NO:
  YES: {en: "Yes", zh-CN: 是}
  NO: {en: "No", zh-CN: 否}
LAB: {LAB_A: {en: Laboratory A, zh-CN: 实验室A}}
CS: {N: {en: Not significant, zh-CN: 无意义}, Y: {en: Significant, zh-CN: 有意义}}
NRIND: {L: {en: Low, zh-CN: 低}, N: {en: Normal, zh-CN: 正常}, H: {en: High, zh-CN: 高}}
NDREAS: {LOST: {en: Lost, zh-CN: 丢失}}
""",
    "forms/SV.yaml": """\
form: SV
name: {en: Visit, zh-CN: 访视}
groups:
  - group: VISIT
    name: {en: Visit, zh-CN: 访视}
    items:
      - oid: VISDAT
        label: {en: Visit date, zh-CN: 访视日期}
        type: date
        required: true
""",
    "forms/DM.yaml": """\
form: DM
name: {en: Demographics, zh-CN: 人口学}
groups:
  - group: PERSON
    name: {en: Person, zh-CN: 个人}
    items:
      - oid: SCRNUM
        label: {en: Screening number, zh-CN: 筛选号}
        pattern: ^[A-Z]{2}-S[0-9]{3}$
        length: 10
        unique: true
      - oid: BRTHDAT
        label: {en: Date of birth, zh-CN: 出生日期}
        type: date
        partial: true
      - oid: SEX
        label: {en: Sex, zh-CN: 性别}
        type: code
        codelist: SEX
        required: AGE >= 18 'a'
      - oid: AGE
        label: {en: Age, zh-CN: 年龄}
        type: integer
        unit: a
        derivation: DV.AGE
""",
    "forms/CHEM.yaml": """\
form: CHEM
name: {en: Chemistry, zh-CN: 血生化}
laboratory: {code: LABID, sampled: LBDTC}
groups:
  - group: SAMPLE
    name: {en: Sample, zh-CN: 标本}
    items:
      - oid: LABID
        label: {en: Laboratory, zh-CN: 实验室}
        type: code
        codelist: LAB
      - oid: LBDTC
        label: {en: Sampled, zh-CN: 采样时间}
        type: datetime
  - group: PANEL
    name: {en: Panel, zh-CN: 项目}
    layout: grid
    items:
      - oid: ALT
        label: {en: ALT, zh-CN: 谷丙转氨酶}
        type: lab
        decimals: 0
        units:
          - {ucum: U/L, shown: U/L}
          - {ucum: ukat/L, shown: µkat/L, factor: 60}
        hard: [0, 15000]
        soft: [5, 200]
      - oid: CREA
        label: {en: Creatinine, zh-CN: 肌酐}
        type: lab
        units:
          - {ucum: umol/L, shown: µmol/L}
          - {ucum: mg/dL, shown: mg/dL, factor: 88.42}
        hard: [10, null]
""",
    "derivations.yaml": """\
- oid: DV.AGE
  item: DM.AGE
  formula: age(BRTHDAT, SCR.SV.VISDAT)
  tests:
    - {given: {BRTHDAT: 1998-03-01, SCR.SV.VISDAT: 2026-03-01}, expect: 28}
    - {given: {}, expect: null}
""",
    "checks/CHEM.yaml": """\
- id: EC1
  on: CHEM
  items: [ALT]
  fires_when: event == 'SE.SCR' and ALT > 2 * uln(ALT)
  severity: soft
  gate: enrolment
  message: {en: Too high., zh-CN: 过高。}
  why: registry text
  tests:
    - {given: {event: SE.SCR, ALT: 81, uln(ALT): 40}, fires: true}
    - {given: {event: SE.SCR, ALT: 80, uln(ALT): 40}, fires: false}
    - {given: {event: SE.SCR, ALT: 81}, fires: false}
- id: EC2
  on: CHEM
  items: [CREA]
  fires_when: CREA < 30 'umol/L'
  severity: hard
  message: {en: Too low., zh-CN: 过低。}
  why: our proposal
  tests:
    - {given: {CREA: 20}, fires: true}
    - {given: {CREA: 30}, fires: false}
    - {given: {}, fires: false}
"""
    "",
    "checks/every.yaml": """\
- id: EC3
  for_every: laboratory item
  items: [$LABID, $ITEM]
  fires_when: present($ITEM) and missing(uln($ITEM))
  severity: soft
  message: {en: No range., zh-CN: 无范围。}
  why: our proposal
  tests:
    - {given: {$ITEM: 35}, fires: true}
    - {given: {$ITEM: 35, uln($ITEM): 40}, fires: false}
    - {given: {}, fires: false}
""",
    "laboratories.yaml": """\
LAB_A:
  name: {en: Laboratory A, zh-CN: 实验室A}
  ranges:
    CHEM.ALT:
      - {sex: F, low: 7, high: 40, unit: U/L, ages: [18, 120], from: 2026-01-01, to: 2026-05-31}
      - {sex: F, low: 7, high: 42, unit: U/L, ages: [18, 120], from: 2026-06-01}
      - {sex: M, low: 9, high: 50, unit: U/L, ages: [18, 120], from: 2026-01-01}
""",
}

Change = tuple[str, str, str]
"""A file, a text in it that stands there once, and what stands there instead."""


def write_package(folder: Path, *changes: Change) -> Path:
    """The small package in a folder, with some texts replaced."""
    files = dict(FILES)
    for file, old, new in changes:
        assert files.get(file, "").count(old) == 1, f"{old!r} must stand once in {file}"
        files[file] = files[file].replace(old, new)
    write_files(folder, files)
    return folder


def write_files(folder: Path, files: dict[str, str]) -> None:
    """Files with their contents below a folder."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def line_of(file: str, text: str, *changes: Change) -> int:
    """The line in which a text of the (changed) package stands."""
    content = FILES[file]
    for changed, old, new in changes:
        content = content.replace(old, new) if changed == file else content
    return content[: content.index(text)].count("\n") + 1
