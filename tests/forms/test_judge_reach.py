"""Every consequence of a save is found, wherever it stands, and nothing else is touched."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from forms.casebook import RecordKey
from forms.datum import Datum
from forms.findings import Derived, Stale
from forms.judge import reconsider
from forms.ranges import RangeTable
from tests.forms.small_study import (
    ADULT,
    BL,
    CHEM,
    COMPILED,
    DM,
    EMPTY_BOOK,
    LOG,
    SAMPLE,
    SCR,
    SCREENED,
    UNS1,
    W2,
    derived,
    outcome,
    range_row,
    save,
    saved,
)  # fmt: skip


def test_a_change_elsewhere_reaches_every_record_that_reads_it() -> None:
    book = saved(
        (SCR, "CHEM", SAMPLE | {"CREA": "90 umol/L"}), (BL, "CHEM", SAMPLE | {"CREA": "91 umol/L"}), book=SCREENED
    )
    _, verdict = save(book, SCR, "DM", SEX="M")
    moved = derived(verdict)
    assert moved["SE.SCR.CHEM.CREA_NRIND"] == "N"
    assert moved["SE.BL.CHEM.CREA_NRIND"] == "N"
    assert outcome(verdict, "CREAULN", CHEM) is False
    assert outcome(verdict, "CREAULN", RecordKey(BL, "CHEM")) is False
    assert {each.record for each in verdict.derived} == {CHEM, RecordKey(BL, "CHEM")}


def test_a_change_in_one_event_leaves_the_other_events_alone() -> None:
    book = saved((SCR, "CHEM", SAMPLE | {"ALT": "30 U/L"}), (BL, "CHEM", SAMPLE | {"ALT": "30 U/L"}), book=SCREENED)
    _, verdict = save(book, SCR, "CHEM", ALT="31 U/L")
    assert {each.record for each in verdict.derived} == {CHEM}
    assert {each.check for each in verdict.findings if each.record.event == BL} == {"JUMP", "DROP"}


def test_checks_stay_silent_on_records_that_do_not_exist() -> None:
    _, verdict = save(EMPTY_BOOK, SCR, "DM", **ADULT)
    assert {each.record for each in verdict.findings} == {DM}
    assert {each.record for each in verdict.derived} == {DM}


def test_a_new_record_is_evaluated_whole() -> None:
    book = saved((BL, "VS", {"WEIGHT": "50", "HEIGHT": "160"}), (BL, "SV", {"VISDAT": "2026-03-10"}),
                 (W2, "SV", {"VISDAT": "2026-03-24"}))  # fmt: skip
    _, verdict = save(book, W2, "VS", WEIGHT="101")
    assert outcome(verdict, "ATBL", RecordKey(W2, "VS")) is True
    assert derived(verdict)["SE.W2.VS.BMI"] == "39.453125"
    assert outcome(verdict, "ATBL", RecordKey(BL, "VS")) == "untouched"


@pytest.mark.parametrize("held", ["record", "item"])
def test_consequences_never_reach_into_what_is_held(held: str) -> None:
    book = saved((SCR, "CHEM", SAMPLE | {"CREA": "90 umol/L"}), book=SCREENED)
    items = frozenset((CHEM, f"CREA_{suffix}") for suffix in ("NRIND", "XULN", "TOXGR"))
    frozen = {"held_records": frozenset({CHEM})} if held == "record" else {"held_items": items}
    _, verdict = save(replace(book, **frozen), SCR, "DM", SEX="M")  # type: ignore[arg-type]
    assert verdict.derived == ()
    assert set(verdict.stale) == {Stale(CHEM, "CREA_NRIND"), Stale(CHEM, "CREA_XULN"), Stale(CHEM, "CREA_TOXGR")}


class TestRows:
    """Repeating forms: checks of a row, and values and checks of the form as a whole."""

    FORM, ONE, TWO = (RecordKey(SCR, "MP", row) for row in (0, 1, 2))
    BOOK = saved((SCR, "MP", {"MPDAT": "2026-03-01", "MPDOSE": "500 mg"}, 1))

    def test_computed_values_of_the_form_stand_on_the_form(self) -> None:
        assert self.BOOK.records[self.FORM] == {"MPTOTAL": Datum("0.5", "g")}
        _, verdict = save(self.BOOK, SCR, "MP", 2, MPDAT="2026-03-02", MPDOSE="1 g")
        assert verdict.derived == (
            Derived(self.TWO, "MPGRAMS", Datum("1", "g")),
            Derived(self.FORM, "MPTOTAL", Datum("1.5", "g")),
        )

    def test_a_finding_of_the_form_has_no_row(self) -> None:
        _, verdict = save(self.BOOK, SCR, "MP", 2, MPDAT="2026-03-02", MPDOSE="2.6 g")
        assert {(each.check, each.record.row) for each in verdict.findings if each.outcome} == {("MUCH", 0), ("BIG", 2)}

    def test_a_check_of_a_row_runs_on_that_row_alone(self) -> None:
        book, _ = save(self.BOOK, SCR, "MP", 2, MPDAT="2026-03-02", MPDOSE="1 g")
        _, verdict = save(book, SCR, "MP", 2, MPDOSE="900 mg")
        assert {each.record for each in verdict.findings if each.check == "BIG"} == {self.TWO}

    def test_a_value_of_the_form_is_seen_from_every_row(self) -> None:
        book, verdict = save(self.BOOK, SCR, "MP", 2, MPDAT="2026-03-02", MPDOSE="10 mg")
        assert outcome(verdict, "SHARE", self.ONE) is True
        _, verdict = save(book, SCR, "MP", 2, MPDOSE="500 mg")
        assert outcome(verdict, "SHARE", self.ONE) is False

    def test_a_hard_check_over_all_rows_refuses_the_row_that_breaks_it(self) -> None:
        _, verdict = save(self.BOOK, SCR, "MP", 2, MPDAT="2026-03-01", MPDOSE="500 mg")
        assert [(each.item, each.rule) for each in verdict.refused] == [("MPDAT", "TWICE")]
        assert set(verdict.accepted) == {"MPDOSE"}

    def test_a_row_that_has_gone_moves_what_read_it(self) -> None:
        book, _ = save(self.BOOK, SCR, "MP", 2, MPDAT="2026-03-02", MPDOSE="1 g")
        without = replace(book, records={key: values for key, values in book.records.items() if key != self.TWO})
        verdict = reconsider(COMPILED, without, [self.TWO])
        assert verdict.derived == (Derived(self.FORM, "MPTOTAL", Datum("0.5", "g")),)
        assert {(each.check, each.record) for each in verdict.findings} >= {("TWICE", self.FORM), ("SHARE", self.ONE)}
        assert self.TWO not in {each.record for each in verdict.findings}

    def test_rows_of_a_log_are_seen_from_every_event(self) -> None:
        book = saved((SCR, "CHEM", SAMPLE | {"ALT": "600 U/L"}), book=SCREENED)
        book, verdict = save(book, LOG, "AE", 1, AETERM="Hepatitis", AESER="N")
        assert outcome(verdict, "AELAB", CHEM) is True
        _, verdict = save(book, LOG, "AE", 1, AESER="Y")
        assert outcome(verdict, "AELAB", CHEM) is False


class TestBeforeAndAfter:
    """PREV follows the visit dates, and the plan inside the form that holds them."""

    BOOK = saved(
        (SCR, "SV", {"VISDAT": "2026-03-04"}), (SCR, "CHEM", SAMPLE | {"ALT": "20 U/L"}),
        (BL, "SV", {"VISDAT": "2026-03-10"}), (UNS1, "SV", {"VISDAT": "2026-03-07"}),
    )  # fmt: skip

    def test_the_nearest_earlier_event_with_a_value_counts(self) -> None:
        _, verdict = save(self.BOOK, BL, "CHEM", ALT="61 U/L")
        assert outcome(verdict, "JUMP", RecordKey(BL, "CHEM")) is True
        book, _ = save(self.BOOK, UNS1, "CHEM", ALT="30 U/L")
        _, verdict = save(book, BL, "CHEM", ALT="61 U/L")
        assert outcome(verdict, "JUMP", RecordKey(BL, "CHEM")) is False

    def test_a_moved_visit_date_moves_what_came_before(self) -> None:
        book, _ = save(self.BOOK, UNS1, "CHEM", ALT="30 U/L")
        book, _ = save(book, BL, "CHEM", ALT="61 U/L")
        _, verdict = save(book, UNS1, "SV", VISDAT="2026-03-11")
        assert outcome(verdict, "JUMP", RecordKey(BL, "CHEM")) is True
        assert outcome(verdict, "JUMP", RecordKey(UNS1, "CHEM")) is False

    def test_an_event_without_a_date_has_no_before(self) -> None:
        _, verdict = save(self.BOOK, W2, "CHEM", ALT="61 U/L")
        assert outcome(verdict, "JUMP", RecordKey(W2, "CHEM")) is None

    def test_the_previous_visit_is_that_of_the_plan(self) -> None:
        _, verdict = save(self.BOOK, W2, "SV", VISDAT="2026-03-10")
        assert [each.rule for each in verdict.refused] == ["ORDER"]
        _, verdict = save(self.BOOK, BL, "SV", VISDAT="2026-03-06")
        assert not verdict.refused


def test_a_changed_baseline_moves_the_grades_after_it() -> None:
    sample = {"LABID": "LAB_A", "LBDTC": "2026-03-04T08:00"}
    book = saved((BL, "CHEM", sample | {"ALT": "60 U/L"}), (W2, "CHEM", sample | {"ALT": "89 U/L"}), book=SCREENED)
    assert book.records[RecordKey(W2, "CHEM")]["ALT_TOXGR"].text == "0"
    _, verdict = save(book, BL, "CHEM", ALT="59 U/L")
    assert derived(verdict)["SE.W2.CHEM.ALT_TOXGR"] == "1"
    _, verdict = save(book, BL, "CHEM", LABID="LAB_B")
    assert derived(verdict)["SE.W2.CHEM.ALT_TOXGR"] is None
    _, verdict = save(book, SCR, "CHEM", **sample, ALT="30 U/L")
    assert "SE.W2.CHEM.ALT_TOXGR" not in derived(verdict)


def test_a_changed_range_is_reconsidered_without_answers() -> None:
    book, _ = save(SCREENED, SCR, "CHEM", **SAMPLE, ALT="81 U/L")
    wider = replace(book, ranges=RangeTable([range_row("alt2", "CHEM.ALT", "7", "50")]))
    verdict = reconsider(COMPILED, wider, [CHEM])
    assert verdict.accepted == {}
    assert outcome(verdict, "ULN2", CHEM) is False
    assert derived(verdict) == {"SE.SCR.CHEM.ALT_XULN": "1.62"}


def test_an_analyte_without_any_range_is_not_evaluable() -> None:
    without = replace(SCREENED, ranges=RangeTable([]))
    _, verdict = save(without, SCR, "CHEM", **SAMPLE, ALT="81 U/L")
    assert outcome(verdict, "NORANGE", CHEM) is None
    late = replace(SCREENED, ranges=RangeTable([range_row("x", "CHEM.ALT", "7", "40", valid_from=date(2026, 5, 1))]))
    _, verdict = save(late, SCR, "CHEM", **SAMPLE, ALT="81 U/L")
    assert outcome(verdict, "NORANGE", CHEM) is True


def test_a_declared_factor_converts_the_limits_too() -> None:
    book, verdict = save(SCREENED, SCR, "CHEM", **SAMPLE, CREA="0.9 mg/dL")
    assert derived(verdict)["SE.SCR.CHEM.CREA_NRIND"] == "N"
    assert derived(verdict)["SE.SCR.CHEM.CREA_XULN"] == "1"
    assert Fraction(derived(verdict)["SE.SCR.CHEM.CREA_ST"] or "") == Fraction("79.578")
    assert book.records[CHEM]["CREA_ST"].unit == "umol/L"


def test_a_runaway_number_of_rows_is_not_evaluable_and_does_not_fail_the_save() -> None:
    rows = {RecordKey(LOG, "AE", row): {"AESER": Datum("N")} for row in range(1, 10_002)}
    book = replace(SCREENED, records={**SCREENED.records, **rows})
    _, verdict = save(book, SCR, "CHEM", **SAMPLE, ALT="600 U/L")
    assert outcome(verdict, "AELAB", CHEM) is None
