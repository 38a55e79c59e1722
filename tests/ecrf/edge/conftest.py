"""One application for all tests of a module that change nothing but what they look at themselves."""

from collections.abc import Iterator

import pytest
from flask import Flask

from ecrf.app import create_app
from ecrf.db import db
from tests.conftest import Servers
from tests.ecrf.browser import Browser
from tests.ecrf.people import PASSWORD, add_person
from tests.ecrf.probe import install
from tests.ecrf.schema import migrate, settings_for


@pytest.fixture(scope="module")
def standing(servers: Servers) -> Iterator[Flask]:
    """An application on SQLite, with Ann's account and the views that fail."""
    server = servers("sqlite")
    created = server.create(migrate)
    app = install(create_app(settings_for(created.app_url)))
    add_person(app, "ann")
    yield app
    with app.app_context():
        db.engine.dispose()
    server.drop(created)


@pytest.fixture(scope="module")
def ann(standing: Flask) -> Browser:
    """A browser in which Ann is logged in."""
    browser = Browser(standing)
    browser.log_in("ann", PASSWORD)
    browser.get("/login")
    return browser


@pytest.fixture
def stranger(standing: Flask) -> Browser:
    """A browser in which nobody is logged in."""
    return Browser(standing)
