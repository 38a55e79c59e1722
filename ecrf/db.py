"""The database: one metadata for all tables, typed models, and engines that lose no update.

Every transaction is a writer's unless it is said to read alone: on SQLite a writer begins IMMEDIATE (a deferred one
loses updates silently, measured), a reader begins plainly and may not write; on PostgreSQL it is READ ONLY.
"""

import sqlite3
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import DeclarativeBase

from audit.sqlite_guard import guard
from audit.tables import metadata as _metadata

READS_ONLY = "postgresql_readonly"
MIGRATES = "ecrf_migrates"
_PRAGMAS = (
    "PRAGMA busy_timeout = 10000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",
)


class Model(DeclarativeBase):
    """What every table's model is built on; it shares its metadata with the tables of the trail."""

    metadata = _metadata


# Nothing is flushed by itself: rows are written after the entry that tells of them, never by a query in between.
db = SQLAlchemy(metadata=_metadata, session_options={"autoflush": False})


def init_app(app: Flask) -> None:
    """Give the application its database; its address stands in the settings."""
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)


def prepare(engine: Engine) -> Engine:
    """Teach an engine how its connections open and how its transactions begin; the same engine is handed back."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _open_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def read_only() -> None:
    """Let the transaction that now begins read alone: the database itself refuses a write until it ends."""
    db.session.connection(execution_options={READS_ONLY: True})


def for_migrations(connection: Connection) -> Connection:
    """A connection that may alter tables and triggers, which the application's own may not; it leaves the pool."""
    driver = connection.connection.driver_connection
    connection.detach()
    connection.execution_options(**{MIGRATES: True})
    if isinstance(driver, sqlite3.Connection):
        driver.set_authorizer(None)
        driver.execute("PRAGMA foreign_keys = OFF")  # rebuilding a table must not touch the rows that point at it
    return connection


def _open_sqlite(connection: sqlite3.Connection, record: Any) -> None:
    connection.isolation_level = None  # type: ignore[assignment, unused-ignore]
    for pragma in _PRAGMAS:
        connection.execute(pragma)
    # The trail's list parameter is a virtual table, which a guarded connection could no longer set up.
    connection.execute("SELECT 1 FROM json_each('[]')").fetchall()
    guard(connection)
    record.info["query_only"] = False


def _begin_sqlite(connection: Connection) -> None:
    reads = bool(connection.get_execution_options().get(READS_ONLY))
    info = connection.connection.info
    if info.get("query_only") != reads:
        connection.exec_driver_sql("PRAGMA query_only = 1" if reads else "PRAGMA query_only = 0")
        info["query_only"] = reads
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
