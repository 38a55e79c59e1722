"""The small study of `tests.ecrf.clinic` behind the application, with people who can log in and data to look at."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from ecrf import clock
from ecrf.app import create_app
from ecrf.db import db
from ecrf.models.holds import Hold
from ecrf.models.queries import Query
from ecrf.models.records import Record
from ecrf.models.subjects import Subject
from ecrf.policy.actors import OPERATOR
from ecrf.policy.grants import Role
from ecrf.services import people
from ecrf.services.trail import Reason
from tests.databases import Server, upon
from tests.ecrf.browser import Browser
from tests.ecrf.clinic import START, Clinic, open_clinic
from tests.ecrf.schema import migrate, settings_for

LATER = START + timedelta(hours=5)
PASSWORD = "walnut harbour seventeen"
PEOPLE = (
    ("wang", "Wang Min", Role.COORDINATOR, "NJ01"),
    ("sun", "Sun Li", Role.MONITOR, "NJ01"),
    ("qian", "Qian Hua", Role.COORDINATOR, "NJ02"),
    ("chen", "Chen Yu", Role.DATA_MANAGER, None),
    ("lin", "Lin Hao", Role.AUDITOR, None),
    ("zhou", "Zhou Ke", Role.ADMINISTRATOR, None),
)


@dataclass(frozen=True)
class ClinicApp:
    """The application and the ids of what stands in it."""

    app: Flask
    subject: str
    held_subject: str
    record: str
    query: str
    asked: str
    hold: str

    def browser(self, username: str) -> Browser:
        """A browser in which somebody is logged in."""
        browser = Browser(self.app)
        browser.log_in(username, PASSWORD)
        return browser

    def pages(self) -> tuple[str, ...]:
        """The address of every page that somebody of NJ01 may open."""
        return (
            "/subjects", f"/subjects/{self.subject}", "/queries", f"/queries/{self.query}", f"/queries/{self.asked}",
            "/trail", f"/subjects/{self.subject}/trail", f"/records/{self.record}/trail",
            f"/records/{self.record}/items/PLT",
        )  # fmt: skip


@contextmanager
def clinic_app(server: Server, **chosen: object) -> Iterator[ClinicApp]:
    """The application on a database of its own; its clock stands some hours after the last entry."""
    created = server.create(fill)
    app = create_app(settings_for(created.app_url, **chosen))
    with clock.told_by(lambda: LATER):
        with app.app_context():
            opened = _found(app)
            db.session.remove()
        yield opened
    with app.app_context():
        db.engine.dispose()
    server.drop(created)


@upon(migrate)
def fill(url: str) -> None:
    """Fill a migrated database; done once for each kind of database, and copied for every test."""
    app = create_app(settings_for(url))
    with clock.told_by(lambda: START), app.app_context():
        clinic = open_clinic()
        _fill(clinic)
        _engage(clinic)
        db.session.commit()
        db.engine.dispose()


def _fill(clinic: Clinic) -> None:
    subject = clinic.subject("NJ01", "NJ01-S001", status="enrolled", subject_number="NJ01-001")
    clinic.record(subject, "SCR", "SV", {"VISDAT": "2026-03-04"}, state="complete")
    record = clinic.record(subject, "SCR", "HEM", {"PLT": {"v": "48", "u": "10*9/L"}, "WBC": {"nd": "ND"}})
    clinic.query(record, 1)
    clinic.change(record, "PLT", "52", reason=Reason("transcription", "read from the line above"), refused="43")
    asked = clinic.query(record, 2, "WBC", check=None)
    clinic.say(asked, "raised", "Which value stands?", "open", clinic.actor("monitor", "NJ01", "Sun Li"))
    clinic.say(asked, "answer", "The printed one.", "answered", clinic.actor("coordinator", "NJ01", "Wang Min"))
    clinic.hold(clinic.subject("NJ01", "NJ01-S002"), "lock")
    clinic.subject("NJ02", "NJ02-S001")


def _found(app: Flask) -> ClinicApp:
    """The ids of what `fill` wrote."""
    subject, held = (_one(select(Subject).where(Subject.screening_number == f"NJ01-S00{n}")).id for n in (1, 2))
    query, asked = (_one(select(Query).where(Query.number == number)).id for number in (1, 2))
    record = _one(select(Record).where(Record.form == "HEM")).id
    return ClinicApp(app, subject, held, record, query, asked, _one(select(Hold)).id)


def _one(statement: Any) -> Any:
    return db.session.scalars(statement).one()


def _engage(clinic: Clinic) -> None:
    for username, name, role, site in PEOPLE:
        user = people.add(OPERATOR, username, name=name, organisation="Nanjing Hospital", password=PASSWORD)
        people.grant(OPERATOR, user, role, site=clinic.sites[site] if site else None)
