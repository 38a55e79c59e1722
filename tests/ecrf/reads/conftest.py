"""The small study of `tests.ecrf.clinic`, open in one database of each kind; every test leaves it empty again."""

from collections.abc import Iterator

import pytest
from flask import Flask

from ecrf.app import create_app
from ecrf.db import db
from tests.conftest import DIALECTS, Servers
from tests.ecrf.clinic import Clinic, open_clinic
from tests.ecrf.schema import migrate, settings_for


@pytest.fixture(scope="package", params=DIALECTS)
def shared_app(request: pytest.FixtureRequest, servers: Servers) -> Iterator[Flask]:
    """An application for all tests here, for none of them commits."""
    server = servers(request.param)
    created = server.create(migrate)
    app = create_app(settings_for(created.app_url))
    yield app
    with app.app_context():
        db.engine.dispose()
    server.drop(created)


@pytest.fixture
def clinic(shared_app: Flask) -> Iterator[Clinic]:
    with shared_app.app_context():
        yield open_clinic()
        db.session.rollback()
