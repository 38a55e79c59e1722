"""The ways past append-only triggers that were measured (requirements D.3), each closed."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DatabaseError, DBAPIError

from audit.sqlite_guard import guard
from tests.audit.world import World, open_engine
from tests.databases import OWNER

ENTRY = """INTO trail_entries (chain, sequence, schema, recorded_at, actor_name, action, origin, previous_hash, hash)
    SELECT '{chain}', {sequence}, 1, recorded_at, 'Eve', 'forged', 'page', {previous}, hash
    FROM trail_entries WHERE chain = 'study:s1' AND sequence = 2"""
SAME = ENTRY.format(chain="study:s1", sequence=2, previous="previous_hash")
CHANGE = "INTO trail_changes (chain, sequence, ordinal, mark, path, commitment) SELECT chain, {sequence}, {ordinal}, "
CHANGE += "mark, path, commitment FROM trail_changes WHERE chain = 'study:s1' AND sequence = 2 AND ordinal = 0"
VALUE = "INTO trail_values (chain, sequence, ordinal, salt, kind) SELECT chain, {sequence}, {ordinal}, salt, kind "
VALUE += "FROM trail_values WHERE chain = 'study:s1' AND sequence = 2 AND ordinal = 0"
HEAD = "INTO trail_heads (chain, sequence, recorded_at, hash) SELECT '{chain}', {sequence}, recorded_at, hash "
HEAD += "FROM trail_heads WHERE chain = 'study:s1'"
CHECKPOINT = "INTO trail_checkpoints (number, recorded_at, occasion, heads, tree_size, root, previous_hash, hash) "
CHECKPOINT += "SELECT {number}, 0, 'lock', '[]', 0, hash, hash, hash FROM trail_heads WHERE chain = 'study:s1'"

# What a foreign hand may try on either database, whoever's hand it is.
CHANGES_HISTORY = {
    "update an entry": "UPDATE trail_entries SET actor_name = 'Eve'",
    "update a change": "UPDATE trail_changes SET path = 'x'",
    "update a value": "UPDATE trail_values SET value = 'x'",
    "delete an entry": "DELETE FROM trail_entries WHERE chain = 'study:s1' AND sequence = 9",
    "delete a change": "DELETE FROM trail_changes WHERE chain = 'study:s1' AND sequence = 9",
    "delete a value": "DELETE FROM trail_values WHERE chain = 'study:s1' AND sequence = 9",
    "delete a head": "DELETE FROM trail_heads",
    "move a head back": "UPDATE trail_heads SET sequence = sequence - 1",
    "move a head on to nothing": "UPDATE trail_heads SET sequence = sequence + 1",
    "move a head nowhere": "UPDATE trail_heads SET sequence = sequence",
    "rename a head": "UPDATE trail_heads SET chain = 'x'",
    "change a head's hash": "UPDATE trail_heads SET hash = (SELECT min(hash) FROM trail_entries)",
    "change a head's time": "UPDATE trail_heads SET recorded_at = recorded_at + 1",
    "insert an entry again": f"INSERT {SAME}",
    "insert an entry back-dated": "INSERT " + ENTRY.format(chain="study:s1", sequence=-5, previous="previous_hash"),
    "insert an entry at zero": "INSERT " + ENTRY.format(chain="study:s1", sequence=0, previous="previous_hash"),
    "insert an entry after a gap": "INSERT " + ENTRY.format(chain="study:s1", sequence=99, previous="hash"),
    "insert an entry that follows another": "INSERT "
    + ENTRY.format(chain="study:s1", sequence=11, previous="previous_hash"),
    "insert an entry without a head": "INSERT " + ENTRY.format(chain="new", sequence=1, previous="previous_hash"),
    "add a change to a closed entry": "INSERT " + CHANGE.format(sequence=2, ordinal=50),
    "add a change to the last entry": "INSERT " + CHANGE.format(sequence=10, ordinal=50),
    "add a change to no entry": "INSERT " + CHANGE.format(sequence=11, ordinal=0),
    "add a value to a closed entry": "INSERT " + VALUE.format(sequence=2, ordinal=50),
    "add a value to no change": "INSERT " + VALUE.format(sequence=11, ordinal=0),
    "begin a head in the middle": "INSERT " + HEAD.format(chain="new", sequence=3),
    "begin a head again": "INSERT " + HEAD.format(chain="study:s1", sequence=0),
    "skip a checkpoint": "INSERT " + CHECKPOINT.format(number=2),
    "upsert an entry": f"INSERT {SAME} AND true ON CONFLICT (chain, sequence) DO UPDATE SET actor_name = 'Eve'",
    "upsert a head": "INSERT "
    + HEAD.format(chain="study:s1", sequence=0)
    + " AND true ON CONFLICT (chain) DO UPDATE SET sequence = 0",
    "delete a thing": "DELETE FROM things WHERE id = 's1-t1'",
    "change a thing with no entry": "UPDATE things SET count = 7 WHERE id = 's1-t1'",
    "change a thing naming the last entry": "UPDATE things SET count = 7, sequence = 10 WHERE id = 's1-t1'",
    "change a thing's id": "UPDATE things SET id = 'x', sequence = 10 WHERE id = 's1-t3'",
    "add a thing naming another's entry": "INSERT INTO things (id, study_id, data, chain, sequence) "
    "SELECT 'x', study_id, data, chain, sequence FROM things WHERE id = 's1-t1'",
}
REPLACES = {
    "replace an entry": f"INSERT OR REPLACE {SAME}",
    "replace into": f"REPLACE {SAME}",
    "ignore an entry": "INSERT OR IGNORE " + ENTRY.format(chain="study:s1", sequence=-5, previous="previous_hash"),
    "replace a change": "INSERT OR REPLACE " + CHANGE.format(sequence=2, ordinal=0),
    "replace a value": "INSERT OR REPLACE " + VALUE.format(sequence=2, ordinal=0),
    "replace a head": "INSERT OR REPLACE " + HEAD.format(chain="study:s1", sequence=0),
    "update or replace an entry": "UPDATE OR REPLACE trail_entries SET sequence = sequence + 1",
    "update or replace a head": "UPDATE OR REPLACE trail_heads SET chain = 'study:s2' WHERE chain = 'study:s1'",
    "replace a thing": "REPLACE INTO things SELECT * FROM things WHERE id = 's1-t1'",
    "replace a thing by its other key": "REPLACE INTO things (id, study_id, label, data, chain, sequence) "
    "SELECT 'x', study_id, label, data, chain, sequence FROM things WHERE label IS NOT NULL LIMIT 1",
    "replace a thing by its row id": "REPLACE INTO things (rowid, id, study_id, data, chain, sequence) "
    "SELECT rowid, 'x', study_id, data, chain, sequence FROM things WHERE id = 's1-t1'",
    "update or replace a thing by row id": "UPDATE OR REPLACE things SET sequence = 10, rowid = "
    "(SELECT rowid FROM things WHERE id = 's1-t1') WHERE id = 's1-t3'",
}
SAID = ("only what comes next", "what is written is", "a head only moves on", "things: ")
UNDOES = (
    "DROP TRIGGER trail_entries_keeps",
    "DROP TABLE trail_entries",
    "ALTER TABLE trail_entries RENAME TO gone",
    "ALTER TABLE trail_entries DROP COLUMN actor_name",
    "CREATE TRIGGER eve AFTER INSERT ON trail_entries BEGIN SELECT 1; END",
    "CREATE TEMP TRIGGER eve AFTER INSERT ON main.trail_entries BEGIN SELECT 1; END",
    "PRAGMA writable_schema = ON",
    "PRAGMA recursive_triggers = OFF",
    "PRAGMA foreign_keys = OFF",
    "PRAGMA ignore_check_constraints = ON",
)


def refused(engine: Engine, statement: str) -> str:
    """Run it; what the database says when it refuses."""
    with pytest.raises(DBAPIError) as refusal, engine.begin() as connection:
        connection.execute(text(statement))
    return str(refusal.value.orig)


@pytest.mark.req("R-AUD-3", "R-AUD-4")
@pytest.mark.parametrize("who", ["owner", "application"])
def test_what_is_written_stays_as_it_is(past: World, who: str) -> None:
    for name, statement in CHANGES_HISTORY.items():
        said = refused(getattr(past, who), statement)
        assert any(word in said for word in ("trail_", "things", "permission denied")), name
        assert "syntax" not in said, name
    assert past.verify().exit_code == 0


@pytest.mark.req("R-AUD-3")
@pytest.mark.parametrize("recursive_triggers", [True, False])
def test_sqlite_replaces_nothing_even_where_a_connection_forgets_its_pragma(
    sqlite_past: World, *, recursive_triggers: bool
) -> None:
    engine = open_engine(sqlite_past.database.owner_url, recursive_triggers=recursive_triggers)
    sqlite_past.put("s1-t4", label="unique")
    for name, statement in {**CHANGES_HISTORY, **REPLACES}.items():
        said = refused(engine, statement)
        assert any(words in said for words in SAID), (name, said)
    engine.dispose()
    assert sqlite_past.verify().exit_code == 0


@pytest.mark.req("R-AUD-3")
def test_the_application_cannot_undo_the_guards_of_sqlite(sqlite_past: World) -> None:
    engine = open_engine(sqlite_past.database.app_url, guard=guard)
    for statement in UNDOES:
        with pytest.raises(DatabaseError, match="not authorized"), engine.begin() as connection:
            connection.exec_driver_sql(statement)
    with pytest.raises(DatabaseError, match=r"not authorized|may not be modified"), engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM sqlite_master WHERE type = 'trigger'")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA table_info(trail_entries)").all()
    engine.dispose()


@pytest.mark.req("R-AUD-4")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE trail_entries SET actor_name = 'Eve'",
        "DELETE FROM trail_entries",
        "TRUNCATE trail_entries",
        "TRUNCATE trail_values",
        "ALTER TABLE trail_entries DISABLE TRIGGER ALL",
        "ALTER TABLE trail_entries ADD COLUMN x integer",
        "DROP TRIGGER trail_entries_keeps ON trail_entries",
        "DROP TABLE trail_entries",
        "SET session_replication_role = replica",
        f"SET ROLE {OWNER}",
        "CREATE OR REPLACE FUNCTION trail_entries_keeps() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    ],
)
def test_the_application_of_postgresql_lacks_the_privilege(postgres_past: World, statement: str) -> None:
    said = refused(postgres_past.application, statement)
    assert "permission denied" in said or "must be owner" in said


@pytest.mark.req("R-AUD-4")
@pytest.mark.parametrize(("sequence", "says"), [(-5, "violates check constraint"), (99, "only what comes next")])
def test_overriding_assigns_no_number_of_ones_own(postgres_past: World, sequence: int, says: str) -> None:
    forged = ENTRY.format(chain="study:s1", sequence=sequence, previous="previous_hash")
    statement = "INSERT " + forged.replace("SELECT", "OVERRIDING SYSTEM VALUE SELECT", 1)
    assert says in refused(postgres_past.application, statement)


@pytest.mark.req("R-AUD-4")
def test_not_even_the_owner_truncates(postgres_past: World) -> None:
    for table in ("trail_entries", "trail_changes", "trail_values", "trail_heads", "trail_checkpoints", "things"):
        said = refused(postgres_past.owner, f"TRUNCATE {table} CASCADE")
        assert "what is written" in said or "rows are neither" in said


@pytest.fixture
def superuser(postgres_past: World) -> Iterator[Connection]:
    engine = open_engine(postgres_past.database.owner_url.replace(OWNER, "postgres", 1))
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.mark.req("R-AUD-4")
def test_playing_a_replica_does_not_get_past_the_triggers(superuser: Connection) -> None:
    superuser.exec_driver_sql("SET session_replication_role = replica")
    with pytest.raises(DBAPIError, match="what is written is neither changed nor removed"):
        superuser.exec_driver_sql("UPDATE trail_entries SET actor_name = 'Eve'")


@pytest.mark.req("R-AUD-4")
def test_a_temporary_table_does_not_stand_in_for_a_real_one(postgres_past: World) -> None:
    with postgres_past.application.connect() as connection:
        connection.exec_driver_sql("CREATE TEMP TABLE trail_heads AS SELECT chain, 1 AS sequence FROM trail_heads")
        with pytest.raises(DBAPIError, match="only what comes next"):
            connection.exec_driver_sql("INSERT " + CHANGE.format(sequence=2, ordinal=50))


@pytest.mark.req("R-AUD-4", "R-AUD-5")
def test_an_owner_who_switches_a_trigger_off_changes_history_and_is_found(postgres_past: World) -> None:
    with postgres_past.owner.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE trail_entries DISABLE TRIGGER USER")
        connection.exec_driver_sql(
            "UPDATE trail_entries SET actor_name = 'Eve' WHERE chain = 'system' AND sequence = 1"
        )
    assert postgres_past.places() == {"trail_entries", "trail_entries system #1"}
