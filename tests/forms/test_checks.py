"""Which checks a save runs and where, whom they blame, and what their findings tell."""

from dataclasses import replace

import pytest

from forms.casebook import Casebook, EventKey, RecordKey
from forms.compiling import compile_study
from forms.datum import Datum
from forms.judge import judge
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
    W2,
    answers,
    check,
    range_row,
    save,
    saved,
)  # fmt: skip

HEAVY = check("HEAVY", "VS", "WEIGHT", "WEIGHT > 100 'kg'", events=("SE.W2",))
INDICATED = check("INDICATED", "CHEM", "RATIO", "ALT_NRIND == 'H'", "hard")
WITH_BOTH = compile_study(replace(STUDY, checks=(HEAVY, INDICATED)))


@pytest.mark.parametrize(("event", "told"), [(W2, [("HEAVY", True)]), (BL, [])])
def test_a_check_of_some_events_is_not_asked_at_others(event: EventKey, told: list[tuple[str, bool]]) -> None:
    found = judge(WITH_BOTH, SCREENED, RecordKey(event, "VS"), answers({"WEIGHT": "101 kg"})).findings
    assert [(each.check, each.outcome) for each in found if each.check == "HEAVY"] == told


@pytest.mark.parametrize(
    ("before", "typed", "blamed"),
    [
        ({**SAMPLE}, {"ALT": "41 U/L"}, ["ALT"]),
        ({**SAMPLE}, {"ALT": "40 U/L"}, []),
        ({"LBDTC": "2026-03-04T08:00", "ALT": "41 U/L"}, {"LABID": "LAB_A"}, ["LABID"]),
        ({"LBDTC": "2026-03-04T08:00", "ALT": "40 U/L"}, {"LABID": "LAB_A"}, []),
    ],
)
def test_a_hard_check_on_what_a_range_decides_refuses_the_value_or_what_chose_the_range(
    before: dict[str, str | Datum], typed: dict[str, str], blamed: list[str]
) -> None:
    book = saved((SCR, "CHEM", before), book=SCREENED)
    assert [each.item for each in judge(WITH_BOTH, book, CHEM, answers(typed)).refused] == blamed


def test_an_explanation_tells_today_where_the_check_asks_for_it() -> None:
    _, future = save(SCREENED, BL, "SV", VISDAT="2026-06-02")
    assert [each.explanation and each.explanation.today for each in future.refused] == ["2026-06-01"]
    _, high = save(saved((SCR, "CHEM", SAMPLE), book=SCREENED), SCR, "CHEM", ALT="81 U/L")
    explained = {each.check: each.explanation for each in high.findings if each.explanation}
    assert {name: explained[name].today for name in ("ULN2", "NOALT")} == {"ULN2": None, "NOALT": None}


def asked(book: Casebook, key: RecordKey, **typed: str) -> set[str]:
    return {each.check for each in judge(COMPILED, book, key, answers(typed)).findings}


def test_a_record_that_stands_is_asked_what_the_save_moves_and_a_new_one_everything() -> None:
    assert asked(SCREENED, DM, BRTHDAT="1991-05-20") == {"BORN", "MINOR"}
    assert asked(SCREENED, DM, GUARDIAN="Mother") == {"MINOR"}
    assert {"BORN", "MINOR"} <= asked(EMPTY_BOOK, DM, SEX="F")


def test_where_every_answer_is_refused_nothing_follows() -> None:
    verdict = judge(COMPILED, EMPTY_BOOK, CHEM, answers({"ALT": "many"}))
    assert [each.item for each in verdict.refused] == ["ALT"]
    assert (verdict.derived, verdict.stale, verdict.findings) == ((), (), ())


def test_what_is_computed_is_not_stale() -> None:
    _, verdict = save(EMPTY_BOOK, SCR, "DM", **ADULT)
    assert ("AGE", "35") in {(each.item, each.value.text) for each in verdict.derived}
    assert verdict.stale == ()


def test_an_item_that_is_no_laboratory_value_has_no_range() -> None:
    table = replace(EMPTY_BOOK, ranges=type(RANGES)([range_row("bmi", "VS.BMI", "18", "25", unit="kg/m2")]))
    assert standing(COMPILED, table, RecordKey(SCR, "VS")).ranges == {}
    table = replace(SCREENED, ranges=type(RANGES)([range_row("cs", "CHEM.ALT_CS", "1", "2")]))
    assert standing(COMPILED, saved((SCR, "CHEM", SAMPLE), book=table), CHEM).ranges == {}
