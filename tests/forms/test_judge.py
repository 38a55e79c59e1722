"""A save is judged: what holds is kept, what breaks a hard rule is refused with its reason."""

from dataclasses import replace

import pytest

from forms.casebook import Casebook, RecordKey
from forms.compiling import compile_study
from forms.datum import Datum
from forms.judge import judge, missing_required, range_for, shown_items
from forms.standing import standing
from tests.forms.small_study import (
    ADULT,
    BL,
    CHEM,
    COMPILED,
    DM,
    EMPTY_BOOK,
    RANGES,
    SAMPLE,
    SCR,
    SCREENED,
    STUDY,
    TODAY,
    answers,
    derived,
    fired,
    outcome,
    save,
    saved,
    with_verdict,
)  # fmt: skip


def test_accepted_are_the_values_that_changed() -> None:
    book = saved((SCR, "DM", ADULT))
    _, verdict = save(book, SCR, "DM", SEX="M", BRTHDAT="1990-05-20")
    assert verdict.accepted == {"SEX": Datum("M")}
    _, verdict = save(book, SCR, "DM", SEX=Datum(" F "), GUARDIAN="")
    assert (verdict.accepted, verdict.refused, verdict.findings, verdict.derived) == ({}, (), (), ())


def test_a_value_can_be_taken_back() -> None:
    _, verdict = save(saved((SCR, "DM", ADULT)), SCR, "DM", BRTHDAT="")
    assert verdict.accepted == {"BRTHDAT": Datum()}
    assert derived(verdict) == {"SE.SCR.DM.AGE": None}


