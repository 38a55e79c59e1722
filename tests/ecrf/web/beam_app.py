"""BEAM behind the application: people of both sites who can log in, and a subject whose screening has begun."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape

from flask import Flask
from werkzeug.test import TestResponse

from ecrf import clock
from ecrf.app import create_app
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.models.sites import Site
from ecrf.policy.actors import OPERATOR
from ecrf.policy.grants import Role
from ecrf.services import people, records, subjects
from ecrf.services.records import Address
from forms.casebook import EventKey
from forms.datum import Datum
from tests.databases import Server, upon
from tests.ecrf import trial
from tests.ecrf.browser import Browser
from tests.ecrf.schema import settings_for

AT = datetime(2026, 3, 5, 1, 30, tzinfo=UTC)
PASSWORD = "walnut harbour seventeen"
SCREENING = EventKey("SE.SCR")
PEOPLE = (
    ("wang", "Wang Min", Role.COORDINATOR, "NJ01"), ("zhang", "Zhang Wei", Role.COORDINATOR, "NJ01"),
    ("liu", "Liu Yang", Role.MONITOR, "NJ01"), ("qian", "Qian Hua", Role.COORDINATOR, "NJ02"),
    ("chen", "Chen Yu", Role.DATA_MANAGER, None),
)  # fmt: skip
BEGUN = {
    "SV": {"VISDAT": "2026-03-04", "VISOCC": "Y"},
    "DM": {"RFICDAT": "2026-03-03", "BRTHDAT": "1991-06-30", "SEX": "F"},
}
OFFERED = {"ALT": "U/L", "AST": "U/L", "ALP": "U/L", "POTAS": "mmol/L"}
"""The units that the page's controls offer by themselves."""
SAMPLE = {"LABID": "LAB_A", "LBDTC": "2026-03-04", "LBDTC.time": "08:05"}


@dataclass
class FormPage:
    """One person at the page of one form, as it was last answered."""

    browser: Browser
    path: str
    answer: TestResponse = field(init=False)

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> "FormPage":
        self.answer = self.browser.get(self.path)
        return self

    def post(self, act: str = "", **typed: str) -> "FormPage":
        """Send what is typed with what the page carries; a redirection is followed."""
        carried = {name: self.hidden(name) for name in ("revision", "base", "row_id")}
        sent = {name.replace("__", "."): value for name, value in typed.items()}
        sent = {f"{item}.unit": unit for item, unit in OFFERED.items() if item in sent} | sent
        self.answer = self.browser.post(self.path + act, {**carried, **sent})
        self.status = self.answer.status_code
        if self.status == 303:
            self.answer = self.browser.get(self.answer.location)
        return self

    @property
    def text(self) -> str:
        return unescape(self.answer.get_data(as_text=True))

    def hidden(self, name: str) -> str:
        found = re.search(rf'type="hidden" name="{name}" value="([^"]*)"', self.answer.get_data(as_text=True))
        return unescape(found[1]) if found else ""

    def value(self, item: str) -> str:
        """What the control of an item holds."""
        found = re.search(rf'<input[^>]* id="{item}"[^>]* value="([^"]*)"', self.answer.get_data(as_text=True))
        return unescape(found[1]) if found else ""

    def saved(self) -> dict[str, dict[str, str]]:
        """The saved answers that the page carries."""
        return json.loads(self.hidden("base") or "{}")


@dataclass(frozen=True)
class BeamApp:
    """The application, and a subject."""

    app: Flask
    subject: str

    def page(self, username: str = "wang", form: str = "CHEM", event: str = "SE.SCR") -> FormPage:
        """Somebody logs in and opens a form."""
        browser = Browser(self.app)
        browser.log_in(username, PASSWORD)
        return FormPage(browser, f"/subjects/{self.subject}/{event}/{form}")


@contextmanager
def beam_app(server: Server, **chosen: object) -> Iterator[Flask]:
    """The application on a copy of the filled database; its clock stands the day after the visit."""
    created = server.create(fill)
    app = create_app(settings_for(created.app_url, **chosen))
    with clock.told_by(lambda: AT):
        yield app
    with app.app_context():
        db.engine.dispose()
    server.drop(created)


def with_new_subject(app: Flask, site: str = "NJ01") -> BeamApp:
    """One more subject of a site, whose visit date and demography are entered: every test has its own."""
    with app.app_context():
        coordinator = trial.found().actor(Role.COORDINATOR, site, name="Wang Min")
        with unit_of_work():
            subject = subjects.register(coordinator, "BEAM", site).id
        for form, typed in BEGUN.items():
            with unit_of_work():
                answers = {item: Datum(text) for item, text in typed.items()}
                records.save(coordinator, Address(subject, SCREENING, form), answers, reasons={}, revision=0)
        db.session.remove()
    return BeamApp(app, subject)


@upon(trial.prepare)
def fill(url: str) -> None:
    """BEAM with its people."""
    with clock.told_by(lambda: datetime(2026, 3, 1, tzinfo=UTC)):
        app = create_app(settings_for(url))
        with app.app_context():
            with unit_of_work():
                _add_people()
            db.engine.dispose()


def _add_people() -> None:
    sites = {site.code: site for site in db.session.query(Site)}
    for username, name, role, site in PEOPLE:
        user = people.add(OPERATOR, username, name=name, organisation="Nanjing Hospital", password=PASSWORD)
        people.grant(OPERATOR, user, role, site=sites[site] if site else None)
