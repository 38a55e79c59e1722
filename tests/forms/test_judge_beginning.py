"""A record that begins is evaluated whole: also what other forms alone decide, which no answer of its own moves."""

from dataclasses import replace

from forms.casebook import RecordKey
from forms.compiling import compile_study
from forms.datum import Datum
from forms.definitions import Derivation
from forms.judge import judge, reconsider
from tests.forms.small_study import ADULT, BL, RANGES, SAMPLE, SCR, STUDY, answers, check, form, item, saved

TWIN = form("IE", item("INC1", "code", codelist="NY"), item("INC1A", "code", codelist="NY", derivation="DV.INC1A"))
SCREENING = replace(STUDY.events["SE.SCR"], forms=(*STUDY.events["SE.SCR"].forms, "IE"))
COMPILED = compile_study(
    replace(
        STUDY, forms={**STUDY.forms, "IE": TWIN}, events={**STUDY.events, "SE.SCR": SCREENING},
        derivations=(*STUDY.derivations, Derivation("DV.INC1A", "IE", "INC1A", "case(CHEM.ALT > 80 'U/L', 'N', 'Y')")),
        checks=(*STUDY.checks, check("ELSEWHERE", "IE", "INC1", "SV.VISDAT < SCR.DM.RFICDAT or CHEM.ALT > 80 'U/L'")),
    )
)  # fmt: skip
IE = RecordKey(SCR, "IE")
BOOK = saved((SCR, "SV", {"VISDAT": "2026-03-04"}), (SCR, "DM", ADULT), (SCR, "CHEM", {**SAMPLE, "ALT": "81 U/L"}))


def test_what_other_forms_decide_is_computed_and_checked_when_a_record_begins() -> None:
    verdict = judge(COMPILED, BOOK, IE, answers({"INC1": "Y"}))
    assert [(each.item, each.value) for each in verdict.derived] == [("INC1A", Datum("N"))]
    assert {(each.check, each.outcome) for each in verdict.findings} == {("ELSEWHERE", True)}


def test_it_is_computed_and_checked_when_a_record_is_reconsidered() -> None:
    book = replace(BOOK, records={**BOOK.records, IE: {"INC1": Datum("Y")}})
    verdict = reconsider(COMPILED, book, [IE])
    assert [(each.item, each.value) for each in verdict.derived] == [("INC1A", Datum("N"))]
    assert {(each.check, each.outcome) for each in verdict.findings} == {("ELSEWHERE", True)}


def test_what_decides_it_is_within_reach_of_the_record() -> None:
    assert {"IE", "CHEM", "SV", "DM"} <= COMPILED.reach("IE")


def test_a_record_of_another_event_is_left_alone() -> None:
    book = saved((BL, "CHEM", {**SAMPLE, "ALT": "81 U/L"}), book=replace(BOOK, ranges=RANGES))
    verdict = judge(COMPILED, replace(book, records={**book.records, IE: {"INC1": Datum("Y"), "INC1A": Datum("N")}}),
                    RecordKey(BL, "CHEM"), answers({"ALT": "40 U/L"}))  # fmt: skip
    assert [each.record for each in verdict.derived if each.record.form == "IE"] == []
