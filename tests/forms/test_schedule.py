"""When visits are due: windows in days of the calendar, both ends within, and nothing guessed without a day 0."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from forms.casebook import EventKey
from forms.datum import Datum
from forms.definitions import Event, Study
from forms.schedule import Begun, Scheduled, day_zero, schedule, visit_day
from tests.forms.beam import beam

SCR, BL, W2, UNS1, ET = (EventKey(f"SE.{oid}", 1 if oid == "UNS" else 0) for oid in ("SCR", "BL", "W2", "UNS", "ET"))
ZERO = date(2026, 3, 2)


@pytest.fixture(scope="module")
def study() -> Study:
    return beam().study


def visit(study: Study, key: EventKey, zero: date | None = ZERO, /, **more: object) -> Scheduled:
    begun = {key: more.pop("begun")} if "begun" in more else {}
    return next(each for each in schedule(study, zero, begun, **more) if each.event == key)  # type: ignore[arg-type]


WINDOWS = [
    (ZERO, W2, "2026-03-13", "2026-03-16", "2026-03-19"),
    (ZERO, BL, "2026-03-02", "2026-03-02", "2026-03-02"),
    (ZERO, SCR, "2026-02-16", None, "2026-03-02"),
    (date(2028, 2, 15), W2, "2028-02-26", "2028-02-29", "2028-03-03"),  # over the leap day
    (date(2027, 2, 15), W2, "2027-02-26", "2027-03-01", "2027-03-04"),
    (date(2026, 12, 25), W2, "2027-01-05", "2027-01-08", "2027-01-11"),
    (ZERO, EventKey("SE.W24"), "2026-08-10", "2026-08-17", "2026-08-24"),
    (None, W2, None, None, None),
    (date(9999, 12, 30), W2, None, None, None),
]


@pytest.mark.parametrize(("zero", "key", "first", "due", "last"), WINDOWS)
def test_a_window_counts_days_of_the_calendar_from_day_0(
    study: Study, zero: date | None, key: EventKey, first: str | None, due: str | None, last: str | None
) -> None:
    found = visit(study, key, zero)
    assert [day and day.isoformat() for day in (found.first, found.due, found.last)] == [first, due, last]


STATES = [("2026-03-12", "upcoming"), ("2026-03-13", "due"), ("2026-03-16", "due"), ("2026-03-19", "due"),
          ("2026-03-20", "overdue")]  # fmt: skip


@pytest.mark.parametrize(("today", "state"), STATES)
def test_both_ends_of_a_window_are_within_it(study: Study, today: str, state: str) -> None:
    assert visit(study, W2).state_on(date.fromisoformat(today)) == state


@pytest.mark.parametrize(("begun", "state"), [
    (Begun("started", date(2026, 3, 21)), "done"), (Begun("started"), "done"), (Begun("not_done"), "not_done"),
    (Begun("removed", date(2026, 3, 16)), "overdue"),
])  # fmt: skip
def test_what_became_of_a_visit_goes_before_its_window(study: Study, begun: Begun, state: str) -> None:
    assert visit(study, W2, begun=begun).state_on(date(2026, 4, 1)) == state


@pytest.mark.parametrize(("day", "outside"), [
    ("2026-03-10", -3), ("2026-03-13", 0), ("2026-03-19", 0), ("2026-03-21", 2), (None, 0),
])  # fmt: skip
def test_a_day_is_so_many_days_outside(study: Study, day: str | None, outside: int) -> None:
    assert visit(study, W2).outside(day and date.fromisoformat(day)) == outside
    assert visit(study, W2, None).outside(date(2026, 3, 21)) == 0


def test_without_day_0_no_visit_is_due_but_the_one_that_sets_it(study: Study) -> None:
    found = {each.event: each for each in schedule(study, None, {SCR: Begun("started", date(2026, 2, 26))})}
    assert (found[BL].first, found[BL].last) == (date(2026, 2, 26), date(2026, 3, 12))
    assert found[BL].state_on(date(2026, 3, 13)) == "overdue"
    assert {key for key, each in found.items() if each.first} == {BL}
    assert found[W2].state_on(date(2030, 1, 1)) == "upcoming"


@pytest.mark.parametrize("begun", [{}, {SCR: Begun("started")}, {SCR: Begun("not_done", date(2026, 2, 26))}])
def test_without_a_screening_that_took_place_nothing_is_due(study: Study, begun: dict[EventKey, Begun]) -> None:
    assert all(each.first is None for each in schedule(study, None, begun))


def test_visits_nobody_planned_are_told_once_they_took_place_and_have_no_window(study: Study) -> None:
    begun = {UNS1: Begun("started", date(2026, 4, 1)), EventKey("SE.UNS", 2): Begun("removed"), ET: Begun("started")}
    found = {each.event: each for each in schedule(study, ZERO, begun)}
    assert found.keys() >= {UNS1, ET}
    assert EventKey("SE.UNS", 2) not in found
    assert {(each.first, each.state_on(ZERO)) for key, each in found.items() if key in begun} == {(None, "done")}
    assert ET not in {each.event for each in schedule(study, ZERO, {})}


def test_who_has_ended_is_expected_at_no_further_visit(study: Study) -> None:
    begun = {SCR: Begun("started", date(2026, 2, 26)), W2: Begun("not_done")}
    assert [each.event for each in schedule(study, ZERO, begun, has_ended=True)] == [SCR, W2]


def test_visits_stand_in_the_order_of_the_plan(study: Study) -> None:
    order = [study.events[each.event.oid].order for each in schedule(study, ZERO, {ET: Begun("started")})]
    assert order == sorted(order)
    assert len(order) == 11


DATES = [("2026-03-02", ZERO), ("2026-03", None), ("2026", None), ("soon", None), (None, None)]


@pytest.mark.parametrize(("typed", "expected"), DATES)
def test_day_0_is_a_whole_date_of_the_item_that_the_study_names(
    study: Study, typed: str | None, expected: date | None
) -> None:
    records = {(BL, "BLV"): {"INDSTDAT": Datum(typed)}, (BL, "SV"): {"VISDAT": Datum("2026-03-09")}}
    assert day_zero(study, records) == expected
    assert visit_day(study, {"VISDAT": Datum(typed)}) == expected


def test_where_the_study_names_none_day_0_is_that_of_the_visit_at_day_0(study: Study) -> None:
    unnamed = replace(study, zero_item=None)
    assert day_zero(unnamed, {(BL, "SV"): {"VISDAT": Datum("2026-03-09")}}) == date(2026, 3, 9)
    assert day_zero(unnamed, {(SCR, "SV"): {"VISDAT": Datum("2026-03-09")}}) is None
    assert day_zero(unnamed, {}) is None


def test_a_plan_without_days_has_no_windows(study: Study) -> None:
    bare = Event("SE.X", "X", study.title, "scheduled", 1, None, None, None, ("SV",))
    (found,) = schedule(replace(study, events={"SE.X": bare}), ZERO, {})
    assert (found.first, found.due, found.last, found.state_on(ZERO + timedelta(1000))) == (None,) * 3 + ("upcoming",)
