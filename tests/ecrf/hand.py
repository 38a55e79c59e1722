"""Somebody at the database with every right, the data that are tampered with, and what the command then says."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from flask import Flask

from ecrf.app import create_app
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.services import records, subjects
from ecrf.services.records import Address
from ecrf.services.trail import Reason
from forms.casebook import EventKey
from forms.datum import Datum
from tests.databases import Database, PostgresServer, Server, upon
from tests.ecrf import trial
from tests.ecrf.schema import settings_for

SCREENING = EventKey("SE.SCR")


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


@contextmanager
def hand_at(database: Database, server: Server) -> Iterator[Hand]:
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


def verified(app: Flask) -> tuple[int, str]:
    """The exit code of `flask trail verify`, and what it printed."""
    result = app.test_cli_runner().invoke(args=["trail", "verify"])
    return result.exit_code, result.output


@upon(trial.prepare)
def prepare(url: str) -> None:
    """A subject with three saves, one refused value and one correction, so that every column has something in it."""
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
