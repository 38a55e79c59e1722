"""Fills an empty database with all tables, triggers and privileges, as the migrations do."""

import flask_migrate

from ecrf.app import create_app
from ecrf.config import Settings
from ecrf.db import db
from tests.databases import APPLICATION

SECRET = "a secret for tests alone, long enough"


def settings_for(url: str, **chosen: object) -> Settings:
    """Settings as in production, but for the cost of a password's hash and the rates of log-ins and of the API."""
    rates = {"log_in_rate": "", "api_rate": ""}
    return Settings(**{"database_url": url, "secret_key": SECRET, "testing": True, **rates, **chosen})  # type: ignore[arg-type]


def migrate(url: str) -> None:
    """Bring the database at this address to the newest version."""
    app = create_app(settings_for(url, application_role=APPLICATION))
    with app.app_context():
        flask_migrate.upgrade()
        db.engine.dispose()
