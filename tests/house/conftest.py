"""The application as it stands, on a migrated database."""

from collections.abc import Iterator

import pytest
from flask import Flask

from ecrf.app import create_app
from ecrf.db import db
from tests.conftest import Servers
from tests.ecrf.schema import migrate, settings_for


@pytest.fixture(scope="module")
def app(servers: Servers) -> Iterator[Flask]:
    """One application for all tests of a module, as in production."""
    server = servers("sqlite")
    created = server.create(migrate)
    app = create_app(settings_for(created.app_url))
    yield app
    with app.app_context():
        db.engine.dispose()
    server.drop(created)
