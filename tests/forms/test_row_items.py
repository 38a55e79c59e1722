"""A repeating group beside groups of the form itself: which record holds what, and what is asked of which."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from forms.casebook import Casebook, RecordKey
from forms.compiling import compile_study
from forms.definitions import Form, Group, UnitChoice
from forms.judge import judge, missing_required
from forms.loading.faults import PackageFaults
from forms.loading.loader import load_study
from forms.published import canonical_json, study_from_json
from forms.standing import standing
from tests.forms.packages import Change, write_package
from tests.forms.small_study import (
    COMPILED,
    EMPTY_BOOK,
    SCR,
    SCREENED,
    STUDY,
    answers,
    check,
    item,
    outcome,
    text,
    with_verdict,
)

MG = (UnitChoice("mg", "mg"), UnitChoice("g", "g", Fraction(1000)))
ITEMS = (
    item("MPREAS", "text", required=True), item("MPLIMIT", "quantity", canonical="mg", units=MG),
    item("MPDAT", "date", required=True), item("MPDOSE", "quantity", canonical="mg", units=MG),
    item("MPSHARE", "decimal", derivation="DV.MPSHARE"), item("MPTOTAL", "decimal", canonical="g",
                                                               derivation="DV.MPTOTAL"),
)  # fmt: skip
GROUPS = (
    Group("COURSE", text("Course"), ("MPREAS", "MPLIMIT")),
    Group("DOSES", text("Doses"), ("MPDAT", "MPDOSE", "MPSHARE"), repeating=True),
    Group("TOTAL", text("Total"), ("MPTOTAL",)),
)
PULSE = Form("MP", text("Pulse"), {each.oid: each for each in ITEMS}, GROUPS, repeating=True)
_SHARE = next(rule for rule in STUDY.derivations if rule.oid == "DV.MPTOTAL")
GROUPED = replace(
    STUDY,
    forms={**STUDY.forms, "MP": PULSE},
    derivations=(
        *(rule for rule in STUDY.derivations if rule.form != "MP"),
        replace(_SHARE, expression="sum_rows(MP, MPDOSE, present(MPDAT))"),
        replace(_SHARE, oid="DV.MPSHARE", item="MPSHARE", expression="MPLIMIT / MPLIMIT"),
    ),
    checks=(
        check("OVER", "MP", "MPDOSE", "MPDOSE > MPLIMIT"),
        check("MUCH", "MP", "MPLIMIT", "MPTOTAL > 3 * MPLIMIT", "hard"),
    ),
)
MIXED = compile_study(GROUPED)
FORM, ROW, OTHER = (RecordKey(SCR, "MP", row) for row in (0, 1, 2))


def entered(*saves: tuple[RecordKey, dict[str, str]]) -> Casebook:
    book = EMPTY_BOOK
    for key, values in saves:
        verdict = judge(MIXED, book, key, answers(values))
        assert not verdict.refused
        book = with_verdict(book, key, verdict)
    return book


@pytest.mark.parametrize(
    ("compiled", "of_form", "of_row"),
    [
        (MIXED, ("MPREAS", "MPLIMIT", "MPTOTAL"), ("MPDAT", "MPDOSE", "MPSHARE")),
        (COMPILED, ("MPTOTAL",), ("MPDAT", "MPDOSE", "MPGRAMS")),
    ],
)
def test_a_record_holds_the_items_of_the_row_or_those_of_the_form(compiled, of_form, of_row) -> None:  # type: ignore[no-untyped-def]
    assert (compiled.items_at("MP", 0), compiled.items_at("MP", 3)) == (of_form, of_row)
    assert compiled.items_at("SV", 0) == ("VISDAT",)


RUNS = (
    Group("SAMPLE", text("Sample"), ("LABID", "LBDTC", "CREA")),
    Group("RUNS", text("Runs"), ("ALT",), repeating=True),
)
_CHEM = STUDY.forms["CHEM"]
_ITEMS = {oid: each for oid, each in _CHEM.items.items() if oid != "RATIO"}
REPEATED = compile_study(
    replace(
        STUDY,
        forms={**STUDY.forms, "CHEM": replace(_CHEM, items=_ITEMS, groups=RUNS, repeating=True)},
        derivations=(),
        checks=(check("ULN2", "CHEM", "ALT", "ALT > 2 * uln(ALT)"),),
    )
)


def test_the_companions_of_a_laboratory_item_stand_where_it_stands() -> None:
    companions = ("ALT", "ALT_CS", "ALT_ST", "ALT_XULN", "ALT_NRIND", "ALT_TOXGR")
    assert REPEATED.items_at("CHEM", 1) == companions


def test_the_sample_of_the_form_is_that_of_every_row() -> None:
    form, row = RecordKey(SCR, "CHEM"), RecordKey(SCR, "CHEM", 1)
    book = SCREENED
    for key, values in ((row, {"ALT": "100 U/L"}), (form, {"LABID": "LAB_A", "LBDTC": "2026-03-04T08:00"})):
        verdict = judge(REPEATED, book, key, answers(values))
        book = with_verdict(book, key, verdict)
    assert outcome(verdict, "ULN2", row) is True
    assert [book.records[row][item].text for item in ("ALT_XULN", "ALT_NRIND")] == ["2.5", "H"]
    earlier = judge(REPEATED, book, form, answers({"LBDTC": "2025-03-04T08:00"}))
    assert outcome(earlier, "ULN2", row) is None
    assert {each.item: each.value.text for each in earlier.derived}["ALT_XULN"] is None


@pytest.mark.parametrize(
    ("key", "item", "said"),
    [(ROW, "MPREAS", "the form itself, not on its rows"), (ROW, "MPTOTAL", "the form itself, not on its rows"),
     (FORM, "MPDAT", "the rows of the form"), (FORM, "MPSHARE", "the rows of the form"),
     (ROW, "MPNONE", "This form has no item of this name")],
)  # fmt: skip
def test_an_answer_is_unknown_on_a_record_that_does_not_hold_its_item(key: RecordKey, item: str, said: str) -> None:
    (refused,) = judge(MIXED, EMPTY_BOOK, key, answers({item: "2026-03-01"})).refused
    assert (refused.item, refused.rule) == (item, "unknown")
    assert said in refused.message.said_in("en")


def test_a_row_sees_what_stands_on_the_form_and_is_checked_again_when_it_moves() -> None:
    book = entered((FORM, {"MPREAS": "flare", "MPLIMIT": "800 mg"}), (ROW, {"MPDAT": "2026-03-01", "MPDOSE": "0.5 g"}))
    assert book.records[ROW]["MPSHARE"].text == "1"
    high = judge(MIXED, book, OTHER, answers({"MPDAT": "2026-03-02", "MPDOSE": "900 mg"}))
    assert outcome(high, "OVER", OTHER) is True
    lower = judge(MIXED, book, FORM, answers({"MPLIMIT": "400 mg"}))
    assert outcome(lower, "OVER", ROW) is True


def test_a_value_computed_over_the_rows_stands_on_the_form_and_can_refuse_what_is_entered_there() -> None:
    book = entered(
        (ROW, {"MPDAT": "2026-03-01", "MPDOSE": "500 mg"}), (OTHER, {"MPDAT": "2026-03-02", "MPDOSE": "1 g"})
    )
    assert book.records[FORM]["MPTOTAL"].text == "1.5"
    refused = judge(MIXED, book, FORM, answers({"MPLIMIT": "400 mg"})).refused
    assert [(each.item, each.rule) for each in refused] == [("MPLIMIT", "MUCH")]
    kept = judge(MIXED, book, FORM, answers({"MPLIMIT": "0.5 g"}))
    assert outcome(kept, "MUCH", FORM) is False


@pytest.mark.parametrize(("key", "missing"), [(FORM, ("MPREAS",)), (ROW, ("MPDAT",))])
def test_each_record_asks_for_its_own_required_items(key: RecordKey, missing: tuple[str, ...]) -> None:
    now = standing(MIXED, EMPTY_BOOK, key)
    assert missing_required(MIXED, EMPTY_BOOK, key) == now.missing == missing
    assert now.shown == set(now.items) == set(MIXED.items_at("MP", key.row))


def test_what_repeats_survives_publishing_and_an_older_version_still_reads() -> None:
    text = canonical_json(GROUPED)
    assert study_from_json(text) == GROUPED
    older = canonical_json(STUDY)  # groups of versions published before said nothing of it
    assert [each.count('"repeating":true') for each in (text, older)] == [4, 3]
    assert compile_study(study_from_json(older)).items_at("MP", 0) == ("MPTOTAL",)


GROUPED_FORM = """\
form: SV
name: {en: Visit, zh-CN: 访视}
groups:
  - group: VISIT
    name: {en: Visit, zh-CN: 访视}
    items:
      - {oid: VISDAT, label: {en: Visit date, zh-CN: 访视日期}, type: date, required: true}
      - {oid: SUM, label: {en: Sum, zh-CN: 合计}, type: decimal, derivation: DV.SUM}
  - group: CALLS
    name: {en: Calls, zh-CN: 电话}
    repeating: true
    items:
      - {oid: CALLDAT, label: {en: Called on, zh-CN: 致电日期}, type: date}
      - {oid: CALLMIN, label: {en: Minutes, zh-CN: 分钟}, type: integer}
