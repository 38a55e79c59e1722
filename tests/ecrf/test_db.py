"""What the database makes sure of by itself."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from ecrf.db import db, read_only
from ecrf.models.attempts import LoginAttempt
from tests.ecrf.conftest import NOON

KEY = b"k" * 32


def counter(app: Flask) -> None:
    with app.app_context():
        db.session.add(LoginAttempt(name_hash=KEY, failures=0, last_at=NOON))
        db.session.commit()


def add_one(app: Flask) -> None:
    """A read-modify-write as a service does it: what is to change is read with its lock (a no-op on SQLite)."""
    with app.app_context():
        row = db.session.scalars(select(LoginAttempt).with_for_update()).one()
        row.failures += 1
        db.session.commit()


@pytest.mark.req("R-SEC-9")
def test_four_threads_of_a_hundred_read_modify_writes_lose_nothing(app: Flask) -> None:
    counter(app)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: add_one(app), range(400)))
    with app.app_context():
        assert db.session.scalar(select(LoginAttempt.failures)) == 400


@pytest.mark.req("R-SEC-25")
def test_a_transaction_that_reads_cannot_write_and_the_next_one_can(app: Flask) -> None:
    with app.app_context():
        read_only()
        with pytest.raises(DatabaseError, match=r"read-?only"):
            db.session.execute(LoginAttempt.__table__.insert().values(name_hash=KEY, failures=0, last_at=NOON))
        db.session.rollback()
    counter(app)


def test_a_reader_does_not_wait_for_a_writer(app: Flask) -> None:
    counter(app)
    with app.app_context():
        db.session.execute(LoginAttempt.__table__.update().values(failures=7))
        with app.app_context():
            read_only()
            assert db.session.scalar(select(LoginAttempt.failures)) == 0


@pytest.mark.parametrize("statement", ["DROP TABLE users", "ALTER TABLE users ADD COLUMN x INTEGER"])
def test_the_application_cannot_undo_its_tables(app: Flask, statement: str) -> None:
    with app.app_context(), pytest.raises(DatabaseError, match=r"not authorized|must be owner"):
        db.session.execute(text(statement))


def test_sqlite_keeps_every_promise_on_every_connection(app: Flask) -> None:
    with app.app_context():
        if db.engine.dialect.name != "sqlite":
            pytest.skip("PostgreSQL has no pragmas")
        said = {name: db.session.scalar(text(f"PRAGMA {name}")) for name in ("foreign_keys", "synchronous",
                "recursive_triggers", "journal_mode", "busy_timeout")}  # fmt: skip
    assert said == {"foreign_keys": 1, "synchronous": 2, "recursive_triggers": 1, "journal_mode": "wal",
                    "busy_timeout": 10000}  # fmt: skip
