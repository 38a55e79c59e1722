"""The database itself holds what is frozen or locked: hand-written SQL cannot move it, with or without an entry."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from audit.entries import Actor, Change, EntryKey, Header, append
from audit.row_guards import NO_ENTRY, NOT_REMOVED
from ecrf.app import create_app
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.guards import HELD, ONLY_LIFTED, STAYS_PUT
from ecrf.ids import new_id
from ecrf.services import holds
from ecrf.services.holds import Target
from forms.datum import Datum
from tests.databases import Database, Server
from tests.ecrf import trial
from tests.ecrf.schema import settings_for
from tests.ecrf.services import conftest as clinics

MOVED = json.dumps({"ALT": {"v": "40", "u": "U/L"}})
AT = datetime(2099, 1, 1, tzinfo=UTC)
LEVELS = ("record", "form", "subject")
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
    database: Database = server.create(_prepare)
    engine = create_engine(database.owner_url)
    yield engine
    engine.dispose()
    server.drop(database)


@pytest.mark.req("R-DM-15", "R-11-9", "R-AUD-2")
@pytest.mark.parametrize("kind", ["freeze", "lock"])
def test_held_data_do_not_move_even_with_an_entry_that_tells_of_it(owner: Engine, kind: str) -> None:
    for level in LEVELS:
        for name, move in MOVES.items():
            said = _refused(owner, kind, level, lambda connection, key, record, move=move: _run(
                connection, f"UPDATE records SET {move}, chain = :chain, sequence = :sequence WHERE id = :id",
                chain=key.chain, sequence=key.sequence, id=record))  # fmt: skip
            assert HELD in said, (level, name, said)


@pytest.mark.parametrize("level", ["form", "subject"])
def test_a_held_form_takes_no_row_even_with_an_entry_that_tells_of_it(owner: Engine, level: str) -> None:
    assert HELD in _refused(owner, "lock", level, _add_row)


def test_without_a_hold_the_same_statements_pass(owner: Engine) -> None:
    """So it is the hold alone that refuses them."""
    for act in (_move_data, _add_row):
        with owner.connect() as connection:
            id, key = _told(connection)
            act(connection, key, id)
            connection.rollback()


@pytest.mark.parametrize("level", ["item", *LEVELS])
def test_a_change_without_an_entry_is_refused_as_on_data_that_are_not_held(owner: Engine, level: str) -> None:
    with owner.connect() as connection:
        _hold(connection, "lock", level)
        with pytest.raises(DBAPIError, match=f"{NO_ENTRY}|{HELD}"):
            _run(connection, f"UPDATE records SET data = '{MOVED}' WHERE form = 'CHEM'")


def test_a_held_item_stays_while_the_others_move(owner: Engine) -> None:
    for value in ('{"v": "21", "u": "U/L"}', '{"v": "20"}', None):
        data = {"AST": {"v": "30", "u": "U/L"}} | ({"ALT": json.loads(value)} if value else {})
        assert HELD in _refused(owner, "freeze", "item", lambda *args, data=data: _move_data(*args, data=data))
    with owner.connect() as connection:
        _hold(connection, "freeze", "item")
        id, key = _told(connection)
        data = {"AST": {"v": "31", "u": "U/L"}, "ALT": {"v": "20", "u": "U/L"}}
        _move_data(connection, key, id, data=data)
        connection.rollback()


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
        said = _refused(owner, "lock", "record", lambda connection, key, record, statement=statement: _run(
            connection, statement, **{name: value for name, value in
                                      (("id", record), ("chain", key.chain), ("sequence", key.sequence))
                                      if f":{name}" in statement}))  # fmt: skip
        assert any(each in said for each in (NOT_REMOVED, HELD, NO_ENTRY)), statement


def test_a_hold_is_only_ever_lifted_and_a_held_record_does_not_step_aside(owner: Engine) -> None:
    rewrites = {
        "UPDATE holds SET kind = 'freeze'": ONLY_LIFTED, "UPDATE holds SET subject_id = 'x'": ONLY_LIFTED,
        "UPDATE holds SET reason = 'x'": ONLY_LIFTED, "DELETE FROM holds": NOT_REMOVED,
    }  # fmt: skip
    for statement, said in rewrites.items():
        with owner.connect() as connection:
            _hold(connection, "lock", "record")
            with pytest.raises(DBAPIError, match=said):
                _run(connection, statement)
    for column, value in (("subject_id", "'x'"), ("event_id", "'x'"), ("form", "'SV'"), ("row", "7")):
        said = _refused(owner, "lock", "record", lambda connection, key, record, column=column, value=value: _run(
            connection, f'UPDATE records SET "{column}" = {value}, chain = :chain, sequence = :sequence WHERE id = :id',
            chain=key.chain, sequence=key.sequence, id=record))  # fmt: skip
        assert STAYS_PUT in said or HELD in said


def test_a_lifted_hold_is_never_put_back(owner: Engine) -> None:
    with owner.connect() as connection:
        _hold(connection, "lock", "record")
        _run(connection, "UPDATE holds SET lifted_at = held_at WHERE lifted_at IS NULL")
        with pytest.raises(DBAPIError, match=ONLY_LIFTED):
            _run(connection, "UPDATE holds SET lifted_at = NULL")


def _refused(owner: Engine, kind: str, level: str, act) -> str:  # type: ignore[no-untyped-def]
    """What the database says when it refuses an act on held data, told of by a true new entry; all is rolled back."""
    with owner.connect() as connection:
        _hold(connection, kind, level)
        id, key = _told(connection)
        with pytest.raises(DBAPIError) as refused:
            act(connection, key, id)
        connection.rollback()
    return str(refused.value.orig)


def _hold(connection: Connection, kind: str, level: str) -> None:
    """A hold as the service would write it."""
    parts = {
        "item": ("NULL", "NULL", "id", "'ALT'"), "record": ("NULL", "NULL", "id", "NULL"),
        "form": ("event_id", "form", "NULL", "NULL"), "subject": ("NULL", "NULL", "NULL", "NULL"),
    }[level]  # fmt: skip
    _run(
        connection,
        "INSERT INTO holds (id, study_id, site_id, subject_id, level, kind, event_id, form, record_id, item, held_at, "
        f"held_by) SELECT :id, study_id, site_id, subject_id, :level, :kind, {', '.join(parts)}, 1, 'Eve' "
        "FROM records WHERE form = 'CHEM'",
        id=new_id(), level=level, kind=kind,
    )  # fmt: skip


def _told(connection: Connection) -> tuple[str, EntryKey]:
    """The chemistry record, and a new entry of its chain that sets one of its items, and one of a row to come."""
    id, chain = _run(connection, "SELECT id, chain FROM records WHERE form = 'CHEM'").one()
    header = Header("record.saved", chain, Actor("eve", "Eve"), AT)
    changes = [Change(f"records/{each}/data/ALT", "40", "datum", "U/L") for each in (id, "row to come")]
    return id, append(connection, header, changes)


def _move_data(connection: Connection, key: EntryKey, id: str, data: object = None) -> None:
    statement = "UPDATE records SET data = :data, chain = :chain, sequence = :sequence WHERE id = :id"
    if connection.dialect.name == "postgresql":
        statement = statement.replace(":data", "CAST(:data AS jsonb)")
    _run(connection, statement, data=json.dumps(data) if data else MOVED, chain=key.chain, sequence=key.sequence, id=id)


def _add_row(connection: Connection, key: EntryKey, id: str) -> None:
    columns = "study_id, site_id, subject_id, event_id, event, instance, form, study_version, state, revision, data"
    _run(
        connection,
        f'INSERT INTO records (id, {columns}, "row", chain, sequence) SELECT \'row to come\', {columns}, 1, :chain, '
        ":sequence FROM records WHERE id = :id", chain=key.chain, sequence=key.sequence, id=id,
    )  # fmt: skip


def _run(connection: Connection, statement: str, **given: object):  # type: ignore[no-untyped-def]
    return connection.execute(text(statement), given)


def _prepare(url: str) -> None:
    clinics.prepare(url)
    app = create_app(settings_for(url))
    with app.app_context():
        clinic = clinics.Clinic(trial.found(), db.session.scalar(text("SELECT id FROM subjects")))
        clinic.sample("CHEM", ALT=Datum("20", "U/L"), AST=Datum("30", "U/L"))
        manager = clinic.by("data_manager")
        with unit_of_work(manager):  # a hold that was lifted holds nothing
            hold = holds.lock(manager, Target("record", clinic.subject, clinic.record("CHEM").id)).id
            holds.lift(manager, hold, clinics.BECAUSE)
        db.session.remove()
        db.engine.dispose()
