"""Two at the same moment: what one does is seen by the other, or the other is refused; nothing slips in between."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from flask import Flask, current_app
from sqlalchemy import select

from audit.tables import trail_entries
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.errors import Clash, Held, Stale
from ecrf.models.holds import Hold
from ecrf.services import holds, records, subjects
from forms.datum import Datum
from tests.ecrf.services.conftest import BECAUSE, Clinic
from tests.ecrf.services.ward import Ward

WRITERS = 3


@pytest.fixture
def app(clinic: Clinic) -> Flask:
    clinic.sample("CHEM", ALT=Datum("20", "U/L"))
    return current_app._get_current_object()


@pytest.mark.req("R-DM-15", "R-SEC-9")
def test_no_save_commits_after_a_lock_has(clinic: Clinic, app: Flask) -> None:
    for level in ("record", "site", "study", "event"):
        locked = Event()
        with ThreadPoolExecutor(WRITERS) as threads:
            writers = [threads.submit(_save_until_held, app, clinic, number, locked) for number in range(WRITERS)]
            hold = _hold(app, clinic, locked, level)
            for writer in writers:
                writer.result()
        acts = _acts_after(clinic, hold)
        assert set(acts) <= {"act.refused"}, acts
        assert acts.count("act.refused") >= WRITERS
        manager = clinic.by("data_manager")
        with unit_of_work(manager):
            holds.lift(manager, hold, BECAUSE)
    assert clinic.verify().exit_code == 0


@pytest.mark.req("R-DM-16", "R-SEC-9")
@pytest.mark.parametrize("server", ["postgresql"], indirect=True)  # on SQLite the reader already holds the database
def test_what_was_read_before_the_subject_was_taken_is_read_again(clinic: Clinic, app: Flask) -> None:
    by, seen = clinic.by(), clinic.record("CHEM")
    assert seen.revision == 1
    with ThreadPoolExecutor(1) as other:
        other.submit(_save, app, clinic, 1, "30").result()
    with pytest.raises(Stale) as raised, unit_of_work(by):
        records.save(by, clinic.at("CHEM"), {"AST": Datum("25", "U/L")}, reasons={}, revision=1)
    assert raised.value.details["current"]["ALT"] == Datum("30", "U/L")
    assert clinic.record("CHEM").data["ALT"]["v"] == "30"
    assert clinic.verify().exit_code == 0


@pytest.mark.req("R-DM-16", "R-SEC-9")
def test_of_two_saves_of_one_revision_one_is_stale(clinic: Clinic, app: Flask) -> None:
    with ThreadPoolExecutor(2) as threads:
        outcomes = [threads.submit(_save, app, clinic, 1, value) for value in ("30", "31")]
    faults = [outcome.exception() for outcome in outcomes]
    assert [type(fault) for fault in faults if fault] == [Stale]
    assert clinic.record("CHEM").revision == 2


@pytest.mark.req("R-DM-11", "R-SEC-9")
def test_no_subject_begins_at_a_site_after_it_was_locked(clinic: Clinic, app: Flask) -> None:
    locked = Event()
    with ThreadPoolExecutor(1) as threads:
        registering = threads.submit(_register_until_held, app, clinic, locked)
        try:
            hold = _hold(app, clinic, locked, "site")
        except Clash:  # one came while the others were taken: nothing is held, and it is tried again
            hold = _hold(app, clinic, locked, "site")
        assert registering.result() >= 0
    since = trail_entries.c.recorded_at > db.session.get_one(Hold, hold).held_at
    came = select(trail_entries.c.subject).where(since, trail_entries.c.action == "subject.registered")
    assert db.session.scalars(came).all() == []
    assert clinic.verify().exit_code == 0


def _register_until_held(app: Flask, clinic: Clinic, locked: Event) -> int:
    """How many subjects came before the lock."""
    done = 0
    while True:
        after = locked.is_set()
        with app.app_context():
            try:
                with unit_of_work(clinic.by()):
                    subjects.register(clinic.by(), "BEAM", "NJ01")
            except Held:
                return done
        assert not after, "a subject was registered after the lock"
        done += 1
        locked.wait(0.05)


def _save(app: Flask, clinic: Clinic, revision: int, value: str) -> None:
    with app.app_context():
        clinic.save("CHEM", revision=revision, ALT=Datum(value, "U/L"))


def _save_until_held(app: Flask, clinic: Clinic, number: int, locked: Event) -> None:
    """Save again and again until the lock refuses it, as it must once it stands."""
    done = 0
    while True:
        after = locked.is_set()
        with app.app_context():
            revision = clinic.record("CHEM").revision
            db.session.rollback()
            try:
                clinic.save("CHEM", revision=revision, ALT=Datum(str(20 + 7 * number + done % 7), "U/L"))
                assert not after, "a save went through after the lock"
                done += 1
            except Stale:
                continue
            except Held:
                return


def _hold(app: Flask, clinic: Clinic, locked: Event, level: str) -> str:
    with app.app_context():
        hold = Ward(clinic, clinic.by("data_manager")).hold(level, "lock")
        locked.set()
        return hold


def _acts_after(clinic: Clinic, hold: str) -> list[str]:
    """What the subject's chain tells of after the lock, which may stand in another chain."""
    db.session.rollback()
    chain = trail_entries.c.chain == f"subject:{clinic.subject}"
    since = trail_entries.c.recorded_at > db.session.get_one(Hold, hold).held_at
    told = select(trail_entries.c.action).where(chain, since).order_by(trail_entries.c.sequence)
    actions = list(db.session.scalars(told))
    db.session.rollback()
    return actions
