"""A gate refuses its answer while a gating finding stands; a sign-off asks of the whole casebook."""

from dataclasses import replace

import pytest

from forms.casebook import Casebook, RecordKey
from forms.compiling import StudyFaults, compile_study
from forms.datum import Datum
from forms.definitions import Derivation
from forms.gates import answer_at
from forms.judge import ask, judge
from forms.landmarks import Gate
from tests.forms.small_study import (
    ADULT,
    BL,
    SAMPLE,
    SCR,
    STUDY,
    UNS1,
    UNS2,
    W2,
    answers,
    check,
    form,
    item,
    saved,
)  # fmt: skip

ENROL, SIGN = RecordKey(SCR, "IE"), RecordKey(SCR, "SIGN")
GATED = ("ULN2", "THIN", "LATE")
LATE = check("LATE", "MP", "MPLAG", "MPLAG > 14", gate="enrolment")
UNSIGNED = check("UNSIGNED", "SIGN", "SIGNYN", "SIGNYN == 'Y' and open_queries() > 0", "hard")
UNDONE = check("UNDONE", "SIGN", "SIGNYN", "SIGNYN == 'Y' and required_missing() > 0", "hard")


def _study():
    """The small study with an enrolment gate, and a sign-off that asks of the whole casebook."""
    forms = {
        **STUDY.forms,
        "IE": form("IE", item("ENRLYN", "code", codelist="NY"), item("ENRLDAT", "date")),
        "SIGN": form("SIGN", item("SIGNYN", "code", codelist="NY")),
    }
    pulses = STUDY.forms["MP"]
    lag = item("MPLAG", "integer", derivation="DV.MPLAG")
    forms["MP"] = replace(pulses, items={**pulses.items, "MPLAG": lag})
    events = dict(STUDY.events)
    events["SE.SCR"] = replace(events["SE.SCR"], forms=(*events["SE.SCR"].forms, "VS", "IE", "SIGN"))
    checks = tuple(replace(each, gate="enrolment") if each.id in GATED else each for each in STUDY.checks)
    return replace(
        STUDY, forms=forms, events=events, checks=(*checks, LATE, UNSIGNED, UNDONE),
        derivations=(*STUDY.derivations, Derivation("DV.MPLAG", "MP", "MPLAG", "days(MPDAT, SCR.IE.ENRLDAT)")),
        gates={"enrolment": Gate("SCR.IE.ENRLYN", "Y")},
    )  # fmt: skip


COMPILED = compile_study(_study())
CLEAR = saved((SCR, "SV", {"VISDAT": "2026-03-04"}), (SCR, "DM", ADULT))
HIGH = saved((SCR, "CHEM", {**SAMPLE, "ALT": "81 U/L"}), book=CLEAR)
PULSED = saved((SCR, "MP", {"MPDAT": "2026-03-01", "MPDOSE": "500 mg"}, 1), book=CLEAR)


def enrol(book: Casebook, key: RecordKey = ENROL, **typed: str):
    return judge(COMPILED, book, key, answers(typed or {"ENRLYN": "Y"}))


def test_nothing_stands_in_the_way_of_a_clear_subject() -> None:
    verdict = enrol(CLEAR)
    assert (verdict.accepted, verdict.refused) == ({"ENRLYN": Datum("Y")}, ())


@pytest.mark.req("R-GCP-3")
def test_enrolment_is_refused_while_a_gating_finding_stands_and_names_it() -> None:
    verdict = enrol(HIGH, ENRLYN="Y", ENRLDAT="2026-03-10")
    assert verdict.accepted == {"ENRLDAT": Datum("2026-03-10")}
    (refusal,) = verdict.refused
    assert (refusal.item, refusal.rule, refusal.typed.text) == ("ENRLYN", "gate:enrolment", "Y")
    assert refusal.message.said_in("en") == (
        "Y was not accepted. ENRLYN: these findings stand: ULN2 fired (ULN2, CHEM, SCR)."
    )
    assert "ULN2 fired（ULN2，CHEM，SCR）" in refusal.message.said_in("zh-CN")


def test_every_standing_finding_is_told_up_to_five() -> None:
    book = HIGH
    for at in (BL, W2):
        book = saved((at, "CHEM", {**SAMPLE, "ALT": "81 U/L"}), (at, "VS", {"HEIGHT": "180 cm", "WEIGHT": "40 kg"}),
                     book=book)  # fmt: skip
    book = saved((SCR, "MP", {"MPDAT": "2026-01-01", "MPDOSE": "500 mg"}, 1), book=book)
    (refusal,) = enrol(book, ENRLYN="Y", ENRLDAT="2026-03-04").refused
    said = refusal.message.said_in("en")
    assert said.count(" fired (") == 5
    assert said.endswith("and 1 more.")


@pytest.mark.parametrize("answer", ["N", ""])
def test_any_other_answer_passes(answer: str) -> None:
    assert enrol(HIGH, ENRLYN=answer).refused == ()


