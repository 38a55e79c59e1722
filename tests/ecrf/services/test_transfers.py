"""A subject moves to another site: its data, its history and who may see them go with it, and its chain stays whole."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import current_app
from sqlalchemy import select, update

from audit.tables import trail_entries
from ecrf import clock
from ecrf.db import MIGRATES, Model, db
from ecrf.edge.transactions import unit_of_work
from ecrf.errors import Forbidden, Held, IllegalState, NotFound, Problem, ReasonMissing
from ecrf.models.sites import Site
from ecrf.models.subjects import Subject
from ecrf.models.watched import WATCHED
from ecrf.policy.actions import Action
from ecrf.policy.actors import SYSTEM
from ecrf.reads.queries import QueryFilters, listing
from ecrf.reads.trail import trail
from ecrf.reads.trail_filters import TrailFilters
from ecrf.reads.trail_reach import Of
from ecrf.services import form_pages, holds, queries, record_states, transfers
from ecrf.services.holds import Target
from ecrf.services.trail import About, Acts, Reason
from forms.datum import Datum
from tests.ecrf.services.conftest import BECAUSE, Clinic
from tests.ecrf.services.test_record_states import WHY
from tests.ecrf.services.ward import Ward, ward

__all__ = ["ward"]
MOVES = Reason(text="The family moved to the other town.")
ROUNDS = 3


def transfer(clinic: Clinic, site: str = "NJ02", reason: Reason = MOVES, by: str = "data_manager") -> Subject:
    actor = clinic.by(by)
    with unit_of_work(actor):
        return transfers.transfer(actor, clinic.subject, site, reason)


def refused(clinic: Clinic, problem: type[Problem], site: str = "NJ02", reason: Reason = MOVES,
            by: str = "data_manager") -> None:  # fmt: skip
    with pytest.raises(problem) as raised:
        transfer(clinic, site, reason, by)
    assert type(raised.value) is problem


def sites_of(clinic: Clinic) -> set[str]:
    """Where every row of the subject stands, in every table that says so."""
    found: set[str] = set()
    for table in Model.metadata.sorted_tables:
        if {"subject_id", "site_id"} <= set(table.columns.keys()):
            found |= set(db.session.scalars(select(table.c.site_id).where(table.c.subject_id == clinic.subject)))
    return found | set(db.session.scalars(select(Subject.site_id).where(Subject.id == clinic.subject)))


def acts_seen(clinic: Clinic, site: str, role: str = "coordinator") -> int:
    found = trail(clinic.by(role, site), TrailFilters(), of=Of(clinic.subject), language="en", size=500)
    return len(found.acts)


def filled(ward: Ward) -> tuple[str, str]:
    """Something of every kind in the subject; answers the ids of a question and of a freeze."""
    clinic = ward.clinic
    clinic.save("CHEM", revision=1, ALT=Datum("81", "U/L"), ALT_CS="N")
    record, monitor = clinic.record("CHEM").id, clinic.by("monitor")
    with unit_of_work(monitor):
        asked = queries.raise_query(monitor, record, "ALT", "Sure?").id
    hold = ward.hold("form", "freeze")
    ward.lift(ward.hold("item", "lock"))
    ward.clinic.save("DM", revision=1, SEX="F")  # leaves stale marks on what is frozen
    assert ward.marks()
    return asked, hold


@pytest.mark.req("R-GCP-16")
def test_everything_of_a_subject_moves_in_one_act_and_its_chain_stays_whole(ward: Ward) -> None:
    clinic, (_, hold) = ward.clinic, filled(ward)
    before = acts_seen(clinic, "NJ01")
    transfer(clinic)
    assert sites_of(clinic) == {clinic.place.sites["NJ02"]}
    assert acts_seen(clinic, "NJ01") == 0
    assert acts_seen(clinic, "NJ02") == acts_seen(clinic, "office", "data_manager") == before + 1
    entry = db.session.execute(select(trail_entries).where(trail_entries.c.action == "subject.transferred")).one()
    assert (entry.chain, entry.actor_role) == (f"subject:{clinic.subject}", "data_manager")
    ward.lift(hold)
    transfer(clinic, "NJ01")
    assert acts_seen(clinic, "NJ02") == 0
    assert clinic.verify().exit_code == 0


@pytest.mark.req("R-GCP-16")
def test_the_staff_of_the_old_site_lose_sight_of_it_and_those_of_the_new_go_on(ward: Ward) -> None:
    clinic, (asked, hold) = ward.clinic, filled(ward)
    transfer(clinic)
    with pytest.raises(NotFound):
        form_pages.open_page(clinic.by(), clinic.at("CHEM"))
    with pytest.raises(NotFound), unit_of_work(clinic.by("monitor")):
        queries.close(clinic.by("monitor"), asked, "Settled.")
    assert listing(clinic.by(), QueryFilters(), clock.now(), language="en").total == 0
    page = form_pages.open_page(clinic.by(site="NJ02"), clinic.at("CHEM"))
    assert page.values["ALT"].text == "81"
    assert {each.id for each in page.holds} == {hold}
    with unit_of_work(clinic.by(site="NJ02")):
        queries.answer(clinic.by(site="NJ02"), asked, "Yes.")
    db.session.rollback()
    assert clinic.verify().exit_code == 0


def test_a_row_that_moves_is_told_of(clinic: Clinic) -> None:
    """So every watched table that names a site of a subject is among those that move."""
    of_subjects = {
        name for name, watched in WATCHED.items() if {"subject_id", "site_id"} <= set(watched.table.columns.keys())
    }
    assert of_subjects == {model.__tablename__ for model in transfers.TRAILED}
    assert clinic.subject


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_what_may_not_be_is_refused(ward: Ward) -> None:
    clinic = ward.clinic
    for role in ("coordinator", "investigator", "monitor", "auditor"):
        refused(clinic, Forbidden, by=role)
    refused(clinic, NotFound, by="administrator")
    refused(clinic, NotFound, "NJ99")
    refused(clinic, IllegalState, "NJ01")
    refused(clinic, ReasonMissing, reason=Reason(text=" "))
    site = db.session.scalars(select(Site).where(Site.code == "NJ02")).one()
    acts = Acts(About(f"site:{site.id}", study=site.study_id, site=site.id))
    site.status = "closed"
    acts.add(SYSTEM, Action.SITE_ADDED, [site])
    acts.write()
    db.session.commit()
    refused(clinic, IllegalState)


@pytest.mark.req("R-DM-15")
@pytest.mark.parametrize("level", ["item", "record", "form", "subject"])
def test_a_subject_with_a_lock_on_it_stays_by_the_service_and_by_the_database(ward: Ward, level: str) -> None:
    ward.hold(level, "lock")
    refused(ward.clinic, Held)
    moved = update(Subject).where(Subject.id == ward.clinic.subject).values(site_id=ward.clinic.place.sites["NJ02"])
    with db.engine.connect() as connection, pytest.raises(Exception, match="frozen or locked"):
        connection.execution_options(**{MIGRATES: True}).execute(moved)


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_what_was_removed_moves_along_and_is_restored_at_the_new_site(ward: Ward) -> None:
    clinic = ward.clinic
    with unit_of_work(clinic.by()):
        record_states.remove(clinic.by(), clinic.at("CHEM"), WHY["remove"], revision=1)
    transfer(clinic)
    by = clinic.by(site="NJ02")
    with unit_of_work(by):
        assert (
            record_states.restore(by, clinic.at("CHEM"), WHY["restore"], revision=2).site_id
            == (clinic.place.sites["NJ02"])
        )
    assert clinic.verify().exit_code == 0


@pytest.mark.req("R-SEC-9")
def test_a_save_at_the_same_moment_comes_before_the_move_or_is_another_sites(ward: Ward) -> None:
    clinic, app = ward.clinic, current_app._get_current_object()
    outcomes = set()

    def save(number: int) -> str:
        with app.app_context():
            try:
                clinic.save("SV", revision=1 + number, VISREAS=f"Reason {number}", because=BECAUSE)
            except NotFound:
                return "not found"
            return "saved"

    def move(site: str) -> None:
        with app.app_context():
            transfer(clinic, site)

    for number in range(ROUNDS):
        with ThreadPoolExecutor(2) as threads:
            saving, moving = threads.submit(save, number), threads.submit(move, "NJ02")
            moving.result()
            outcomes.add(saving.result())
        db.session.rollback()
        assert sites_of(clinic) == {clinic.place.sites["NJ02"]}
        transfer(clinic, "NJ01")
        if saving.result() == "not found":
            clinic.save("SV", revision=1 + number, VISREAS=f"Reason {number}")
    assert outcomes <= {"saved", "not found"}
    assert clinic.verify().exit_code == 0


def test_a_freeze_goes_along(ward: Ward) -> None:
    target = Target("subject", ward.clinic.subject)
    with unit_of_work(ward.manager):
        hold = holds.freeze(ward.manager, target, Reason(text="reviewed"))
    transfer(ward.clinic)
    db.session.refresh(hold)
    assert (hold.site_id, hold.lifted_at) == (ward.clinic.place.sites["NJ02"], None)
    ward.lift(hold.id)
    assert ward.clinic.verify().exit_code == 0
