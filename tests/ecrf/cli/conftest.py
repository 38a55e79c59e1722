"""Commands on a database that the trial stands in, or on one that is none yet."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from click.testing import Result
from flask import Flask

from ecrf.app import create_app
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.policy.actors import OPERATOR
from ecrf.policy.grants import SITE_BOUND, Role
from ecrf.services import people, sites, studies
from tests.databases import Database, Server, upon
from tests.ecrf import trial
from tests.ecrf.people import PASSWORD
from tests.ecrf.schema import settings_for

Run = Callable[..., Result]
ACCOUNTS = {"ann": (Role.COORDINATOR, "NJ01"), "bea": (Role.STUDY_BUILDER, None), "max": (Role.MONITOR, "NJ01"),
            "dan": (Role.DATA_MANAGER, None), "zoe": (Role.COORDINATOR, "NJ02")}  # fmt: skip


@pytest.fixture
def trial_database(server: Server) -> Iterator[Database]:
    """BEAM at its sites, with a coordinator `ann`, a builder `bea`, a monitor `max`, a manager `dan`."""
    created = server.create(_prepare)
    yield created
    server.drop(created)


@pytest.fixture
def run(trial_database: Database) -> Iterator[Run]:
    """Runs a command on the trial."""
    with application(trial_database.app_url) as app:
        yield runner(app)


@contextmanager
def application(url: str) -> Iterator[Flask]:
    app = create_app(settings_for(url))
    yield app
    with app.app_context():
        db.engine.dispose()


def runner(app: Flask) -> Run:
    return lambda *args, **options: app.test_cli_runner().invoke(args=[str(arg) for arg in args], **options)


@upon(trial.prepare)
def _prepare(url: str) -> None:
    with application(url) as app, app.app_context(), unit_of_work():
        study = studies.find_study("BEAM")
        for username, (role, code) in ACCOUNTS.items():
            user = people.add(OPERATOR, username, name=username.title(), organisation="Clinic", password=PASSWORD)
            people.grant(OPERATOR, user, role, site=sites.find(study, code) if role in SITE_BOUND and code else None)
