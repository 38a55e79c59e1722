"""Whatever is changed behind the trail's back, in any column of it or of `records`, is found and named by the command.

The triggers are out of the way while it happens and stand again afterwards, as somebody who owns the database would do.
"""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import LargeBinary, Table

from audit.tables import TRAIL_TABLES, trail_checkpoints
from ecrf.app import create_app
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.models.records import Record
from ecrf.services import records, subjects
from ecrf.services.records import Address
from ecrf.services.trail import Reason
from forms.casebook import EventKey
from forms.datum import Datum
from tests.databases import Database, PostgresServer, Server
from tests.ecrf import trial
from tests.ecrf.schema import settings_for

TABLES: tuple[Table, ...] = (*(table for table in TRAIL_TABLES if table is not trail_checkpoints), Record.__table__)
COLUMNS = [(table, column.name) for table in TABLES for column in table.columns]
SCREENING = EventKey("SE.SCR")


@pytest.fixture
def database(server: Server) -> Iterator[Database]:
    created = server.create(_prepare)
    yield created
    server.drop(created)


@pytest.fixture
def app(database: Database) -> Iterator[Flask]:
    made = create_app(settings_for(database.app_url))
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.mark.req("R-11-2", "R-AUD-5", "R-EMA-33")
@pytest.mark.timeout(280)
def test_every_column_that_is_changed_by_hand_is_found_and_named(
    app: Flask, database: Database, server: Server
) -> None:
    assert _verify(app)[0] == 0
    unfound = []
    with _hand(database, server) as hand:
        for table, column in COLUMNS:
            place, restore = _alter(hand, table, column)
            code, said = _verify(app)
            if code != 1 or place not in said:
                unfound.append((table.name, column, code, said[:200]))
            restore()
    assert not unfound
    assert _verify(app)[0] == 0


@pytest.mark.req("R-AUD-5")
@pytest.mark.parametrize("table", [table.name for table in TABLES])
def test_a_row_that_vanished_is_found(app: Flask, database: Database, server: Server, table: str) -> None:
    with _hand(database, server) as hand:
        where = "ordinal = 1" if table in {"trail_changes", "trail_values"} else "1 = 1"
        key = "id" if table == "records" else "chain"
        hand.without_triggers(
            table, f"DELETE FROM {table} WHERE {where} AND {key} = (SELECT max({key}) FROM {table} WHERE {where})"
        )
    code, said = _verify(app)
    assert code == 1
    assert "trail" in said or "records" in said


class Hand:
    """Somebody at the database with every right."""

    def __init__(self, run: Callable[..., list[tuple[Any, ...]]], dialect: str, mark: str) -> None:
        self.run, self.dialect, self.mark = run, dialect, mark

    def without_triggers(self, table: str, statement: str, *given: Any) -> None:
        if self.dialect == "postgresql":
            names = [name for (name,) in self.run(
                "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", table
            )]  # fmt: skip
            self.run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            self.run(statement, *given)
            for name in names:
                self.run(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
            return
        kept = self.run("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", table)
        for name, _ in kept:
            self.run(f"DROP TRIGGER {name}")
        self.run(statement, *given)
        for _, sql in kept:
            self.run(sql)


def _alter(hand: Hand, table: Table, column: str) -> tuple[str, Callable[[], None]]:
    """Change one column of one row; answers the chain or the record that it belonged to, and what puts it back."""
    keys = [key.name for key in table.primary_key]
    chosen = "form = 'CHEM'" if table.name == "records" else "1 = 1"
    quoted = ", ".join(f'"{name}"' for name in [*keys, column])
    filled = f'"{column}" IS NOT NULL AND {chosen}'
    rows = hand.run(f"SELECT {quoted} FROM {table.name} WHERE {filled} ORDER BY 1, 2 LIMIT 1")
    rows = rows or hand.run(f"SELECT {quoted} FROM {table.name} WHERE {chosen} ORDER BY 1, 2 LIMIT 1")
    *key, value = rows[0]
    new = _altered(table, column, value)
    where = " AND ".join(f'"{name}" = {hand.mark}' for name in keys)
    update = f'UPDATE {table.name} SET "{column}" = {hand.mark} WHERE {where}'
    hand.without_triggers(table.name, update, new, *key)
    moved = [new if name == column else part for name, part in zip(keys, key, strict=True)]
    return key[0], lambda: hand.without_triggers(table.name, update, _given(value), *moved)


def _altered(table: Table, column: str, value: Any) -> Any:
    kind = table.columns[column].type
    if isinstance(value, dict | str) and column == "data":
        data = json.loads(value) if isinstance(value, str) else value
        return json.dumps({**data, "ALT": {**data["ALT"], "v": "40"}})
    if isinstance(value, int):
        return value + 1000
    if isinstance(kind, LargeBinary):
        return bytes([value[0] ^ 1]) + value[1:]
    if value is None:
        return "x" if kind.python_type is str else 1
    other = {"set": "note", "in_progress": "complete"}.get(value)
    return other or f"{value[:-1]}{'y' if value.endswith('x') else 'x'}"


def _given(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict) else value


def _verify(app: Flask) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["trail", "verify"])
    return result.exit_code, result.output


@contextmanager
def _hand(database: Database, server: Server) -> Iterator[Hand]:
    if database.dialect == "postgresql":
        assert isinstance(server, PostgresServer)
        with psycopg.connect(server.superuser_url(database).replace("+psycopg", ""), autocommit=True) as connection:

            def run(statement: str, *given: Any) -> list[tuple[Any, ...]]:
                cursor = connection.execute(statement, given or None)
                return cursor.fetchall() if cursor.description else []

            run("SET session_replication_role = replica")  # foreign keys look away
            for table, name in run("SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'c'"):
                if re.fullmatch(r"\w+", table):
                    run(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
            yield Hand(run, "postgresql", "%s")
        return
    connection = sqlite3.connect(database.owner_url.removeprefix("sqlite:///"), isolation_level=None)
    connection.execute("PRAGMA ignore_check_constraints = ON")
    yield Hand(lambda statement, *given: connection.execute(statement, given).fetchall(), "sqlite", "?")
    connection.close()


def _prepare(url: str) -> None:
    """A subject with three saves, one refused value and one correction, so that every column has something in it."""
    trial.prepare(url)
    app = create_app(settings_for(url))
    with app.app_context():
        by = trial.found().actor("coordinator")
        with unit_of_work():
            subject = subjects.register(by, "BEAM", "NJ01").id
            dm = {"RFICDAT": Datum("2026-03-03"), "BRTHDAT": Datum("1991-06-30"), "SEX": Datum("M")}
            chem = {"LABID": Datum("LAB_A"), "LBDTC": Datum("2026-03-04T08:00"), "ALT": Datum("96", "U/L"),
                    "POTAS": Datum("43", "mmol/L")}  # fmt: skip
            for form, answers in (("DM", dm), ("CHEM", chem)):
                records.save(by, Address(subject, SCREENING, form), answers, reasons={}, revision=0)
            corrected = {"ALT": Datum("79", "U/L", "<"), "AST": Datum(missing="NOTDONE")}
            reasons = {"ALT": Reason("transcription", "read from the line above")}
            records.save(by, Address(subject, SCREENING, "CHEM"), corrected, reasons=reasons, revision=1)
        db.engine.dispose()
