"""The database itself keeps the holds: none is made, lifted, rewritten or removed by hand-written SQL alone."""

from collections.abc import Iterator
from contextlib import nullcontext

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from audit.row_guards import NO_ENTRY, NOT_REMOVED
from ecrf.guards import HELD, ONLY_LIFTED, STAYS_PUT
from ecrf.ids import new_id
from tests.databases import Database, Server
from tests.ecrf.holding import hold, move_data, prepare, refused, run, tell, told


@pytest.fixture
def owner(server: Server) -> Iterator[Engine]:
    """The owner of the database, on a connection that knows nothing of the application."""
    database: Database = server.create(prepare)
    engine = create_engine(database.owner_url)
    yield engine
    engine.dispose()
    server.drop(database)


def test_a_hold_is_only_ever_lifted_and_a_held_record_does_not_step_aside(owner: Engine) -> None:
    rewrites = {
        "UPDATE holds SET kind = 'freeze'": ONLY_LIFTED, "UPDATE holds SET subject_id = 'x'": ONLY_LIFTED,
        "UPDATE holds SET reason = 'x'": ONLY_LIFTED, "UPDATE holds SET held_at = 2": ONLY_LIFTED,
        "DELETE FROM holds": NOT_REMOVED,
    }  # fmt: skip
    for statement, said in rewrites.items():
        with owner.connect() as connection:
            held = hold(connection, "lock", "record")
            key = tell(connection, f"holds/{held}/lifted_at")
            told_of = statement.replace(
                "SET ", f"SET chain = '{key.chain}', sequence = {key.sequence}, lifted_at = 2, "
            )
            with pytest.raises(DBAPIError, match=said):
                run(connection, f"{told_of} WHERE id = '{held}'")
    for column, value in (("subject_id", "'x'"), ("event_id", "'x'"), ("form", "'SV'"), ("row", "7")):
        said = refused(owner, "lock", "record", lambda connection, key, record, column=column, value=value: run(
            connection, f'UPDATE records SET "{column}" = {value}, chain = :chain, sequence = :sequence WHERE id = :id',
            chain=key.chain, sequence=key.sequence, id=record))  # fmt: skip
        assert STAYS_PUT in said or HELD in said


LIFT = "UPDATE holds SET lifted_at = held_at + 1, chain = :chain, sequence = :sequence WHERE id = :id"


@pytest.mark.req("R-DM-15", "R-AUD-2")
def test_a_hold_is_made_and_lifted_with_a_new_entry_that_tells_of_it_alone(owner: Engine) -> None:
    """So that no hand lifts a lock, saves and sets it again with nobody the wiser."""
    with owner.connect() as connection:
        held = hold(connection, "lock", "record")
        made = connection.execute(text("SELECT chain, sequence FROM holds WHERE id = :id"), {"id": held}).one()
        another = tell(connection, f"holds/{new_id()}/lifted_at")
        key = tell(connection, f"holds/{held}/lifted_at")
        wrong = (
            "UPDATE holds SET lifted_at = held_at + 1 WHERE id = :id",
            "UPDATE holds SET lifted_at = held_at + 1, sequence = sequence + 99 WHERE id = :id",
            LIFT.replace(":sequence", str(made.sequence)), LIFT.replace(":sequence", str(another.sequence)),
            LIFT.replace(":chain", "'system'"),
        )  # fmt: skip
        for statement in wrong:
            given = {"id": held, "chain": key.chain, "sequence": key.sequence}
            with pytest.raises(DBAPIError, match=NO_ENTRY), connection.begin_nested():
                run(connection, statement, **{name: given[name] for name in given if f":{name}" in statement})
        with pytest.raises(DBAPIError, match=ONLY_LIFTED), connection.begin_nested():
            run(connection, LIFT.replace("held_at + 1", "NULL"), id=held, **key._asdict())
        run(connection, LIFT, id=held, **key._asdict())
        move_data(connection, told(connection)[1], told(connection)[0])
    with owner.connect() as connection, pytest.raises(DBAPIError, match=NO_ENTRY):
        hold(connection, "lock", "record", tells_of="nothing")


MOVED = [("site", "site_id = 'x'"), ("study", "site_id = 'x'"), ("event", "level = 'subject'")]


@pytest.mark.parametrize(("level", "moved"), MOVED)
def test_what_holds_a_site_moves_to_no_other(owner: Engine, level: str, moved: str) -> None:
    with owner.connect() as connection:
        held = hold(connection, "freeze", level)
        key = tell(connection, f"holds/{held}/site_id")
        with pytest.raises(DBAPIError, match=ONLY_LIFTED):
            run(connection, f"UPDATE holds SET {moved}, chain = :chain, sequence = :sequence WHERE id = :id",
                id=held, **key._asdict())  # fmt: skip


def test_a_lifted_hold_is_never_put_back(owner: Engine) -> None:
    with owner.connect() as connection:
        held = hold(connection, "lock", "record")
        for moment, outcome in (("3", nullcontext()), ("NULL", pytest.raises(DBAPIError, match=ONLY_LIFTED))):
            key = tell(connection, f"holds/{held}/lifted_at")
            with outcome:
                run(connection, LIFT.replace("held_at + 1", moment), id=held, **key._asdict())
