"""The database itself holds what is frozen or locked: hand-written SQL cannot move it, with or without an entry."""

import json
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError

from audit.entries import EntryKey
from audit.row_guards import NO_ENTRY, NOT_REMOVED
from ecrf.guards import HELD
from tests.databases import Database, Server
from tests.ecrf.holding import MOVED, add_row, hold, move_data, prepare, refused, run, told

LEVELS = ("record", "form", "event", "subject", "site", "study")
MOVES = {
    "its data": f"data = '{MOVED}'",
    "its state": "state = 'complete'",
    "its revision": "revision = revision + 1",
    "its version": "study_version = 9",
    "nothing": "state = state",
}


@pytest.fixture
def owner(server: Server) -> Iterator[Engine]:
    """The owner of the database, on a connection that knows nothing of the application."""
    database: Database = server.create(prepare)
    engine = create_engine(database.owner_url)
    yield engine
    engine.dispose()
    server.drop(database)


@pytest.mark.req("R-DM-15", "R-11-9", "R-AUD-2")
@pytest.mark.parametrize("kind", ["freeze", "lock"])
def test_held_data_do_not_move_even_with_an_entry_that_tells_of_it(owner: Engine, kind: str) -> None:
    for level in LEVELS:
        for name, move in MOVES.items():
            said = refused(owner, kind, level, lambda connection, key, record, move=move: run(
                connection, f"UPDATE records SET {move}, chain = :chain, sequence = :sequence WHERE id = :id",
                chain=key.chain, sequence=key.sequence, id=record))  # fmt: skip
            assert HELD in said, (level, name, said)


@pytest.mark.parametrize("level", LEVELS[1:])
def test_a_held_form_takes_no_row_even_with_an_entry_that_tells_of_it(owner: Engine, level: str) -> None:
    assert HELD in refused(owner, "lock", level, add_row)


def subject_begins(connection: Connection, _: EntryKey, id: str) -> None:
    columns = "study_id, site_id, status"
    run(
        connection,
        f"INSERT INTO subjects (id, screening_number, {columns}) SELECT 'subject to come', 'NJ01-S999', {columns} "
        "FROM subjects WHERE id = (SELECT subject_id FROM records WHERE id = :id)", id=id,
    )  # fmt: skip


def subject_leaves(connection: Connection, _: EntryKey, id: str) -> None:
    run(
        connection,
        "UPDATE subjects SET site_id = (SELECT id FROM sites WHERE code = 'NJ02') "
        "WHERE id = (SELECT subject_id FROM records WHERE id = :id)", id=id,
    )  # fmt: skip


@pytest.mark.req("R-DM-11")
@pytest.mark.parametrize("kind", ["freeze", "lock"])
def test_at_a_held_site_no_subject_begins_and_none_leaves(owner: Engine, kind: str) -> None:
    for level in ("site", "study"):
        assert HELD in refused(owner, kind, level, subject_begins)
    assert HELD in refused(owner, kind, "site", subject_leaves)
    assert HELD in refused(owner, "lock", "study", subject_leaves)


def test_without_a_hold_the_same_statements_pass(owner: Engine) -> None:
    """So it is the hold alone that refuses them."""
    for act in (move_data, add_row, subject_begins, subject_leaves):
        with owner.connect() as connection:
            id, key = told(connection)
            act(connection, key, id)
            connection.rollback()


@pytest.mark.parametrize("level", ["item", *LEVELS])
def test_a_change_without_an_entry_is_refused_as_on_data_that_are_not_held(owner: Engine, level: str) -> None:
    with owner.connect() as connection:
        hold(connection, "lock", level)
        with pytest.raises(DBAPIError, match=f"{NO_ENTRY}|{HELD}"):
            run(connection, f"UPDATE records SET data = '{MOVED}' WHERE form = 'CHEM'")


def test_a_held_item_stays_while_the_others_move(owner: Engine) -> None:
    for value in ('{"v": "21", "u": "U/L"}', '{"v": "20"}', None):
        data = {"AST": {"v": "30", "u": "U/L"}} | ({"ALT": json.loads(value)} if value else {})
        assert HELD in refused(owner, "freeze", "item", lambda *args, data=data: move_data(*args, data=data))
    with owner.connect() as connection:
        hold(connection, "freeze", "item")
        id, key = told(connection)
        data = {"AST": {"v": "31", "u": "U/L"}, "ALT": {"v": "20", "u": "U/L"}}
        move_data(connection, key, id, data=data)
        connection.rollback()


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
@pytest.mark.parametrize("second", ['"ALT": {"v": "79"}', '"\\u0041LT": {"v": "79"}', '"A\\u004cT": {"nd": "ND"}'])
def test_a_held_item_is_not_written_twice_so_that_each_reader_sees_another(owner: Engine, second: str) -> None:
    kept = '"ALT":{"u":"U/L","v":"20"}'
    for raw in (f"{{{kept}, {second}}}", f"{{{second}, {kept}}}"):
        assert HELD in refused(owner, "freeze", "item", lambda *args, raw=raw: move_data(*args, raw=raw))


@pytest.mark.req("R-AUD-3", "R-AUD-4")
def test_held_data_are_neither_removed_nor_replaced(owner: Engine) -> None:
    statements = ["DELETE FROM records WHERE id = :id", "UPDATE records SET id = 'x' WHERE id = :id"]
    if owner.dialect.name == "sqlite":
        columns = "study_id, site_id, subject_id, event_id, event, instance, form, row, study_version, state, revision"
        copy = f"INTO records (id, {columns}, data, chain, sequence) SELECT {{}}, {columns}, data, :chain, :sequence"
        statements += [f"{verb} {copy.format(id)} FROM records WHERE id = :id"
                       for verb in ("REPLACE", "INSERT OR REPLACE") for id in ("id", "'x'")]  # fmt: skip
    else:
        statements += ["TRUNCATE records CASCADE", "TRUNCATE holds"]
    for statement in statements:
        said = refused(owner, "lock", "record", lambda connection, key, record, statement=statement: run(
            connection, statement, **{name: value for name, value in
                                      (("id", record), ("chain", key.chain), ("sequence", key.sequence))
                                      if f":{name}" in statement}))  # fmt: skip
        assert any(each in said for each in (NOT_REMOVED, HELD, NO_ENTRY)), statement
