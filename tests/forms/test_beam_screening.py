"""The screening of the demonstration study, judged: the steps that the main job walks through."""

from dataclasses import replace
from datetime import date

import pytest

from forms.casebook import Casebook, EventKey, RecordKey
from forms.datum import Datum
from forms.findings import Verdict
from forms.judge import judge, range_for
from forms.ranges import RangeTable
from tests.forms.beam import beam
from tests.forms.small_study import answers, derived, with_verdict

BEAM = beam()
STUDY = BEAM.study
SCR = EventKey("SE.SCR")
SAMPLE: dict[str, str | Datum] = {"LABID": "LAB_A", "LBDTC": "2026-03-04T08:00"}
PERSON: dict[str, str | Datum] = {
    "SCRNUM": "NJ01-S002", "RFICDAT": "2026-03-03", "RFICTIM": "10:15", "RFICVER": "v1.2", "BRTHDAT": "1991-06-30",
    "SEX": "M", "CHILDPOT": "NA",
}  # fmt: skip


def saved(book: Casebook, form: str, values: dict[str, str | Datum]) -> tuple[Casebook, Verdict]:
    key = RecordKey(SCR, form)
    verdict = judge(BEAM, book, key, answers(values))
    return with_verdict(book, key, verdict), verdict


def screened() -> Casebook:
    book = Casebook({}, RangeTable(STUDY.ranges), date(2026, 3, 10))
    for form, values in (("SV", {"VISDAT": "2026-03-04", "VISOCC": "Y"}), ("DM", PERSON)):
        book, verdict = saved(book, form, values)
        assert not verdict.refused
    return book


SCREENED = screened()


def outcome(verdict: Verdict, check: str) -> bool | None:
    [found] = [each for each in verdict.findings if each.check == check]
    return found.outcome


@pytest.mark.parametrize(("alt", "fires"), [("80 U/L", False), ("81 U/L", True), ("", None)])
def test_alt_above_twice_the_upper_limit_fires_exclusion_2(alt: str, fires: bool | None) -> None:
    _, verdict = saved(SCREENED, "CHEM", SAMPLE | {"ALT": alt, "ALT_CS": "N"})
    assert outcome(verdict, "EC032") is fires
    assert not verdict.refused


def test_the_finding_of_exclusion_2_explains_itself() -> None:
    _, verdict = saved(SCREENED, "CHEM", SAMPLE | {"ALT": "81 U/L"})
    [finding] = [each for each in verdict.findings if each.check == "EC032"]
    assert finding.explanation is not None
    comparison = finding.explanation.comparisons[-1]
    assert (comparison.left, comparison.operator, comparison.right, comparison.unit) == ("81", ">", "80", "U/L")
    limit = next(each for each in finding.explanation.operands if each.range is not None)
    assert limit.compared == "40"
    assert limit.range is not None
    assert (limit.range.laboratory, limit.range.high, limit.range.valid_to) == ("LAB_A", "40", "2026-05-31")


def test_a_correction_to_79_no_longer_fires() -> None:
    book, _ = saved(SCREENED, "CHEM", SAMPLE | {"ALT": "81 U/L", "ALT_CS": "N"})
    _, verdict = saved(book, "CHEM", {"ALT": "79 U/L"})
    assert verdict.accepted == {"ALT": Datum("79", "U/L")}
    assert outcome(verdict, "EC032") is False
    assert derived(verdict) == {"SE.SCR.CHEM.ALT_ST": "79", "SE.SCR.CHEM.ALT_XULN": "1.975"}


@pytest.mark.parametrize(
    ("platelets", "fires"),
    [("50000 /uL", False), ("49999 /uL", True), ("49.999 10*9/L", True), ("50 10*9/L", False), ("50.0 10*3/uL", False)],
)
def test_platelets_below_50000_fire_exclusion_13_in_any_unit(platelets: str, fires: bool) -> None:
    book, verdict = saved(SCREENED, "HEM", SAMPLE | {"PLT": platelets, "PLT_CS": "N"})
    assert outcome(verdict, "EC040") is fires
    stored = book.records[RecordKey(SCR, "HEM")]["PLT"]
    assert f"{stored.text} {stored.unit}" == platelets


def test_a_corrected_sex_computes_egfr_anew_on_the_chemistry_form() -> None:
    book, verdict = saved(SCREENED, "CHEM", SAMPLE | {"CREA": "121 umol/L", "CREA_CS": "N"})
    assert derived(verdict)["SE.SCR.CHEM.EGFR"] == "69.5125572774"
    _, verdict = saved(book, "DM", {"SEX": "F", "CHILDPOT": "N"})
    assert not verdict.refused
    assert derived(verdict)["SE.SCR.CHEM.EGFR"] == "52.0319874865"


@pytest.mark.parametrize(
    ("form", "values", "refused"),
    [
        ("CHEM", {"POTAS": "43 mmol/L"}, {"POTAS": "RH.CHEM.POTAS"}),
        ("CHEM", {"DBIL": "16 umol/L", "TBIL": "4 umol/L"}, {"DBIL": "EC083", "TBIL": "EC083"}),
        ("HEM", {"NEUT": "5 10*9/L", "WBC": "4 10*9/L"}, {"NEUT": "EC080", "WBC": "EC080"}),
        ("SV", {"VISDAT": "2026-03-11"}, {"VISDAT": "EC011"}),
        ("SV", {"VISDAT": "2026-03-02"}, {"VISDAT": "EC010"}),
        ("DM", {"SEX": "F"}, {"SEX": "EC006"}),
        ("DM", {"CHILDPOT": "Y"}, {"CHILDPOT": "EC005"}),
        ("DM", {"BRTHDAT": "2010-01-01"}, {"BRTHDAT": "EC004"}),
        ("DM", {"SCRNUM": "NJ1-2"}, {"SCRNUM": "pattern"}),
        ("CHEM", {"ALT": "1,5 U/L", "AST": "1e400 U/L", "TP": "58 mg"}, {"ALT": "type", "AST": "type", "TP": "unit"}),
    ],
)
def test_a_hard_rule_refuses_what_broke_it(form: str, values: dict[str, str | Datum], refused: dict[str, str]) -> None:
    book, _ = saved(SCREENED, "CHEM", SAMPLE)
    _, verdict = saved(book, form, values)
    assert {each.item: each.rule for each in verdict.refused} == refused
    assert verdict.accepted == {}
    for each in verdict.refused:
        assert set(each.message.by_language) == {"en", "zh-CN"}


def test_a_laboratory_without_a_range_for_the_day_is_a_finding_of_its_own() -> None:
    early = SAMPLE | {"LBDTC": "2025-12-31T08:00", "ALT": "30 U/L"}
    book, verdict = saved(SCREENED, "CHEM", early)
    assert outcome(verdict, "EC113:CHEM.ALT") is True
    assert range_for(BEAM, book, RecordKey(SCR, "CHEM"), "ALT") is None
    _, verdict = saved(replace(SCREENED, ranges=RangeTable([])), "CHEM", early)
    assert outcome(verdict, "EC113:CHEM.ALT") is None
