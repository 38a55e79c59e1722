"""Somebody at the database itself, past the application: what is refused there, and what is only found later."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from tests.databases import Database, PostgresServer, Server

Run = Callable[[str], list[tuple[Any, ...]]]
REFUSED = (sqlite3.IntegrityError, sqlite3.OperationalError, psycopg.Error)


@dataclass(frozen=True)
class Hand:
    """Runs statements as the owner; `past_triggers` as somebody who takes the triggers away and puts them back."""

    dialect: str
    run: Run

    def refused(self, statement: str) -> str:
        """What the database says to a statement that it does not take."""
        with pytest.raises(REFUSED) as refusal:
            self.run(statement)
        return str(refusal.value)

    def past_triggers(self, table: str, statement: str) -> None:
        """Run a statement while the table's triggers are away."""
        if self.dialect == "postgresql":
            self.run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            self.run(statement)
            guards = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = '{}'::regclass"
            for (name,) in self.run(guards.format(table)):
                self.run(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
            return
        kept = self.run(f"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '{table}'")
        for name, _ in kept:
            self.run(f"DROP TRIGGER {name}")
        self.run(statement)
        for _, sql in kept:
            self.run(sql)


@contextmanager
def hand_at(database: Database, server: Server) -> Iterator[Hand]:
    """A connection with every right, each statement a transaction of its own."""
    if database.dialect == "postgresql":
        assert isinstance(server, PostgresServer)
        address = server.superuser_url(database).replace("+psycopg", "")
        with psycopg.connect(address, autocommit=True) as connection:

            def run(statement: str) -> list[tuple[Any, ...]]:
                cursor = connection.execute(statement)  # type: ignore[call-overload]
                return cursor.fetchall() if cursor.description else []

            yield Hand("postgresql", run)
        return
    file = sqlite3.connect(database.owner_url.removeprefix("sqlite:///"), isolation_level=None, timeout=10)
    try:
        yield Hand("sqlite", lambda statement: file.execute(statement).fetchall())
    finally:
        file.close()
