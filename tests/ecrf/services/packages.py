"""Variants of the BEAM package, written into a folder of the test."""

import shutil
from pathlib import Path

from tests.ecrf.trial import PACKAGE

NOTES = """form: NOTES
name: {en: Running log, zh-CN: 全程记录}
repeating: true
groups:
  - group: LINES
    name: {en: Lines, zh-CN: 各行}
    items:
      - {oid: WHAT, label: {en: What, zh-CN: 事项}, type: text, length: 200}
      - {oid: WHEN, label: {en: When, zh-CN: 日期}, type: date}
"""


def variant(folder: Path, *changes: tuple[str, str, str]) -> Path:
    """A copy of BEAM in which texts are replaced: (file, old, new), each of which must be there."""
    package = folder / "package"
    if not package.exists():
        shutil.copytree(PACKAGE, package)
    for file, old, new in changes:
        path = package / file
        text = path.read_text("utf-8")
        assert old in text, f"{file}: {old}"
        path.write_text(text.replace(old, new, 1), "utf-8")
    return package


def amended(folder: Path) -> Path:
    """Version 1.1: at most 60,000 platelets, and a running log that repeats."""
    package = variant(
        folder,
        ("study.yaml", 'version: "1.0"', 'version: "1.1"'),
        ("study.yaml", "PREG, SLE, IE]", "PREG, SLE, IE, NOTES]"),
        ("checks/CHEM.yaml", "ALT > 2 * uln(ALT)", "ALT > 3 * uln(ALT)"),
        ("checks/CHEM.yaml", "ALT: 81, uln(ALT): 40}, fires: true", "ALT: 121, uln(ALT): 40}, fires: true"),
        ("checks/CHEM.yaml", "ALT: 101, uln(ALT): 50}, fires: true", "ALT: 151, uln(ALT): 50}, fires: true"),
        ("checks/CHEM.yaml", "ALT: 80, uln(ALT): 40}, fires: false", "ALT: 120, uln(ALT): 40}, fires: false"),
    )
    (package / "forms" / "NOTES.yaml").write_text(NOTES, "utf-8")
    return package


PULSE = """form: PULSE
name: {en: Pulse, zh-CN: 冲击治疗}
groups:
  - group: COURSE
    name: {en: Course, zh-CN: 疗程}
    items:
      - {oid: PLREAS, label: {en: Reason, zh-CN: 原因}, type: text, length: 200, required: true}
      - {oid: PLSUM, label: {en: Sum, zh-CN: 合计}, type: decimal, unit: g, derivation: DV.PLSUM}
  - group: DOSES
    name: {en: Doses, zh-CN: 各剂}
    repeating: true
    items:
      - {oid: PLDAT, label: {en: Given on, zh-CN: 给药日期}, type: date, required: true}
      - {oid: PLDOSE, label: {en: Dose, zh-CN: 剂量}, type: quantity, units: [{ucum: mg}, {ucum: g}], required: true}
"""
PLSUM = """
- oid: DV.PLSUM
  item: PULSE.PLSUM
  formula: sum_rows(PULSE, PLDOSE)
  source: the specification of this test
  tests:
    - {given: {"sum_rows(PULSE, PLDOSE)": 1500}, expect: 1.5}
    - {given: {}, expect: null}
"""


def with_pulse(folder: Path) -> Path:
    """Version 1.1: a form at screening whose doses are rows beside what stands on the form itself."""
    package = variant(
        folder,
        ("study.yaml", 'version: "1.0"', 'version: "1.1"'),
        ("study.yaml", "PREG, SLE, IE]", "PREG, SLE, IE, PULSE]"),
    )
    (package / "forms" / "PULSE.yaml").write_text(PULSE, "utf-8")
    derivations = package / "derivations.yaml"
    derivations.write_text(derivations.read_text("utf-8") + PLSUM, "utf-8")
    return package
