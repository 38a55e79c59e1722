"""A database of the first release comes through all later migrations with its values, its entries and its proof."""

from collections.abc import Callable, Iterator
from typing import Any

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import Connection, text

from audit.faults import Report
from audit.verify import verify
from ecrf import revisions
from ecrf.app import create_app
from ecrf.db import db, for_migrations
from ecrf.reads.proofs import prove
from tests.databases import APPLICATION, Database
from tests.ecrf import recorded
from tests.ecrf.schema import settings_for


@pytest.fixture
def first_release(database: Database) -> Iterator[Flask]:
    """The application of today on a database as the first release left it."""
    app = create_app(settings_for(database.owner_url, application_role=APPLICATION))
    with app.app_context():
        flask_migrate.upgrade(revision=recorded.BEFORE_THE_GUARDS)
        with db.engine.connect() as connection:
            migrating = for_migrations(connection)
            with migrating.begin():
                recorded.load(migrating)
        flask_migrate.upgrade(revision=recorded.FIRST_RELEASE)
        yield app
        db.session.remove()
        db.engine.dispose()


def asked(ask: Callable[[Connection], Any]) -> Any:
    with db.engine.connect() as connection:
        return ask(connection)


def revision() -> str:
    return asked(lambda connection: connection.scalar(text("SELECT version_num FROM alembic_version")))


def counts(report: Report) -> tuple[int, int, int]:
    assert (report.faults, report.unknown) == ((), None)
    return report.chains, report.entries, report.changes


@pytest.mark.req("R-EMA-25", "R-AUD-13")
def test_what_the_first_release_kept_is_the_same_after_each_and_all_later_migrations(first_release: Flask) -> None:
    before, proved = asked(recorded.stored), counts(asked(verify))
    assert before["trail_values"][1]
    for later in revisions.known()[revisions.known().index(recorded.FIRST_RELEASE) + 1 :]:
        flask_migrate.upgrade(revision=later)
        assert counts(asked(verify)) == proved, later
    assert revision() == revisions.newest()
    assert asked(recorded.stored) == before
    report, false_definitions = prove(None)
    assert (counts(report), false_definitions) == (proved, ())
    assert report.rows == sum(len(rows) for table, (_, rows) in before.items() if not table.startswith("trail_"))


@pytest.mark.req("R-EMA-25")
def test_a_downgrade_that_would_drop_data_is_refused_and_changes_nothing(
    first_release: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    flask_migrate.upgrade()
    before = asked(recorded.stored)
    for target in (recorded.FIRST_RELEASE, "base"):
        with pytest.raises(SystemExit):
            flask_migrate.downgrade(revision=target)
        assert "would drop data: " in caplog.messages[-1]
        assert revision() == revisions.newest()
    assert asked(recorded.stored) == before
    assert counts(prove(None)[0])
