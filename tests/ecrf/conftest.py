"""The application on a migrated database of its own, once on SQLite and once on PostgreSQL, and a browser to it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from ecrf import clock
from ecrf.app import create_app
from ecrf.db import db
from ecrf.reads import definitions
from ecrf.services import studies
from tests.databases import Database, Server
from tests.ecrf.browser import Browser
from tests.ecrf.schema import migrate, settings_for

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> None:
        self.at += timedelta(**by)


@pytest.fixture(autouse=True)
def later_versions() -> Iterator[None]:
    """Forget what was read of later versions: databases are copies of one, where version 2 is another in each."""
    yield
    for kept in (studies._COMPILED, definitions._DEFINITIONS):
        for key in [key for key in kept if key[1] > 1]:
            del kept[key]


@pytest.fixture
def migrated(server: Server) -> Iterator[Database]:
    """A database with all tables, triggers and privileges."""
    created = server.create(migrate)
    yield created
    server.drop(created)


@pytest.fixture
def make_app(migrated: Database) -> Iterator[Callable[..., Flask]]:
    """Makes applications on that database, with settings chosen by the test."""
    with ExitStack() as made:

        def make(**chosen: object) -> Flask:
            app = create_app(settings_for(migrated.app_url, **chosen))
            made.callback(_dispose, app)
            return app

        yield make


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """The application as in production."""
    return make_app()


@pytest.fixture
def client(app: Flask) -> Browser:
    """A browser, nobody logged in."""
    return Browser(app)


@pytest.fixture
def time() -> Iterator[Clock]:
    """The application's clock, standing at noon until the test moves it."""
    standing = Clock()
    with clock.told_by(standing):
        yield standing


def _dispose(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose()
