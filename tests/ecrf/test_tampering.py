"""Whatever is changed behind the trail's back, in any column of it or of `records`, is found and named by the command.

The triggers are out of the way while it happens and stand again afterwards, as somebody who owns the database would do.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import JSON, LargeBinary, Table

from audit.tables import TRAIL_TABLES, trail_checkpoints
from ecrf.app import create_app
from ecrf.db import db
from ecrf.models.records import Record
from ecrf.models.watched import WATCHED
from tests.databases import Database, Server
from tests.ecrf.hand import Hand, hand_at, prepare, verified
from tests.ecrf.schema import settings_for

TABLES: tuple[Table, ...] = (*(table for table in TRAIL_TABLES if table is not trail_checkpoints), Record.__table__)
COLUMNS = [(table, column.name) for table in TABLES for column in table.columns]

# What becomes of a document's text; SQLite alone has several texts for one document.
JSONS = (("records", "data"), ("queries", "message"), ("queries", "explanation"), ("laboratories", "name"))
Rewrite = Callable[[str], Any]
REWRITES: list[tuple[str, Rewrite]] = [
    *((f"with a ghost that is {what}", lambda old, what=what: f'{{"GHOST":{what},{old[1:]}')
      for what in ("{}", "null", "0", '""', "false", '{"v":null}')),
    ("as a text", json.dumps),
    ("in a list", lambda old: f"[{old}]"),
]  # fmt: skip
RESPELLINGS: list[tuple[str, Rewrite]] = [
    ("with its first key twice", lambda old: f'{{{old[1:].split(":")[0]}:{{"v":"12"}},{old[1:]}'),
    ("with a blank more", lambda old: old.replace(":", ": ", 1)),
    ("with a letter escaped", lambda old: f'{{"\\u{ord(old[2]):04x}{old[3:]}'),
    ("in another order", lambda old: json.dumps(dict(reversed(json.loads(old).items())), separators=(",", ":"))),
    ("as bytes", str.encode),
]


@pytest.fixture
def database(server: Server) -> Iterator[Database]:
    created = server.create(prepare)
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
    assert verified(app)[0] == 0
    unfound = []
    with hand_at(database, server) as hand:
        for table, column in COLUMNS:
            place, restore = _alter(hand, table, column)
            code, said = verified(app)
            if code != 1 or place not in said:
                unfound.append((table.name, column, code, said[:200]))
            restore()
    assert not unfound
    assert verified(app)[0] == 0


@pytest.mark.req("R-11-2", "R-AUD-5")
def test_every_document_that_says_more_or_is_spelled_otherwise_is_found_and_named(
    app: Flask, database: Database, server: Server
) -> None:
    rewrites = [*REWRITES, *(RESPELLINGS if database.dialect == "sqlite" else [])]
    unfound = []
    with hand_at(database, server) as hand:
        for name, rewrite in rewrites:
            done = [_rewrite(hand, table, column, rewrite) for table, column in JSONS]
            code, said = verified(app)
            unfound += [(name, place, code) for place, _ in done
                        if code != 1 or not re.search(f"^{place}(:|/)", said, re.MULTILINE)]  # fmt: skip
            for _, restore in done:
                restore()
    assert not unfound
    assert verified(app)[0] == 0


def test_these_are_all_the_columns_that_hold_documents() -> None:
    there = {(name, column.name) for name, watched in WATCHED.items() for column in watched.table.columns
             if isinstance(column.type, JSON)}  # fmt: skip
    assert there == set(JSONS)


@pytest.mark.req("R-AUD-5")
@pytest.mark.parametrize("table", [table.name for table in TABLES])
def test_a_row_that_vanished_is_found(app: Flask, database: Database, server: Server, table: str) -> None:
    with hand_at(database, server) as hand:
        where = "ordinal = 1" if table in {"trail_changes", "trail_values"} else "1 = 1"
        key = "id" if table == "records" else "chain"
        hand.without_triggers(
            table, f"DELETE FROM {table} WHERE {where} AND {key} = (SELECT max({key}) FROM {table} WHERE {where})"
        )
    code, said = verified(app)
    assert code == 1
    assert "trail" in said or "records" in said


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


def _rewrite(hand: Hand, table: str, column: str, rewrite: Rewrite) -> tuple[str, Callable[[], None]]:
    """Rewrite the longest document of a column; answers its place, and what puts it back."""
    as_text, new = (f"{column}::text", f"CAST({hand.mark} AS jsonb)") if hand.dialect == "postgresql" else (column, "?")
    longest = f"SELECT id, {as_text} FROM {table} WHERE {column} IS NOT NULL ORDER BY length({as_text}) DESC LIMIT 1"
    ((id_, old),) = hand.run(longest)
    update = f"UPDATE {table} SET {column} = {new} WHERE id = {hand.mark}"
    hand.without_triggers(table, update, rewrite(old), id_)
    return f"{table} {id_} {column}", lambda: hand.without_triggers(table, update, old, id_)


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
