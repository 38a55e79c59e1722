"""What a load balancer is told: whether work may be sent here, and nothing else."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import text

from ecrf import clock
from ecrf.app import create_app
from ecrf.db import db, for_migrations
from tests.databases import Database
from tests.ecrf.schema import settings_for

ALL = {"database": "ok", "migrations": "ok", "guards": "ok", "disk": "ok", "clock": "ok"}


def told(app: Flask) -> tuple[int, str, dict[str, str]]:
    answer = app.test_client().get("/health")
    return answer.status_code, answer.json["status"], answer.json["checks"]


def test_a_server_that_can_work_says_so_to_anybody(app: Flask) -> None:
    assert told(app) == (200, "ok", ALL)


def test_a_clock_apart_from_the_databases_is_told_and_work_goes_on(app: Flask, migrated: Database) -> None:
    with clock.told_by(lambda: datetime.now(UTC) - timedelta(minutes=5)):
        status, said, checks = told(app)
    apart = migrated.dialect == "postgresql"  # SQLite has no clock of its own
    assert (status, said, checks["clock"]) == ((200, "degraded", "low") if apart else (200, "ok", "ok"))


def test_a_missing_guard_takes_the_server_out_of_work(app: Flask, migrated: Database) -> None:
    owner = create_app(settings_for(migrated.owner_url))
    gone = "DROP TRIGGER trail_entries_keeps" + (" ON trail_entries" if migrated.dialect == "postgresql" else "")
    with owner.app_context():
        with db.engine.connect() as connection, for_migrations(connection).begin():
            connection.execute(text(gone))
        db.engine.dispose()
    assert told(app) == (503, "failing", {**ALL, "guards": "failing"})


def test_a_database_of_an_earlier_migration_takes_the_server_out_of_work(database: Database) -> None:
    app = create_app(settings_for(database.owner_url))
    with app.app_context():
        flask_migrate.upgrade(revision="0005")
    assert told(app)[:2] == (503, "failing")
    assert told(app)[2]["migrations"] == "failing"
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_a_database_that_does_not_answer_is_told_without_its_address(make_app: Callable[..., Flask]) -> None:
    app = make_app(database_url="postgresql+psycopg://someone:secret-word@127.0.0.1:1/none")
    answer = app.test_client().get("/health")
    assert answer.status_code == 503
    assert "secret-word" not in answer.text
    assert "127.0.0.1" not in answer.text