@pytest.mark.req("R-11-5")
def test_a_refused_value_leaves_the_stored_one_and_the_rest_is_kept() -> None:
    _, verdict = save(saved((SCR, "DM", ADULT)), SCR, "DM", SEX="X", BRTHDAT="1991-01-01", AGE="5", NOSUCH="1")
    assert verdict.accepted == {"BRTHDAT": Datum("1991-01-01")}
    assert [(each.item, each.rule, each.typed.text, each.version) for each in verdict.refused] == [
        ("SEX", "codelist", "X", "1"), ("AGE", "computed", "5", "1"), ("NOSUCH", "unknown", "1", "1"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("alt", "fires"),
    [("80 U/L", False), ("81 U/L", True), ("80.0001 U/L", True), ("1.3333 ukat/L", False), ("1.3334 ukat/L", True)],
)
def test_a_limit_is_compared_in_one_unit_exactly(alt: str, fires: bool) -> None:
    _, verdict = save(SCREENED, SCR, "CHEM", **SAMPLE, ALT=alt)
    assert outcome(verdict, "ULN2", CHEM) is fires


def test_a_check_that_fires_explains_itself_and_others_do_not() -> None:
    _, verdict = save(SCREENED, SCR, "CHEM", **SAMPLE, ALT="81 U/L")
    [finding] = [each for each in verdict.findings if each.check == "ULN2"]
    assert finding.explanation is not None
    limit = next(each for each in finding.explanation.operands if each.name == "uln(ALT)")
    assert (limit.compared, limit.range.id if limit.range else None) == ("40", "alt")
    [comparison] = finding.explanation.comparisons
    assert (comparison.left, comparison.operator, comparison.right, comparison.outcome) == ("81", ">", "80", True)
    assert all((each.explanation is not None) == (each.outcome is True) for each in verdict.findings)


def test_a_correction_is_reported_as_no_longer_firing() -> None:
    book, _ = save(SCREENED, SCR, "CHEM", **SAMPLE, ALT="81 U/L")
    _, verdict = save(book, SCR, "CHEM", ALT="79 U/L")
    assert outcome(verdict, "ULN2", CHEM) is False
    _, verdict = save(book, SCR, "CHEM", ALT="")
    assert outcome(verdict, "ULN2", CHEM) is None


def test_a_hard_check_refuses_the_items_it_names() -> None:
    book, verdict = save(SCREENED, SCR, "CHEM", **SAMPLE, ALT="1001 U/L", CREA="70 umol/L")
    assert set(verdict.accepted) == {"LABID", "LBDTC", "CREA"}
    [refusal] = verdict.refused
    assert (refusal.item, refusal.rule, refusal.version, refusal.typed) == ("ALT", "HIGH", "1", Datum("1001", "U/L"))
    assert refusal.explanation is not None
    assert refusal.message.said_in("en") == (
        "1001 was not accepted. HIGH fired. Compare it with the laboratory report."
    )
    assert "HIGH" not in {check for check, _ in fired(verdict)}
    assert "ALT" not in book.records[CHEM]


def test_a_hard_check_on_a_computed_value_refuses_what_it_is_computed_from() -> None:
    _, verdict = save(saved((SCR, "DM", ADULT)), SCR, "DM", BRTHDAT="2010-01-01", SEX="M")
    assert verdict.accepted == {"SEX": Datum("M")}
    assert [(each.item, each.rule) for each in verdict.refused] == [("BRTHDAT", "MINOR")]
    _, verdict = save(saved((SCR, "DM", ADULT)), SCR, "DM", BRTHDAT="2010-01-01", GUARDIAN="Mother")
    assert not verdict.refused
    assert derived(verdict) == {"SE.SCR.DM.AGE": "16"}


def test_a_hard_check_that_nothing_typed_here_can_mend_is_a_finding() -> None:
    book = saved((SCR, "SV", {"VISDAT": "2026-01-01"}))
    _, verdict = save(book, SCR, "DM", **ADULT)
    assert not verdict.refused
    assert fired(verdict) == {("CONSENT", "SE.SCR")}


def test_a_hard_check_on_another_record_is_a_finding_there() -> None:
    book = saved((SCR, "SV", {"VISDAT": "2026-03-04"}), (BL, "SV", {"VISDAT": "2026-03-10"}))
    _, verdict = save(book, SCR, "SV", VISDAT="2026-03-11")
    assert verdict.accepted == {"VISDAT": Datum("2026-03-11")}
    assert fired(verdict) == {("ORDER", "SE.BL")}
    _, verdict = save(book, BL, "SV", VISDAT="2026-03-04")
    assert [(each.item, each.rule) for each in verdict.refused] == [("VISDAT", "ORDER")]


def test_what_a_refused_value_would_have_caused_does_not_happen() -> None:
    _, verdict = save(saved((SCR, "DM", ADULT)), SCR, "DM", RFICDAT="1980-01-01")
    assert [(each.item, each.rule) for each in verdict.refused] == [("RFICDAT", "BORN")]
    assert (verdict.derived, verdict.findings) == ((), ())


def test_a_refusal_can_make_another_value_untenable() -> None:
    book = saved((SCR, "CHEM", SAMPLE | {"ALT": "50 U/L"}), book=SCREENED)
    _, verdict = save(book, SCR, "CHEM", ALT="150 U/L", CREA="600 umol/L")
    assert not verdict.refused
    _, verdict = save(book, SCR, "CHEM", ALT="1001 U/L", CREA="600 umol/L", ALT_CS="Y")
    assert [(each.item, each.rule) for each in verdict.refused] == [("ALT", "HIGH"), ("CREA", "PAIR")]
    assert verdict.accepted == {"ALT_CS": Datum("Y")}


def test_an_answer_to_a_held_item_is_refused() -> None:
    book = replace(SCREENED, held_items=frozenset({(DM, "SEX")}))
    _, verdict = save(book, SCR, "DM", SEX="M", BRTHDAT="1990-05-21")
    assert verdict.accepted == {"BRTHDAT": Datum("1990-05-21")}
    assert [(each.item, each.rule) for each in verdict.refused] == [("SEX", "held")]
    _, verdict = save(book, SCR, "DM", SEX="F")
    assert not verdict.refused


def test_a_unique_item_takes_no_value_that_another_subject_has() -> None:
    book = replace(SCREENED, taken=frozenset({"SEX"}))
    _, verdict = save(book, SCR, "DM", SEX="M", BRTHDAT="1990-05-21")
    assert verdict.accepted == {"BRTHDAT": Datum("1990-05-21")}
    (refusal,) = verdict.refused
    assert (refusal.item, refusal.rule) == ("SEX", "unique")
    assert "another subject has this one" in refusal.message.said_in("en")
    assert "不得重复" in refusal.message.said_in("zh-CN")
    _, verdict = save(book, SCR, "DM", SEX="F")  # what stands already stays
    assert not verdict.refused


def test_required_items_are_missing_until_they_hold_a_value_or_a_reason() -> None:
    assert missing_required(COMPILED, EMPTY_BOOK, DM) == ("SEX", "BRTHDAT", "RFICDAT")
    minor = saved((SCR, "DM", {"SEX": "F", "BRTHDAT": "2010-01-01", "RFICDAT": "2026-02-01", "GUARDIAN": "Mother"}))
    assert missing_required(COMPILED, minor, DM) == ()
    without = with_verdict(minor, DM, judge(COMPILED, minor, DM, answers({"SEX": Datum(missing="NOTDONE")})))
    assert missing_required(COMPILED, without, DM) == ()
    book = saved((SCR, "CHEM", SAMPLE | {"ALT": Datum(missing="NOTDONE")}))
    assert missing_required(COMPILED, book, CHEM) == ("CREA",)
    rows = saved((SCR, "MP", {"MPDAT": "2026-03-01", "MPDOSE": "500 mg"}, 1))
    assert missing_required(COMPILED, rows, RecordKey(SCR, "MP")) == ()
    assert missing_required(COMPILED, rows, RecordKey(SCR, "MP", 2)) == ("MPDAT", "MPDOSE")


def test_a_conditional_item_is_shown_while_its_condition_holds_or_it_has_a_value() -> None:
    assert "GUARDIAN" not in shown_items(COMPILED, SCREENED, DM)
    minor = saved((SCR, "DM", {"BRTHDAT": "2010-01-01", "RFICDAT": "2026-02-01", "GUARDIAN": "Mother"}))
    assert "GUARDIAN" in shown_items(COMPILED, minor, DM)
    grown = with_verdict(minor, DM, judge(COMPILED, minor, DM, answers({"BRTHDAT": "1990-01-01"})))
    assert "GUARDIAN" in shown_items(COMPILED, grown, DM)


def test_a_form_asks_for_nothing_while_its_condition_does_not_hold_and_it_is_empty() -> None:
    """A pregnancy test is asked of women alone; what was entered before the sex was corrected stays in sight."""
    vitals = replace(STUDY.forms["VS"], shown_if="SCR.DM.SEX == 'F'")
    study = compile_study(replace(STUDY, forms={**STUDY.forms, "VS": vitals}))
    place = RecordKey(BL, "VS")
    man = saved((SCR, "DM", ADULT | {"SEX": "M"}))
    for book, asked, lacking in ((SCREENED, True, ("WEIGHT",)), (man, False, ()), (EMPTY_BOOK, False, ())):
        now = standing(study, book, place)
        assert (now.is_asked, now.missing, missing_required(study, book, place)) == (asked, lacking, lacking)
    entered = replace(man, records={**man.records, place: {"HEIGHT": Datum("170", "cm")}})
    assert standing(study, entered, place).missing == ("WEIGHT",)


def test_the_range_for_a_grid_is_the_one_that_checks_use() -> None:
    book = saved((SCR, "CHEM", SAMPLE), book=SCREENED)
    used = range_for(COMPILED, book, CHEM, "CREA")
    assert used is not None
    assert (used.id, used.low, used.high, used.unit) == ("crea-f", "0.5", "0.9", "mg/dL")
    assert range_for(COMPILED, book, RecordKey(BL, "CHEM"), "CREA") is None


def test_nothing_is_judged_for_a_form_without_a_change() -> None:
    verdict = judge(COMPILED, Casebook({}, RANGES, TODAY), DM, {})
    assert (verdict.accepted, verdict.refused, verdict.findings) == ({}, (), ())
