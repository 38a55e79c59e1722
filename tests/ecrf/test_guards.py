"""The database keeps every watched row: nothing removes or replaces one, by whichever of its keys and whoever asks."""

import sqlite3
from collections.abc import Iterator

import pytest
from sqlalchemy import PrimaryKeyConstraint, Table, UniqueConstraint, create_engine, text
from sqlalchemy.exc import DBAPIError

from audit.row_guards import NO_ENTRY, NOT_REMOVED
from ecrf.app import create_app
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.guards import KEPT_TABLES, NAMING_TABLES, ONLY_LIFTED
from ecrf.models.watched import WATCHED
from ecrf.policy.grants import Role
from ecrf.services import holds, planning, queries
from ecrf.services.holds import Target
from forms.casebook import EventKey
from forms.datum import Datum
from tests.databases import Database, Server, upon
from tests.ecrf import trial
from tests.ecrf.people import add_person, token_of
from tests.ecrf.schema import settings_for
from tests.ecrf.services import conftest as clinics

KEYS = [(table, key) for table, keys in KEPT_TABLES.items() for key in keys]


@pytest.fixture
def database(server: Server) -> Iterator[Database]:
    created = server.create(_prepare)
    yield created
    server.drop(created)


def test_every_watched_table_is_kept_by_all_its_keys() -> None:
    assert KEPT_TABLES.keys() == WATCHED.keys()
    for name, keys in KEPT_TABLES.items():
        assert set(keys) == _keys_of(WATCHED[name].table), name
        assert keys[0] == ("id",)


def test_every_table_that_can_name_an_entry_must_name_it() -> None:
    can = {name for name, watched in WATCHED.items() if {"chain", "sequence"} <= set(watched.fields)}
    assert can == set(NAMING_TABLES)


@pytest.mark.req("R-AUD-3")
@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_sqlite_replaces_no_row_by_any_of_its_keys_even_without_its_pragmas(database: Database) -> None:
    for table, key in KEYS:
        for wording in ("INSERT OR REPLACE INTO", "REPLACE INTO"):
            with _bare(database) as connection:
                said = _replaces(connection, wording, table, key)
            # A row that names its entry is refused by either of its guards, whichever SQLite asks first.
            allowed = (NOT_REMOVED, NO_ENTRY) if table in NAMING_TABLES else (NOT_REMOVED,)
            assert said in {f"{table}: {each}" for each in allowed}, (table, key)


@pytest.mark.req("R-AUD-3")
@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_sqlite_updates_no_row_over_another(database: Database) -> None:
    with _bare(database) as connection, pytest.raises(sqlite3.IntegrityError, match=NOT_REMOVED):
        connection.execute("UPDATE OR REPLACE sites SET code = 'NJ01' WHERE code = 'NJ02'")
    with _bare(database) as connection, pytest.raises(sqlite3.IntegrityError, match=NOT_REMOVED):
        connection.execute("UPDATE OR REPLACE studies SET rowid = rowid + 1")


@pytest.mark.req("R-AUD-3", "R-AUD-4", "R-ALC-9")
@pytest.mark.parametrize("who", ["owner", "application"])
def test_no_row_is_removed(database: Database, who: str) -> None:
    empties = ["DELETE FROM {}", "UPDATE {} SET id = 'x'"]
    if database.dialect == "postgresql":
        empties += ["TRUNCATE {} CASCADE", "DELETE FROM ONLY {}"]
    engine = create_engine(database.owner_url if who == "owner" else database.app_url)
    for table in KEPT_TABLES:
        for statement in empties:
            with pytest.raises(DBAPIError) as refused, engine.begin() as connection:
                connection.execute(text(statement.format(table)))
            said = str(refused.value.orig)
            refusals = (NOT_REMOVED, "permission denied", NO_ENTRY, ONLY_LIFTED, "stays")
            assert any(each in said for each in refusals), statement
    engine.dispose()


def _keys_of(table: Table) -> set[tuple[str, ...]]:
    kinds = (PrimaryKeyConstraint, UniqueConstraint)
    return {tuple(column.name for column in each.columns) for each in table.constraints if isinstance(each, kinds)}


def _replaces(connection: sqlite3.Connection, wording: str, table: str, key: tuple[str, ...]) -> str:
    """Try to put a copy of a row in its place that shares this key with it and no other; what the database says."""
    filled = " AND ".join(f'"{column}" IS NOT NULL' for column in key)
    row = connection.execute(f"SELECT * FROM {table} WHERE {filled} LIMIT 1").fetchone()
    if row is None:  # no subject has been given a subject number yet
        assert (table, key) == ("subjects", ("study_id", "subject_number"))
        row = {**connection.execute("SELECT * FROM subjects").fetchone(), "subject_number": "B-001"}
        connection.execute("UPDATE subjects SET subject_number = 'B-001'")
    columns = WATCHED[table].table.columns
    others = {column for other in KEPT_TABLES[table] if other != key for column in other} - {*key}
    free = {name for name in others if not columns[name].foreign_keys}
    copy = {name: _other(value) if name in free else value for name, value in dict(row).items()}
    names = ", ".join(f'"{name}"' for name in copy)
    try:
        connection.execute(f"{wording} {table} ({names}) VALUES ({', '.join('?' * len(copy))})", list(copy.values()))
    except sqlite3.IntegrityError as refused:
        return str(refused)
    return "replaced"


def _other(value: object) -> object:
    if isinstance(value, int):
        return value + 1
    return value[:-1] + b"x" if isinstance(value, bytes) else f"{str(value)[:-1]}~"


def _bare(database: Database) -> sqlite3.Connection:
    """A connection that forgot every PRAGMA of ours; what it does is rolled back at the end of its block."""
    connection = sqlite3.connect(database.owner_url.removeprefix("sqlite:///"))
    connection.row_factory = sqlite3.Row
    return connection


@upon(clinics.prepare)
def _prepare(url: str) -> None:
    """The clinic with something in every kept table."""
    app = create_app(settings_for(url))
    with app.app_context():
        subject = db.session.scalar(text("SELECT id FROM subjects"))
        clinic = clinics.Clinic(trial.found(), subject)
        clinic.sample("CHEM", ALT=Datum("81", "U/L"), CREA=Datum("92", "umol/L"))
        manager = clinic.by("data_manager")
        with unit_of_work(manager):
            queries.raise_query(manager, clinic.record("CHEM").id, "ALT", "Which value stands?")
            holds.freeze(manager, Target("record", subject, clinic.record("CHEM").id))
        clinic.save("DM", revision=1, SEX="F")  # leaves a stale mark
        with unit_of_work():
            planning.plan_visit(clinic.by(), subject, EventKey("SE.W2"), on="2026-03-18")
            planning.plan_site(manager, "BEAM", "NJ01", subjects="24", starts_on="2026-01-01", ends_on="2026-12-31")
        db.session.remove()
    add_person(app, "ann", Role.AUDITOR)
    token_of(app, "ann")
    with app.app_context():
        db.engine.dispose()
