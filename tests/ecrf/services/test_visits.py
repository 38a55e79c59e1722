"""Visits that did not take place, were entered by mistake, or were not planned: what stands, and what follows."""

import pytest
from sqlalchemy import func, select

from audit.tables import trail_entries
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.errors import Forbidden, Held, IllegalState, NotFound, Problem, ReasonMissing
from ecrf.models.events import Event
from ecrf.models.queries import Query
from ecrf.models.records import Record
from ecrf.services import form_pages, records, visits
from ecrf.services.records import Address
from ecrf.services.trail import Reason
from forms.casebook import EventKey
from forms.datum import Datum
from tests.ecrf.services.conftest import SCREENING, Clinic
from tests.ecrf.services.test_record_states import WHY, act
from tests.ecrf.services.ward import Ward, ward

__all__ = ["ward"]
WEEK_2, UNPLANNED = EventKey("SE.W2"), EventKey("SE.UNS", 1)


def move(clinic: Clinic, name: str, key: EventKey = SCREENING, reason: Reason | None = None) -> Event:
    with unit_of_work(clinic.by()):
        return visits.ACTS[name](clinic.by(), clinic.subject, key, reason or WHY[name])


def begin(clinic: Clinic, oid: str = "SE.UNS", instance: int | None = None) -> Event:
    with unit_of_work(clinic.by()):
        return visits.begin(clinic.by(), clinic.subject, oid, instance)


def refused(clinic: Clinic, name: str, key: EventKey, problem: type[Problem] = IllegalState) -> Problem:
    with pytest.raises(problem) as raised:
        move(clinic, name, key)
    return raised.value


@pytest.mark.req("R-DM-14")
def test_a_visit_removed_takes_its_records_out_and_brings_them_back(ward: Ward) -> None:
    clinic = ward.clinic
    clinic.save("CHEM", revision=1, ALT=Datum("81", "U/L"), ALT_CS="N")
    before = {record.form: (record.state, record.data) for record in stored(clinic)}
    standing = unsettled(clinic)
    assert standing
    act(clinic, "remove", "SV")
    move(clinic, "remove")
    assert unsettled(clinic) == set()
    assert [record.state for record in stored(clinic) if record.form != "SV"] == ["in_progress", "in_progress"]
    page = form_pages.open_page(clinic.by(), clinic.at("CHEM"))
    assert (page.state, page.gone.what, page.is_writable) == ("removed", "visit", False)
    with pytest.raises(IllegalState, match="visit was removed"):
        clinic.save("CHEM", revision=2, ALT=Datum("79", "U/L"))
    with pytest.raises(IllegalState, match="visit was removed"):
        act(clinic, "remove", "CHEM")
    move(clinic, "restore")
    act(clinic, "restore", "SV")
    assert {record.form: (record.state, record.data) for record in stored(clinic)} == before
    assert unsettled(clinic) == standing
    assert clinic.verify().exit_code == 0


def stored(clinic: Clinic) -> list[Record]:
    query = select(Record).where(Record.subject_id == clinic.subject).order_by(Record.form)
    return list(db.session.scalars(query, execution_options={"populate_existing": True}))


def unsettled(clinic: Clinic) -> set[str | None]:
    query = select(Query.check_id).where(Query.subject_id == clinic.subject, Query.state != "closed")
    return set(db.session.scalars(query))


def test_a_visit_that_never_began_is_marked_not_done_and_taken_back(clinic: Clinic) -> None:
    assert move(clinic, "not_done", WEEK_2).state == "not_done"
    with pytest.raises(IllegalState, match="marked not done"):
        clinic.save("SV", event=WEEK_2, VISDAT="2026-04-01")
    refused(clinic, "not_done", WEEK_2)
    refused(clinic, "remove", WEEK_2)
    refused(clinic, "restore", WEEK_2)
    assert move(clinic, "resume", WEEK_2).state == "started"
    clinic.save("SV", event=WEEK_2, VISOCC="N", VISREAS="Snow")
    assert move(clinic, "not_done", WEEK_2).state == "not_done"
    assert clinic.verify().exit_code == 0
    last = db.session.execute(select(trail_entries).where(trail_entries.c.action == "visit.not_done")).all()
    assert {(entry.event, entry.form, entry.reason_code) for entry in last} == {("SE.W2", None, "subject_absent")}


