"""A check for every criterion: one of each whose computed twin the data can decide."""

from pathlib import Path

import pytest

from forms.loading.faults import PackageFaults
from forms.loading.loader import load_study
from tests.forms.packages import write_package

CRITERIA = """
  - group: CRITERIA
    name: {en: Criteria, zh-CN: 标准}
    items:
      - oid: INC1
        protocol_text: {en: An adult., zh-CN: 成人。}
        type: code
        codelist: NO
      - oid: INC1A
        label: {en: From the data, zh-CN: 由数据计算}
        type: code
        codelist: NO
        derivation: DV.INC1A
      - oid: EXC1
        protocol_text: {en: Judged unfit., zh-CN: 不适合。}
        type: code
        codelist: NO
      - oid: EXC1A
        label: {en: From the data, zh-CN: 由数据计算}
        type: code
        codelist: NO
        derivation: DV.EXC1A
      - oid: OTHER
        label: {en: No criterion, zh-CN: 非标准}
        type: code
        codelist: NO
"""
RULES = """
- oid: DV.INC1A
  item: DM.INC1A
  formula: case(AGE >= 18 'a', 'YES', 'NO')
  tests: [{given: {AGE: 18}, expect: YES}, {given: {}, expect: null}]
- oid: DV.EXC1A
  item: DM.EXC1A
  formula: case(missing(EXC1), 'NO', 'NO')
  tests: [{given: {}, expect: NO}]
"""
CHECK = """\
- id: EC9
  for_every: criterion
  items: [$ITEM, $TWIN]
  fires_when: $ITEM == 'YES' and $TWIN == 'NO'
  severity: soft
  message: {en: "$ITEM and the data disagree.", zh-CN: $ITEM与数据不一致。}
  why: our proposal
  tests:
    - {given: {$ITEM: YES, $TWIN: NO}, fires: true}
    - {given: {$ITEM: NO, $TWIN: NO}, fires: false}
    - {given: {$ITEM: YES}, fires: false}
"""


def written(folder: Path, check: str = CHECK) -> Path:
    write_package(folder)
    for name, text in (("forms/DM.yaml", CRITERIA), ("derivations.yaml", RULES), ("checks/DM.yaml", check)):
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(text)
    return folder


def test_it_becomes_one_check_of_each_criterion_the_data_decide(tmp_path: Path) -> None:
    [check] = [each for each in load_study(written(tmp_path)).checks if each.id.startswith("EC9")]
    assert (check.id, check.form, check.items, check.analyte) == ("EC9:DM.INC1", "DM", ("INC1", "INC1A"), None)
    assert check.fires_when == "INC1 == 'YES' and INC1A == 'NO'"
    assert check.message.by_language == {"en": "INC1 and the data disagree.", "zh-CN": "INC1与数据不一致。"}
    assert check.tests[0] == {"given": {"INC1": "YES", "INC1A": "NO"}, "fires": True}


def test_it_stands_on_no_form_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(PackageFaults) as raised:
        load_study(written(tmp_path, CHECK.replace("  items:", "  on: DM\n  items:")))
    assert "a check for every criterion stands on each item's own form" in str(raised.value)
