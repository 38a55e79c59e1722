"""The few statements that write the trail, compiled once: constant texts, whatever the number of changes.

SQLite takes rows one after the other in one call, PostgreSQL takes columns as arrays in one statement.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ARRAY, Column, Connection, String, Table, Text, bindparam, func, insert, select
from sqlalchemy.dialects import registry, sqlite

from audit.tables import trail_changes, trail_entries, trail_values

Position = tuple[int, int]
"""Sequence and ordinal of a change in its chain."""

_POSTGRESQL = registry.load("postgresql.psycopg")()
_ORDINALS = 1 << 20  # more changes than one entry can hold

_READ_HEAD = {
    "sqlite": "SELECT sequence, recorded_at, hash FROM trail_heads WHERE chain = ?",
    "postgresql": "SELECT sequence, recorded_at, hash FROM trail_heads WHERE chain = %s FOR UPDATE",
}
_BEGIN_HEAD = {
    "sqlite": "INSERT INTO trail_heads (chain, sequence, recorded_at, hash) VALUES (?, 0, 0, ?)",
    "postgresql": "INSERT INTO trail_heads (chain, sequence, recorded_at, hash) VALUES (%s, 0, 0, %s)"
    " ON CONFLICT DO NOTHING",
}
_MOVE_HEAD = {
    "sqlite": "UPDATE trail_heads SET sequence = ?, recorded_at = ?, hash = ? WHERE chain = ? AND sequence = ?",
    "postgresql": "UPDATE trail_heads SET sequence = %s, recorded_at = %s, hash = %s"
    " WHERE chain = %s AND sequence = %s",
}
_PREDECESSORS = {
    "sqlite": """
        SELECT wanted.value, (
            SELECT sequence * 1048576 + ordinal FROM trail_changes
            WHERE chain = ? AND path = wanted.value AND mark = 'set'
            ORDER BY sequence DESC, ordinal DESC LIMIT 1)
        FROM json_each(?) AS wanted""",
    "postgresql": """
        SELECT wanted.path, (
            SELECT sequence * 1048576::bigint + ordinal FROM trail_changes
            WHERE chain = %s AND path = wanted.path AND mark = 'set'
            ORDER BY sequence DESC, ordinal DESC LIMIT 1)
        FROM unnest(%s::text[]) AS wanted (path)""",
}


def _insert_rows(table: Table) -> str:
    return str(insert(table).compile(dialect=sqlite.dialect()))


def _insert_columns(table: Table) -> str:
    columns = [func.unnest(bindparam(column.name, type_=_array_of(column))) for column in table.c]
    statement = insert(table).from_select(list(table.c.keys()), select(*columns))
    return str(statement.compile(dialect=_POSTGRESQL))


def _array_of(column: Column[Any]) -> ARRAY[Any]:
    """Texts without their length: a cast to varchar(n) would cut what the insert must refuse."""
    return ARRAY(Text() if isinstance(column.type, String) else column.type)


_INSERT_ROWS = {table: _insert_rows(table) for table in (trail_entries, trail_changes, trail_values)}
_INSERT_COLUMNS = {table: _insert_columns(table) for table in (trail_entries, trail_changes, trail_values)}


def insert_all(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows, each in the order of the table's columns; instants as microseconds."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_INSERT_ROWS[table], list(rows))
    else:
        columns = zip(table.c.keys(), zip(*rows, strict=True), strict=True)
        connection.exec_driver_sql(_INSERT_COLUMNS[table], {name: list(values) for name, values in columns})


def read_head(connection: Connection, chain: str) -> tuple[int, int, bytes] | None:
    """Sequence, time and hash of a chain's last entry; on PostgreSQL nobody else moves the head until we are done."""
    row = connection.exec_driver_sql(_READ_HEAD[connection.dialect.name], (chain,)).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


def begin_head(connection: Connection, chain: str, first: bytes) -> None:
    """Make a chain's head; whoever else does so at the same moment is waited for."""
    connection.exec_driver_sql(_BEGIN_HEAD[connection.dialect.name], (chain, first))


def move_head(connection: Connection, chain: str, before: int, to: tuple[int, int, bytes]) -> bool:
    """Move a head that still stands where it was read; says whether it did."""
    return connection.exec_driver_sql(_MOVE_HEAD[connection.dialect.name], (*to, chain, before)).rowcount == 1


def last_changes(connection: Connection, chain: str, paths: Iterable[str]) -> dict[str, Position]:
    """Where each path was set last in this chain, for those that ever were."""
    wanted = list(paths)
    if not wanted:
        return {}
    dialect = connection.dialect.name
    given = json.dumps(wanted) if dialect == "sqlite" else wanted
    found = connection.exec_driver_sql(_PREDECESSORS[dialect], (chain, given))
    return {path: divmod(place, _ORDINALS) for path, place in found if place is not None}
