"""The database itself: nothing held goes or comes back, and what has gone does not move, whoever writes the SQL."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError

from audit.entries import EntryKey
from ecrf.guards import GONE, HELD
from tests.databases import Database, Server
from tests.ecrf.holding import move_data, prepare, refused, run, tell, told

LEVELS = ("item", "record", "form", "event", "subject", "site", "study")
NEW_EVENT = (
    "INSERT INTO events (id, study_id, site_id, subject_id, oid, instance, state) SELECT 'new', study_id, site_id, "
    "subject_id, 'SE.UNS', 1, 'not_done' FROM records WHERE id = :id"
)
VISIT_GOES = "UPDATE events SET state = 'removed' WHERE id = (SELECT event_id FROM records WHERE id = :id)"


@pytest.fixture
def owner(server: Server) -> Iterator[Engine]:
    """The owner of the database, on a connection that knows nothing of the application."""
    database: Database = server.create(prepare)
    engine = create_engine(database.owner_url)
    yield engine
    engine.dispose()
    server.drop(database)


def goes(connection: Connection, key: EntryKey, id: str) -> None:
    statement = "UPDATE records SET state = 'removed', chain = :chain, sequence = :sequence WHERE id = :id"
    run(connection, statement, chain=key.chain, sequence=key.sequence, id=id)


def visit_goes(connection: Connection, _: EntryKey, id: str) -> None:
    run(connection, VISIT_GOES, id=id)


def visit_begins(connection: Connection, _: EntryKey, id: str) -> None:
    run(connection, NEW_EVENT, id=id)


@pytest.mark.req("R-DM-15", "R-AUD-2")
def test_nothing_held_goes_and_no_visit_with_something_held_in_it(owner: Engine) -> None:
    for level in LEVELS:
        assert HELD in refused(owner, "freeze", level, goes), level
        assert HELD in refused(owner, "lock", level, visit_goes), level
    assert HELD in refused(owner, "freeze", "subject", visit_begins)


def test_what_has_gone_does_not_move(owner: Engine) -> None:
    for away in (goes, visit_goes):
        with owner.connect() as connection:
            id, key = told(connection)
            away(connection, key, id)
            further = tell(connection, f"records/{id}/data/ALT")
            with pytest.raises(DBAPIError, match=GONE):
                move_data(connection, further, id)
            connection.rollback()


def test_without_a_hold_the_same_statements_pass(owner: Engine) -> None:
    for statement in (VISIT_GOES, NEW_EVENT):
        with owner.connect() as connection:
            id, key = told(connection)
            run(connection, statement, id=id)
            goes(connection, key, id)
            connection.rollback()
