"""BEAM at its two sites, with one subject of NJ01 whose visit date and demography are entered."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import pytest
from flask import Flask
from sqlalchemy import select

from audit.faults import Report
from audit.verify import verify
from ecrf.app import create_app
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.guards import guards
from ecrf.models.queries import Query
from ecrf.models.records import Record
from ecrf.models.watched import WATCHED
from ecrf.policy.actors import Actor
from ecrf.services import records, subjects
from ecrf.services.records import Address, Saved
from ecrf.services.trail import Reason
from forms.casebook import EventKey
from forms.datum import Datum
from tests.databases import Database, Prepare, Server, upon
from tests.ecrf import trial
from tests.ecrf.schema import settings_for

SCREENING = EventKey("SE.SCR")
BEGUN = {
    "SV": {"VISDAT": Datum("2026-03-04"), "VISOCC": Datum("Y")},
    "DM": {"RFICDAT": Datum("2026-03-03"), "BRTHDAT": Datum("1991-06-30"), "SEX": Datum("M")},
}
SAMPLE = {"LABID": Datum("LAB_A"), "LBDTC": Datum("2026-03-04T08:00")}
BECAUSE = Reason("transcription", "read from the line above")


@dataclass
class Clinic:
    """One subject, and the short ways in which tests act on it."""

    place: trial.Trial
    subject: str

    def by(self, role: str = "coordinator", site: str = "NJ01") -> Actor:
        return self.place.actor(role, site)

    def at(self, form: str, event: EventKey = SCREENING, row: int = 0) -> Address:
        return Address(self.subject, event, form, row)

    def save(self, form: str, *, by: Actor | None = None, revision: int = 0, partial: bool = True,
             because: Reason | None = BECAUSE, event: EventKey = SCREENING, **typed: Datum | str) -> Saved:  # fmt: skip
        """Save typed values; a bare text is one without unit. Every change gets the same reason."""
        answers = {item: value if isinstance(value, Datum) else Datum(value) for item, value in typed.items()}
        reasons = dict.fromkeys(answers, because) if because else {}
        actor = by or self.by()
        with unit_of_work(actor):
            return records.save(
                actor, self.at(form, event), answers, reasons=reasons, revision=revision, partial=partial
            )

    def sample(self, form: str, **typed: Datum) -> Saved:
        """A laboratory form's first save: laboratory A on 2026-03-04, and these results."""
        return self.save(form, because=None, **{**SAMPLE, **typed})

    def record(self, form: str) -> Record:
        query = select(Record).where(Record.subject_id == self.subject, Record.form == form)
        return db.session.scalars(query, execution_options={"populate_existing": True}).one()

    def query(self, form: str, check: str) -> Query | None:
        query = select(Query).join(Record, Record.id == Query.record_id)
        where = Record.subject_id == self.subject, Record.form == form, Query.check_id == check
        return db.session.scalars(query.where(*where), execution_options={"populate_existing": True}).one_or_none()

    def verify(self) -> Report:
        db.session.rollback()
        with db.engine.connect() as connection:
            return verify(connection, WATCHED.values(), guards=guards(connection.dialect.name))


@upon(trial.prepare)
def prepare(url: str) -> None:
    """The trial, with the subject."""
    app = create_app(settings_for(url))
    with app.app_context():
        place = trial.found()
        with unit_of_work():
            subject = subjects.register(place.actor("coordinator"), "BEAM", "NJ01").id
        clinic = Clinic(place, subject)
        for form, answers in BEGUN.items():
            clinic.save(form, **answers)
        db.engine.dispose()


@cache
def _kept(url: str) -> Flask:
    """The application of all services' tests at this address: it keeps what it knows of statements, not of data."""
    return create_app(settings_for(url))


@contextmanager
def opened(server: Server, filled: Prepare) -> Iterator[Clinic]:
    """The newest subject of a database of its own, which was filled that way."""
    database: Database = server.create(filled, "services")
    with _kept(database.app_url).app_context():
        subject = db.session.scalars(select(subjects.Subject.id).order_by(subjects.Subject.id.desc())).first()
        assert subject is not None
        db.session.rollback()
        yield Clinic(trial.found(), subject)
        db.session.remove()
        db.engine.dispose()
    server.drop(database)


@pytest.fixture
def clinic(server: Server) -> Iterator[Clinic]:
    """The subject in a database of its own, once on SQLite and once on PostgreSQL."""
    with opened(server, prepare) as made:
        yield made
