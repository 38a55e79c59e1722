"""What stands in the hospital on the morning of a journey: subjects with their visits, entered through the services."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import select

from ecrf import clock
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.models.records import Record
from ecrf.models.subjects import Subject
from ecrf.policy.actors import Actor
from ecrf.reads.people import by_username
from ecrf.services import planning, queries, records
from ecrf.services.records import Address
from ecrf.services.trail import Reason
from forms.casebook import EventKey
from forms.datum import Datum
from tests.browser.hospital import Hospital

SCREENING = EventKey("SE.SCR")
VISIT = {"VISDAT": Datum("2026-03-04"), "VISOCC": Datum("Y")}
DEMOGRAPHY = {
    "RFICDAT": Datum("2026-03-03"), "BRTHDAT": Datum("1991-06-30"), "SEX": Datum("M"), "ADMDAT": Datum("2026-03-02"),
}  # fmt: skip
SAMPLE = {"LABID": Datum("LAB_A"), "LBDTC": Datum("2026-03-04T08:00")}


@contextmanager
def acting(hospital: Hospital, username: str = "wang.min") -> Iterator[Actor]:
    """One act of somebody, through the services."""
    with hospital.app.app_context():
        actor = by_username(username, clock.now(), origin="page")
        with unit_of_work(actor):
            yield actor


def enter(hospital: Hospital, subject: str, form: str, answers: Mapping[str, Datum], by: str = "wang.min") -> str:
    """Save a form of the screening visit; answers the id of its record."""
    with acting(hospital, by) as actor:
        return records.save(actor, Address(subject, SCREENING, form), answers, reasons={}, revision=0).record.id


def begin(hospital: Hospital, number: str, alt: str = "30") -> str:
    """A subject whose screening has begun, with its demography and chemistry; answers its id."""
    subject = hospital.register(number)
    for form, answers in (("SV", VISIT), ("DM", DEMOGRAPHY), ("CHEM", {**SAMPLE, "ALT": Datum(alt, "U/L")})):
        enter(hospital, subject, form, answers)
    return subject


def record_of(hospital: Hospital, subject: str, form: str) -> str:
    """The id of a record of the screening visit."""
    with hospital.app.app_context():
        chosen = select(Record.id).where(Record.subject_id == subject, Record.form == form)
        return db.session.scalars(chosen).one()


def expect_at(hospital: Hospital, subject: str, time: str, day: str = "2026-03-04") -> None:
    """Plan the screening visit of a subject who is only registered."""
    with acting(hospital) as actor:
        planning.plan_visit(actor, subject, SCREENING, on=day, at=time)


def ask(hospital: Hospital, record: str, item: str, text: str, by: str = "sun.li") -> str:
    """A query of a monitor; answers its id."""
    with acting(hospital, by) as actor:
        return queries.raise_query(actor, record, item, text).id


def correct(hospital: Hospital, number: str, form: str, answers: Mapping[str, Datum], by: str = "wang.min") -> None:
    """Change saved answers of the screening visit, with a reason."""
    with acting(hospital, by) as actor:
        subject = db.session.scalars(select(Subject.id).where(Subject.screening_number == number)).one()
        chosen = select(Record.revision).where(Record.subject_id == subject, Record.form == form)
        because = dict.fromkeys(answers, Reason("transcription"))
        records.save(
            actor,
            Address(subject, SCREENING, form),
            answers,
            reasons=because,
            revision=db.session.scalars(chosen).one(),
        )
