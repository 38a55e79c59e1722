"""Migrations from nothing make exactly the tables of the models, on both databases, and go back to nothing."""

import re

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect

from audit.ddl import trail_triggers
from audit.faults import Findings
from audit.inventory import check_triggers
from ecrf.app import create_app
from ecrf.db import db
from ecrf.guards import guards
from tests.databases import Database, Server
from tests.ecrf.schema import migrate, settings_for
from tests.house.tree import ROOT, files, name_of, tree_of

MIGRATIONS = files("migrations/versions")


@pytest.fixture
def migrated(server: Server):
    created = server.create(migrate)
    yield created
    server.drop(created)


def test_migrations_make_the_tables_of_the_models(migrated: Database) -> None:
    engine = create_engine(migrated.owner_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        assert compare_metadata(context, db.metadata) == []
    engine.dispose()


def test_every_trigger_stands_after_the_last_migration(migrated: Database) -> None:
    engine = create_engine(migrated.owner_url)
    findings = Findings()
    with engine.connect() as connection:
        check_triggers(connection, [*trail_triggers(migrated.dialect), *guards(migrated.dialect)], findings)
    engine.dispose()
    assert list(findings.faults) == []


def test_migrations_go_back_to_nothing_and_forth_again(database: Database) -> None:
    app = create_app(settings_for(database.owner_url))
    with app.app_context():
        flask_migrate.upgrade()
        flask_migrate.downgrade(revision="base")
        assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
        flask_migrate.upgrade()
        db.engine.dispose()


@pytest.mark.parametrize("path", MIGRATIONS, ids=name_of)
def test_a_migration_is_numbered_says_why_and_knows_no_model(path) -> None:
    assert re.fullmatch(r"\d{4}_[a-z_]+\.py", path.name)
    text = path.read_text(encoding="utf-8")
    assert text.startswith('"""')
    assert "ecrf.models" not in text
    assert {"upgrade", "downgrade"} <= {getattr(node, "name", "") for node in tree_of(path).body}


def test_the_history_is_one_line() -> None:
    numbers = [path.name[:4] for path in MIGRATIONS]
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]
    assert (ROOT / "migrations/alembic.ini").exists()
