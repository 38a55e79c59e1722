"""One installation for all tests of administration, with an administrator and people of each test's own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

import pytest
from flask import Flask

from ecrf import clock
from ecrf.app import create_app
from ecrf.db import db
from ecrf.policy.grants import Role
from ecrf.services import people
from tests.conftest import Servers
from tests.ecrf.browser import HOST, Browser
from tests.ecrf.conftest import NOON, Clock
from tests.ecrf.people import PASSWORD, add_person, add_sites
from tests.ecrf.schema import migrate, settings_for

NEW = "another long enough phrase"
_NUMBERS = count(1)


@dataclass
class Installation:
    """BEAM with two sites; `zoe` administers, and each test has a `bob` who is not there yet."""

    app: Flask
    clock: Clock
    bob: dict[str, str] = field(default_factory=dict)

    def browser(self, username: str = "zoe", password: str = PASSWORD) -> Browser:
        browser = Browser(self.app)
        assert browser.log_in(username, password).status_code == 302
        return browser

    def person(self, *roles: Role) -> tuple[str, Browser]:
        """Somebody new with these roles, logged in."""
        username = f"ann{next(_NUMBERS)}"
        add_person(self.app, username, *roles)
        return username, self.browser(username)

    def page_of(self, username: str = "") -> str:
        with self.app.app_context():
            return f"/people/{people.find(username or self.bob['username']).id}"

    def add_bob(self, admin: Browser) -> str:
        """Where the link leads that comes of it."""
        return link_in(admin.post("/people/new", self.bob).text)

    def activate_bob(self, admin: Browser) -> Browser:
        """Bob's browser, his password set by himself."""
        path = self.add_bob(admin)
        bob = Browser(self.app)
        bob.get(path)
        assert bob.post(path, {"password": NEW, "again": NEW}).status_code == 303
        assert bob.log_in(self.bob["username"], NEW).status_code == 302
        return bob

    def status_with(self, token: str) -> int:
        """What a program with this token is answered."""
        headers = {"Authorization": f"Bearer {token}"}
        return self.app.test_client().get("/api/v1/me", base_url=HOST, headers=headers).status_code


def link_in(text: str) -> str:
    found = re.search(r'value="https?://[^/]+(/link/[^"]+)"', text)
    assert found, text
    return found[1]


def token_in(text: str) -> str:
    found = re.search(r'value="(ecrf_[^"]+)"', text)
    assert found, text
    return found[1]


@pytest.fixture(scope="package")
def opened(servers: Servers) -> Iterator[Flask]:
    server = servers("sqlite")
    created = server.create(migrate)
    app = create_app(settings_for(created.app_url))
    with clock.told_by(lambda: NOON):
        add_sites(app, "NJ01", "NJ02")
        add_person(app, "zoe", Role.ADMINISTRATOR)
    yield app
    with app.app_context():
        db.engine.dispose()
    server.drop(created)


@pytest.fixture
def place(opened: Flask, time: Clock) -> Installation:
    """The installation at noon."""
    assert clock.now() == time.at
    number = next(_NUMBERS)
    return Installation(
        opened, time, {"username": f"bob{number}", "name": f"Bob{number} Wu", "organisation": "North Clinic"}
    )


@pytest.fixture
def admin(place: Installation) -> Browser:
    """The administrator's browser."""
    return place.browser()
