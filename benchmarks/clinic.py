"""A throw-away installation with BEAM in force at one site, a coordinator, and as many subjects as are asked for."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory

import flask_migrate
from flask import Flask

from benchmarks.answers import DEMOGRAPHY
from ecrf.app import create_app
from ecrf.config import Settings
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.models.studies import Study
from ecrf.policy.actors import OPERATOR, Actor, Grant
from ecrf.policy.grants import Role
from ecrf.services import laboratories, people, records, sites, studies, subjects
from forms.casebook import EventKey
from forms.loading.loader import load_study

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "forms/studies/beam"
SITE, USERNAME, PASSWORD = "NJ01", "bench", f"harbour {token_hex(8)} walnut"
BUILDER = Actor("bench-builder", "Builder", "Sponsor", (Grant(Role.STUDY_BUILDER), Grant(Role.DATA_MANAGER)))


@dataclass(frozen=True)
class Clinic:
    """The installation: its settings, its application, its coordinator and its subjects."""

    settings: Settings
    app: Flask
    coordinator: Actor
    subjects: tuple[str, ...]

    def screening(self, subject: str, form: str) -> records.Address:
        """A form of a subject's screening."""
        return records.Address(subject, EventKey("SE.SCR"), form)


@contextmanager
def opened(count: int) -> Iterator[Clinic]:
    """An installation on a new SQLite file on this disk, gone afterwards."""
    (ROOT / "build").mkdir(exist_ok=True)
    with TemporaryDirectory(dir=ROOT / "build") as folder:
        url = f"sqlite:///{folder}/ecrf.db"
        settings = Settings(database_url=url, secret_key=token_hex(32), demo=True)
        app = create_app(settings)
        with app.app_context():
            flask_migrate.upgrade()
        with app.app_context(), unit_of_work():
            coordinator = _found()
        with app.app_context():
            yield Clinic(settings, app, coordinator, tuple(_subject(coordinator) for _ in range(count)))
            db.engine.dispose()


def _found() -> Actor:
    """Publish the study, open the site, hire the coordinator."""
    version = studies.publish(BUILDER, PACKAGE)
    study = db.session.get_one(Study, version.study_id)
    site = sites.add(OPERATOR, study, SITE, "Site 1", "Asia/Shanghai")
    studies.put_in_force(BUILDER, site, version.number, approval="EC 1")
    for laboratory in load_study(PACKAGE).laboratories:
        laboratories.add(BUILDER, study, laboratory.code, dict(laboratory.label.by_language))
    laboratories.approve(BUILDER, study, laboratories.propose(BUILDER, study, load_study(PACKAGE).ranges))
    user = people.add(OPERATOR, USERNAME, name="Wang Min", organisation="Site 1", password=PASSWORD)
    people.grant(OPERATOR, user, Role.COORDINATOR, study=study, site=site)
    return Actor(user.id, user.name, user.organisation, (Grant(Role.COORDINATOR, study.id, site.id),))


def _subject(by: Actor) -> str:
    """A subject whose sex and age are known, so that every range row can be found."""
    with unit_of_work():
        subject = subjects.register(by, "BEAM", SITE)
        demography = records.Address(subject.id, EventKey("SE.SCR"), "DM")
        records.save(by, demography, DEMOGRAPHY, reasons={}, revision=0)
        return subject.id