def test_a_visit_with_answers_is_not_called_not_done(clinic: Clinic) -> None:
    assert refused(clinic, "not_done", SCREENING).details["needed"] == ("DM", "SV")


@pytest.mark.parametrize(("name", "key", "problem"), [
    ("remove", WEEK_2, IllegalState), ("restore", SCREENING, IllegalState), ("resume", SCREENING, IllegalState),
    ("not_done", EventKey("SE.LOG"), IllegalState), ("remove", EventKey("SE.LOG"), IllegalState),
    ("not_done", UNPLANNED, IllegalState), ("not_done", EventKey("SE.NONE"), NotFound),
    ("not_done", EventKey("SE.UNS"), NotFound), ("remove", EventKey("SE.SCR", 1), NotFound),
])  # fmt: skip
@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_what_does_not_lead_from_where_a_visit_stands_is_refused(
    clinic: Clinic, name: str, key: EventKey, problem: type[Problem]
) -> None:
    refused(clinic, name, key, problem)


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_a_reason_is_asked_for(clinic: Clinic) -> None:
    for name in ("remove", "not_done"):
        with pytest.raises(ReasonMissing):
            move(clinic, name, WEEK_2 if name == "not_done" else SCREENING, Reason("other", " "))


@pytest.mark.req("R-DM-9", "R-DM-15")
@pytest.mark.parametrize("level", ["item", "record", "form", "subject"])
@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_a_visit_with_something_held_in_it_stays(ward: Ward, level: str) -> None:
    ward.hold(level)
    refused(ward.clinic, "remove", SCREENING, Held)
    if level == "subject":
        refused(ward.clinic, "not_done", WEEK_2, Held)
        with pytest.raises(Held):
            begin(ward.clinic)


def test_an_unscheduled_visit_is_added_once_however_often_it_is_sent(clinic: Clinic) -> None:
    first = begin(clinic, instance=1)
    assert begin(clinic, instance=1).id == first.id
    assert begin(clinic).instance == 2
    with unit_of_work(clinic.by()):
        answers = {"VISDAT": Datum("2026-03-20"), "VISOCC": Datum("Y")}
        records.save(clinic.by(), Address(clinic.subject, UNPLANNED, "SV"), answers, reasons={}, revision=0)
    move(clinic, "remove", EventKey("SE.UNS", 2))
    assert begin(clinic).instance == 3
    count = select(func.count()).select_from(trail_entries).where(trail_entries.c.action == "visit.begun")
    assert db.session.scalar(count) == 3
    assert clinic.verify().exit_code == 0


@pytest.mark.parametrize(("oid", "instance", "problem"), [
    ("SE.W2", None, IllegalState), ("SE.NONE", None, NotFound), ("SE.UNS", 7, NotFound), ("SE.UNS", 0, NotFound),
])  # fmt: skip
@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_only_what_the_plan_leaves_open_is_added(
    clinic: Clinic, oid: str, instance: int | None, problem: type[Problem]
) -> None:
    with pytest.raises(problem):
        begin(clinic, oid, instance)


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_only_site_staff_add_and_mark_visits(clinic: Clinic) -> None:
    for role in ("monitor", "data_manager", "auditor"):
        actor = clinic.by(role)
        with pytest.raises(Forbidden), unit_of_work(actor):
            visits.begin(actor, clinic.subject, "SE.UNS")
        with pytest.raises(Forbidden), unit_of_work(actor):
            visits.not_done(actor, clinic.subject, WEEK_2, WHY["not_done"])
