"""The databases that every other test stands on."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import ProgrammingError

from tests.databases import Database, Server


def test_a_database_takes_tables_and_rows(database: Database) -> None:
    engine = create_engine(database.owner_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE thing (id INTEGER)"))
        connection.execute(text("INSERT INTO thing VALUES (1)"))
        assert connection.scalar(text("SELECT count(*) FROM thing")) == 1
    engine.dispose()


def _make_one_row(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE thing (id INTEGER)"))
        connection.execute(text("INSERT INTO thing VALUES (1)"))
    engine.dispose()


def test_what_was_prepared_is_in_every_copy_and_what_a_test_adds_is_not(server: Server) -> None:
    for _ in range(2):
        database = server.create(_make_one_row)
        engine = create_engine(database.owner_url)
        with engine.begin() as connection:
            assert connection.scalar(text("SELECT count(*) FROM thing")) == 1
            connection.execute(text("INSERT INTO thing VALUES (2)"))
        engine.dispose()
        server.drop(database)


def test_on_postgresql_the_application_is_not_the_owner(database: Database) -> None:
    if database.dialect == "sqlite":
        assert database.app_url == database.owner_url
        return
    _make_one_row(database.owner_url)
    engine = create_engine(database.app_url)
    with engine.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
        connection.execute(text("SELECT * FROM thing"))
    engine.dispose()
