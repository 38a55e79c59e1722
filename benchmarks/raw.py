"""The limit: what Python's sqlite3 alone reaches for one saved form of 20 items with 20 rows of audit.

One transaction a save, WAL, `synchronous=FULL`, one client; nothing is checked, asked, hashed or explained.
"""

import sqlite3
from pathlib import Path
from uuid import uuid4

from benchmarks.clock import Measured, measure

ITEMS = 20
SCHEMA = """
CREATE TABLE items (record TEXT, item TEXT, value TEXT, unit TEXT, PRIMARY KEY (record, item)) WITHOUT ROWID;
CREATE TABLE audit (id INTEGER PRIMARY KEY, record TEXT, item TEXT, old TEXT, new TEXT, actor TEXT, at INTEGER);
"""
SET_ITEM = "INSERT INTO items VALUES (?, ?, ?, ?) ON CONFLICT (record, item) DO UPDATE SET value = excluded.value"
ADD_AUDIT = "INSERT INTO audit (record, item, old, new, actor, at) VALUES (?, ?, ?, ?, ?, ?)"


def connect(path: Path) -> sqlite3.Connection:
    """A connection as durable as the application's."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def save(connection: sqlite3.Connection, record: str, turn: int, items: int = ITEMS) -> None:
    """One form of so many items, its rows of audit beside it."""
    names = [f"ITEM{number}" for number in range(items)]
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(SET_ITEM, [(record, name, str(turn), "U/L") for name in names])
    connection.executemany(ADD_AUDIT, [(record, name, str(turn - 1), str(turn), "jane", turn) for name in names])
    connection.execute("COMMIT")


def measure_raw(folder: Path, turns: int = 2000, items: int = ITEMS) -> Measured:
    """Saves of ever new forms into a new file in the folder."""
    connection = connect(folder / f"{uuid4().hex}.db")
    connection.executescript(SCHEMA)
    measured = measure(lambda turn: save(connection, uuid4().hex, turn, items), range(turns))
    connection.close()
    return measured