"""
SUM = """
- oid: DV.SUM
  item: SV.SUM
  formula: sum_rows(SV, CALLMIN)
  tests:
    - {given: {"sum_rows(SV, CALLMIN)": 7}, expect: 7}
"""


def grouped(folder: Path, *changes: Change) -> Path:
    package = write_package(folder)
    (package / "forms/SV.yaml").write_text(GROUPED_FORM)
    derivations = package / "derivations.yaml"
    derivations.write_text(derivations.read_text() + SUM)
    for file, old, new in changes:
        before = (package / file).read_text()
        assert old in before
        (package / file).write_text(before.replace(old, new, 1))
    return package


def test_a_group_of_a_package_can_repeat(tmp_path: Path) -> None:
    study = load_study(grouped(tmp_path))
    assert study.forms["SV"].repeating
    assert [group.repeating for group in study.forms["SV"].groups] == [False, True]
    assert compile_study(study).items_at("SV", 0) == ("VISDAT", "SUM")


@pytest.mark.parametrize(
    ("file", "old", "new", "message", "hint"),
    [
        ("forms/SV.yaml", "name: {en: Visit, zh-CN: 访视}\n    items", "name: {en: Visit, zh-CN: 访视}\n    "
         "repeating: true\n    items", "VISIT and CALLS both repeat", "a form of its own"),
        ("forms/SV.yaml", "groups:", "repeating: true\ngroups:", "as a whole and in one of its groups",
         "the items of CALLS alone"),
        ("derivations.yaml", "formula: sum_rows(SV, CALLMIN)", "formula: CALLMIN", "column 1: CALLMIN stands on the "
         "rows of SV", "sum_rows"),
        ("derivations.yaml", "age(BRTHDAT, SCR.SV.VISDAT)", "age(BRTHDAT, SCR.SV.CALLDAT)",
         "column 14: SCR.SV.CALLDAT stands on the rows of SV", "any_row(SV"),
        ("checks/CHEM.yaml", "CREA < 30 'umol/L'", "any_row(DM, SEX == 'F') and CREA < 30 'umol/L'",
         "column 9: DM has no rows", "DM.ITEM"),
        ("forms/SV.yaml", "required: true", "shown_if: CALLMIN > 3", "column 1: CALLMIN stands on the rows", "any_row"),
    ],
)  # fmt: skip
def test_rows_that_cannot_be_are_faults(tmp_path: Path, file: str, old: str, new: str, message: str, hint: str) -> None:
    with pytest.raises(PackageFaults) as raised:
        load_study(grouped(tmp_path, (file, old, new)))
    faults = [str(fault) for fault in raised.value.faults]
    assert any(message in fault and hint in fault for fault in faults), faults