def test_the_gate_is_judged_after_what_the_save_itself_computes() -> None:
    late = enrol(PULSED, ENRLYN="Y", ENRLDAT="2026-03-16")
    assert [each.item for each in late.refused] == ["ENRLYN"]
    assert [each.item for each in late.derived] == ["MPLAG"]
    assert enrol(PULSED, ENRLYN="Y", ENRLDAT="2026-03-15").refused == ()


def test_the_answer_stays_where_a_finding_comes_later() -> None:
    book = replace(CLEAR, records={**CLEAR.records, ENROL: {"ENRLYN": Datum("Y")}})
    verdict = judge(COMPILED, book, RecordKey(SCR, "CHEM"), answers({**SAMPLE, "ALT": "81 U/L"}))
    assert verdict.refused == ()
    assert {each.check for each in verdict.findings if each.outcome} == {"ULN2", "NOALT"}
    assert enrol(replace(book, records={**HIGH.records, **book.records}), ENRLDAT="2026-03-10").refused == ()


def test_the_form_of_a_gate_reaches_what_its_checks_look_at() -> None:
    assert {"IE", "CHEM", "VS", "MP", "DM"} <= COMPILED.reach("IE")
    assert "VS" not in COMPILED.reach("AE")


def test_what_asks_of_the_whole_casebook_brings_nothing_else_within_reach() -> None:
    assert COMPILED.asking == {"SIGN"}
    assert "SIGN" in COMPILED.reach("AE")
    assert COMPILED.reach("AE") < set(COMPILED.study.forms)


@pytest.mark.parametrize(("queries", "refused"), [(0, []), (1, ["UNSIGNED"])])
def test_a_sign_off_asks_for_open_queries(queries: int, refused: list[str]) -> None:
    verdict = enrol(replace(CLEAR, open_queries=queries), SIGN, SIGNYN="Y")
    assert [each.rule for each in verdict.refused] == refused


def test_a_sign_off_asks_for_required_items_of_events_that_took_place() -> None:
    begun = replace(CLEAR, records={**CLEAR.records, RecordKey(W2, "VS"): {"HEIGHT": Datum("180", "cm")}})
    assert enrol(begun, SIGN, SIGNYN="Y").refused == ()
    visited = replace(begun, events=begun.events | {W2})
    assert [each.rule for each in enrol(visited, SIGN, SIGNYN="Y").refused] == ["UNDONE"]


def test_asking_tells_how_each_question_comes_out_where_its_form_stands() -> None:
    assert ask(COMPILED, CLEAR) == ()
    signed = replace(CLEAR, records={**CLEAR.records, SIGN: {"SIGNYN": Datum("Y")}}, open_queries=2)
    assert [(each.check, each.record, each.outcome) for each in ask(COMPILED, signed)] == [
        ("UNSIGNED", SIGN, True), ("UNDONE", SIGN, False),
    ]  # fmt: skip


def test_a_computed_item_cannot_ask_of_the_whole_casebook() -> None:
    asks = Derivation("DV.ASK", "DM", "AGE", "open_queries() * 1 'a'")
    with pytest.raises(StudyFaults) as faults:
        compile_study(replace(STUDY, derivations=(asks,)))
    assert "cannot ask of the whole casebook" in str(faults.value)


def test_a_gate_refuses_at_its_own_event_and_form_alone() -> None:
    assert [enrol(HIGH, RecordKey(event, "IE")).refused == () for event in (SCR, BL, UNS1)] == [False, True, True]


def test_the_answer_that_a_gate_guards_is_that_of_the_first_such_event() -> None:
    seen = {RecordKey(at, "SV"): {"VISDAT": Datum(day)} for at, day in ((UNS1, "2026-03-05"), (UNS2, "2026-03-06"))}
    book = replace(CLEAR, records={**CLEAR.records, ENROL: {"ENRLYN": Datum("Y")}, **seen}, events={SCR, UNS1, UNS2})
    assert [answer_at(COMPILED, book, path) for path in ("SCR.IE.ENRLYN", "UNS.SV.VISDAT", "SCR.IE.ENRLDAT")] == [
        Datum("Y"), Datum("2026-03-05"), None,
    ]  # fmt: skip
    assert [answer_at(COMPILED, CLEAR, path) for path in ("SCR.IE.ENRLYN", "UNS.SV.VISDAT")] == [None, None]


def test_a_save_elsewhere_asks_nothing_of_the_whole_casebook() -> None:
    book = replace(CLEAR, records={**CLEAR.records, SIGN: {"SIGNYN": Datum("Y")}}, open_queries=2)
    asked = {each.check for each in judge(COMPILED, book, RecordKey(SCR, "VS"), answers({"WEIGHT": "60 kg"})).findings}
    assert asked & {"UNSIGNED", "UNDONE"} == set()
    assert "THIN" in asked
