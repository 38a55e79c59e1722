"""The rows of a database of the first release (migration 0005), recorded with a real trail, and put into a new one.

They are loaded before migration 0005 installs the guards of the data, in the order in which the trail's own guards take
them: a chain's head at its beginning, its entries, their changes and values, and then the head moves on.
"""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, Connection, inspect

from audit.hashing import genesis

FILE = Path(__file__).with_name("first_release.json")
BEFORE_THE_GUARDS, FIRST_RELEASE = "0004", "0005"
Rows = list[tuple[Any, ...]]


def load(connection: Connection) -> None:
    """Put the recorded rows into a database at migration 0004."""
    for table, columns, rows in _recorded():
        if table == "trail_heads":
            begun = [(row[0], 0, 0, genesis(row[0])) for row in rows]
            _insert(connection, table, columns, begun)
        else:
            _insert(connection, table, columns, rows)
        if table == "trail_values":
            _move_heads(connection)


def _recorded() -> Iterator[tuple[str, list[str], Rows]]:
    for table, held in json.loads(FILE.read_text("utf-8")).items():
        yield table, held["columns"], [tuple(map(_value, row)) for row in held["rows"]]


def _value(kept: Any) -> Any:
    return base64.b64decode(kept["b"]) if isinstance(kept, dict) else kept


def _insert(connection: Connection, table: str, columns: list[str], rows: Rows) -> None:
    kinds = {column["name"]: column["type"] for column in inspect(connection).get_columns(table)}
    truths = {at for at, name in enumerate(columns) if isinstance(kinds[name], Boolean)}
    if connection.dialect.name == "postgresql":
        rows = [tuple(bool(v) if at in truths and v is not None else v for at, v in enumerate(row)) for row in rows]
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    names = ", ".join(f'"{name}"' for name in columns)
    statement = f'INSERT INTO "{table}" ({names}) VALUES ({", ".join([mark] * len(columns))})'
    connection.exec_driver_sql(statement, rows)


def _move_heads(connection: Connection) -> None:
    heads = next(rows for table, _, rows in _recorded() if table == "trail_heads")
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    moved = f"UPDATE trail_heads SET sequence = {mark}, recorded_at = {mark}, hash = {mark} WHERE chain = {mark}"
    for chain, sequence, recorded_at, hash in heads:
        connection.exec_driver_sql(moved, (sequence, recorded_at, hash, chain))


def stored(connection: Connection) -> dict[str, tuple[list[str], Rows]]:
    """Every recorded table as it now stands: the recorded columns of all its rows, in one order."""
    return {table: (columns, _rows(connection, table, columns)) for table, columns, _ in _recorded()}


def _rows(connection: Connection, table: str, columns: list[str]) -> Rows:
    names = ", ".join(f'"{name}"' for name in columns)
    rows = connection.exec_driver_sql(f'SELECT {names} FROM "{table}"')
    return sorted((tuple(map(_plain, row)) for row in rows), key=repr)


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value
