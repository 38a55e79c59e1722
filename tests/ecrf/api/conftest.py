"""BEAM behind the API, on each kind of database, with one person for each role and site."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from flask import Flask

from ecrf import clock
from ecrf.app import create_app
from ecrf.db import db
from ecrf.policy.grants import SITE_BOUND, Role
from tests.conftest import DIALECTS, Servers
from tests.ecrf.api.program import Program
from tests.ecrf.conftest import Clock
from tests.ecrf.people import add_person, token_of
from tests.ecrf.schema import settings_for
from tests.ecrf.trial import found, prepare


@dataclass
class Office:
    """The application with its programs, one for each person; `clock` stands at noon of the first visit."""

    app: Flask
    clock: Clock
    owner_url: str
    programs: dict[str, Program] = field(default_factory=dict)

    def __getitem__(self, person: str) -> Program:
        """The program of a role, at NJ01 where it is one of sites; `coordinator NJ02` names the other site."""
        return self.programs[person]


@contextmanager
def open_office(servers: Servers, dialect: str) -> Iterator[Office]:
    """An office on a database of its own."""
    server, standing = servers(dialect), Clock()
    created = server.create(prepare)
    with clock.told_by(standing):
        office = Office(create_app(settings_for(created.app_url)), standing, created.owner_url)
        _engage(office)
        yield office
        with office.app.app_context():
            db.engine.dispose()
    server.drop(created)


def _engage(office: Office) -> None:
    with office.app.app_context():
        sites = found().sites
    for role in Role:
        for code in sites if role in SITE_BOUND else (None,):
            person = role.value if code in (None, "NJ01") else f"{role.value} {code}"
            username = person.replace(" ", ".").lower()
            add_person(office.app, username, role, site=sites[code] if code else None)
            office.programs[person] = Program(office.app, token_of(office.app, username))


@pytest.fixture(scope="module", params=DIALECTS)
def office(request: pytest.FixtureRequest, servers: Servers) -> Iterator[Office]:
    """One for all tests of a module, which register subjects of their own."""
    with open_office(servers, request.param) as made:
        yield made


@pytest.fixture(scope="module")
def quick_office(servers: Servers) -> Iterator[Office]:
    """The same on SQLite alone, for what no database has a part in."""
    with open_office(servers, "sqlite") as made:
        yield made


@pytest.fixture(scope="module")
def screened(office: Office) -> str:
    """A subject whose screening is entered, but for what a module asks about."""
    subject = office["coordinator"].register()
    office["coordinator"].enter(subject)
    return subject
