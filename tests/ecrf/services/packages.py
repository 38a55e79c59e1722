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
        ("study.yaml", "forms: [SV, DM, HEM, CHEM]", "forms: [SV, DM, HEM, CHEM, NOTES]"),
        ("checks/CHEM.yaml", "ALT > 2 * uln(ALT)", "ALT > 3 * uln(ALT)"),
        ("checks/CHEM.yaml", "ALT: 81, uln(ALT): 40}, fires: true", "ALT: 121, uln(ALT): 40}, fires: true"),
        ("checks/CHEM.yaml", "ALT: 101, uln(ALT): 50}, fires: true", "ALT: 151, uln(ALT): 50}, fires: true"),
        ("checks/CHEM.yaml", "ALT: 80, uln(ALT): 40}, fires: false", "ALT: 120, uln(ALT): 40}, fires: false"),
    )
    (package / "forms" / "NOTES.yaml").write_text(NOTES, "utf-8")
    return package
