"""Planning visits and enrolment: set, moved, cleared, told in the trail, and refused where it makes no sense."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from audit.tables import trail_changes, trail_entries
from ecrf import clock
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.errors import BadInput, Forbidden, Held, IllegalState, NotFound, Stale
from ecrf.models.planning import PlannedVisit, SitePlan
from ecrf.models.sites import Site
from ecrf.policy.actors import Actor
from ecrf.reads.matrix import matrix
from ecrf.reads.subject_filters import SubjectFilters
from ecrf.reads.visit_lists import VisitFilters, visit_list
from ecrf.reads.visits import schedule_of
from ecrf.services import holds, planning
from ecrf.services.holds import Target
from forms.casebook import EventKey
from forms.datum import Datum
from tests.ecrf.services.conftest import Clinic

pytestmark = pytest.mark.parametrize("server", ["sqlite"], indirect=True)
BASELINE, WEEK_2, UNPLANNED = EventKey("SE.BL"), EventKey("SE.W2"), EventKey("SE.UNS", 1)


def plan(clinic: Clinic, on: str, event: EventKey = WEEK_2, *, by: Actor | None = None, **more: str) -> int:
    actor = by or clinic.by()
    with unit_of_work(actor):
        return planning.plan_visit(actor, clinic.subject, event, on=on, **more).outside


def told(clinic: Clinic, action: str) -> list[str]:
    """The fields that each act of one kind set, in their order."""
    entry, change = trail_entries.c, trail_changes.c
    joined = trail_entries.join(trail_changes, (entry.chain == change.chain) & (entry.sequence == change.sequence))
    chosen = select(change.path).select_from(joined).where(entry.action == action)
    paths = db.session.scalars(chosen.order_by(entry.sequence, change.ordinal))
    return [path.rpartition("/")[2] for path in paths]


def planned(clinic: Clinic) -> tuple[date | None, str | None, str | None]:
    row = db.session.scalars(select(PlannedVisit), execution_options={"populate_existing": True}).one()
    return row.planned_on, row.planned_at, row.note


def test_a_visit_is_planned_moved_and_cleared_and_the_trail_tells_of_each(clinic: Clinic) -> None:
    clinic.save("BLV", event=BASELINE, INDSTDAT=Datum("2026-03-09"))
    assert plan(clinic, "2026-03-23", at="08:30", note=" fasting ") == 0
    assert planned(clinic) == (date(2026, 3, 23), "08:30", "fasting")
    assert plan(clinic, "2026-03-28", at="08:30", note="fasting") == 2
    assert plan(clinic, "2026-03-18") == -2
    assert plan(clinic, "") == 0
    assert planned(clinic) == (None, None, None)
    own = ("planned_on", "planned_at", "note")
    fields = [field for field in told(clinic, "visit.planned") if field in own]
    assert fields == [*own, "planned_on", *own, "planned_on"]
    assert clinic.verify().exit_code == 0


def test_what_does_not_move_leaves_no_entry(clinic: Clinic) -> None:
    plan(clinic, "2026-03-23")
    before = len(told(clinic, "visit.planned"))
    plan(clinic, "2026-03-23")
    assert len(told(clinic, "visit.planned")) == before


FAULTS = [
    ({"on": "soon"}, "on"), ({"on": "2026-02-30"}, "on"), ({"on": "2026-03"}, "on"), ({"on": "0001-01-01"}, "on"),
    ({"on": "2026-03-23", "at": "25:00"}, "at"), ({"on": "2026-03-23", "at": "8"}, "at"),
    ({"on": "2026-03-23", "at": "08:30:15"}, "at"), ({"on": "2026-03-23", "note": "x" * 201}, "note"),
    ({"on": "2026-03-23", "note": "bad\x00"}, "note"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "field"), FAULTS)
def test_what_cannot_be_read_is_refused_by_its_field(clinic: Clinic, typed: dict[str, str], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        plan(clinic, **typed)
    assert list(refused.value.details["fields"]) == [field]
    assert db.session.scalars(select(PlannedVisit)).all() == []


@pytest.mark.parametrize("event", [
    EventKey("SE.LOG"), EventKey("SE.NONE"), EventKey("SE.W2", 1), EventKey("SE.UNS"), EventKey("SE.UNS", 100_000),
])  # fmt: skip
def test_only_visits_of_the_plan_are_planned(clinic: Clinic, event: EventKey) -> None:
    with pytest.raises(NotFound):
        plan(clinic, "2026-03-23", event)


def test_what_took_place_is_not_planned_but_its_plan_is_cleared(clinic: Clinic) -> None:
    plan(clinic, "2026-03-23")
    clinic.save("VS", event=WEEK_2, WEIGHT=Datum("60", "kg"))
    with pytest.raises(IllegalState):
        plan(clinic, "2026-03-24")
    plan(clinic, "")
    assert planned(clinic) == (None, None, None)


@pytest.mark.parametrize(("role", "site", "refusal"), [
    ("monitor", "NJ01", Forbidden), ("data_manager", None, Forbidden), ("coordinator", "NJ02", NotFound),
])  # fmt: skip
def test_site_staff_alone_plan_visits(clinic: Clinic, role: str, site: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        plan(clinic, "2026-03-23", by=clinic.by(role, site))


def test_a_locked_subject_is_not_planned(clinic: Clinic) -> None:
    with unit_of_work():
        holds.lock(clinic.by("data_manager", None), Target("subject", clinic.subject))
    with pytest.raises(Held):
        plan(clinic, "2026-03-23")


def test_a_planned_visit_that_nobody_foresaw_stands_among_the_others(clinic: Clinic) -> None:
    plan(clinic, "2026-03-23", UNPLANNED)
    found = schedule_of(clinic.by(), clinic.subject, clock.now(), language="en")
    (line,) = [visit for visit in found.visits if visit.event == "SE.UNS"]
    assert (line.state, line.planned_on, line.first) == ("upcoming", date(2026, 3, 23), None)


def test_lists_of_visits_are_scoped_and_paged_by_key(clinic: Clinic) -> None:
    clinic.save("BLV", event=BASELINE, INDSTDAT=Datum("2026-03-09"))
    seen, after = [], ""
    while True:
        page = visit_list(clinic.by(), VisitFilters(after=after), clock.now(), language="en", size=2)
        seen += [(visit.last, visit.event) for visit in page.visits]
        if page.next is None:
            break
        after = page.next
    assert seen == sorted(seen)
    assert len(seen) == 8
    other = visit_list(clinic.by("coordinator", "NJ02"), VisitFilters(), clock.now(), language="en")
    assert other.visits == ()


@pytest.mark.parametrize("after", ["x", "x|y|z|w", "2026-13-01|a|b|c", "2026-03-01|a|b|zz", "||||"])
def test_a_key_that_is_none_is_no_fault(clinic: Clinic, after: str) -> None:
    for state in ("", "planned", "done"):
        visit_list(clinic.by(), VisitFilters(state=state, after=after), clock.now(), language="en")


TWO = [
    ("", "2026-03-24", "2026-03-23 08:30"), ("2026-03-23", "2026-03-24", "2026-03-23 08:30"),
    ("2026-03-23 08:30", "2026-03-24", None), ("", "", "2026-03-23 08:30"), (None, "2026-03-24", None),
]  # fmt: skip


@pytest.mark.parametrize(("was", "on", "told_of"), TWO)
def test_who_plans_over_a_plan_not_seen_is_told_of_it(
    clinic: Clinic, was: str | None, on: str, told_of: str | None
) -> None:
    plan(clinic, "2026-03-23", at="08:30")
    if told_of is None:
        plan(clinic, on, was=was)
        assert planned(clinic) == (date.fromisoformat(on), None, None)
        return
    with pytest.raises(Stale) as refused:
        plan(clinic, on, was=was)
    assert refused.value.details["current"] == {"plan": told_of}
    assert planned(clinic) == (date(2026, 3, 23), "08:30", None)


def test_the_matrix_marks_what_is_overdue_and_what_is_planned_for_today(clinic: Clinic) -> None:
    today = clock.now().astimezone(ZoneInfo("Asia/Shanghai")).date()
    zero = today - timedelta(days=40)
    clinic.save("BLV", event=BASELINE, INDSTDAT=Datum(zero.isoformat()))
    plan(clinic, today.isoformat(), EventKey("SE.W6"))
    found = matrix(clinic.by(), SubjectFilters(), clock.now(), language="en")
    (row,) = found.groups[0].rows
    cells = {column.oid: cell for column, cell in row.cells}
    assert (row.day, found.overdue) == (40, 2)
    assert {oid for oid, cell in cells.items() if cell.state == "overdue"} == {"SE.W2", "SE.W4"}
    assert {oid for oid, cell in cells.items() if cell.is_today} == {"SE.W6"}


LAGS = [({}, 1), ({"lag": "3"}, 1), ({"lag": "4"}, 0), ({"lag_to": "3"}, 1), ({"lag_to": "2"}, 0),
        ({"lag": "3", "lag_to": "3"}, 1), ({"lag": "x"}, 0)]  # fmt: skip


@pytest.mark.parametrize(("lag", "number"), LAGS)
def test_visits_are_found_by_the_days_to_their_first_save(clinic: Clinic, lag: dict[str, str], number: int) -> None:
    here = clock.now().date()
    clinic.save("SV", event=WEEK_2, VISDAT=Datum((here - timedelta(days=3)).isoformat()))
    page = visit_list(clinic.by(), VisitFilters(state="done", **lag), clock.now(), language="en")
    assert [visit.event for visit in page.visits].count("SE.W2") == number


def site_plan(clinic: Clinic, by: Actor, **typed: str) -> SitePlan:
    given = {"subjects": "24", "starts_on": "2026-02-01", "ends_on": "2026-09-30", **typed}
    with unit_of_work(by):
        return planning.plan_site(by, "BEAM", "NJ01", **given)


def test_a_site_is_planned_and_planned_anew(clinic: Clinic) -> None:
    site_plan(clinic, clinic.by("data_manager", None))
    site_plan(clinic, clinic.by("administrator", None), subjects="30")
    plan = db.session.scalars(select(SitePlan)).one()
    assert (plan.subjects, plan.starts_on, plan.ends_on) == (30, date(2026, 2, 1), date(2026, 9, 30))
    assert told(clinic, "site.planned")[-1] == "subjects"
    assert plan.site_id == db.session.scalar(select(Site.id).where(Site.code == "NJ01"))
    assert clinic.verify().exit_code == 0


@pytest.mark.parametrize(("typed", "field"), [
    ({"subjects": "-1"}, "subjects"), ({"subjects": "1.5"}, "subjects"), ({"subjects": ""}, "subjects"),
    ({"subjects": "10000001"}, "subjects"), ({"starts_on": ""}, "starts_on"), ({"ends_on": "2026-01-31"}, "ends_on"),
])  # fmt: skip
def test_a_plan_that_makes_no_sense_is_refused(clinic: Clinic, typed: dict[str, str], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        site_plan(clinic, clinic.by("data_manager", None), **typed)
    assert list(refused.value.details["fields"]) == [field]


@pytest.mark.parametrize("role", ["coordinator", "monitor"])
def test_a_site_does_not_plan_itself(clinic: Clinic, role: str) -> None:
    with pytest.raises(Forbidden):
        site_plan(clinic, clinic.by(role))
