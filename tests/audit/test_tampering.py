"""Whatever is changed behind the trail's back is found, and its place is named (requirements R-AUD-5)."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Column, Connection, Table, delete, select, text, update

from audit.faults import Place
from audit.tables import trail_changes, trail_entries, trail_heads, trail_values
from tests.audit.cells import CAUSED, CELLS, ROWS
from tests.audit.world import World, things

pytestmark = pytest.mark.req("R-AUD-5")


def altered(column: Column[Any], value: Any) -> Any:
    """Another value of the same kind, which no check of the database refuses."""
    match value:
        case _ if column.name == "mark":
            return "note"
        case None:
            return column.type.python_type(1)
        case bytes():
            return bytes([value[0] ^ 1]) + value[1:]
        case bool():
            return not value
        case int():
            return value + 1000
        case datetime():
            return value + timedelta(microseconds=1)
        case date():
            return value + timedelta(days=1)
        case dict():
            return {**value, "AST": {"nd": "NA"}}
        case _:
            return f"{value}x"


@pytest.mark.parametrize(("table", "column"), CELLS, ids=[f"{table.name}.{column.name}" for table, column in CELLS])
def test_no_column_changes_unseen(history: World, table: Table, column: Column[Any]) -> None:
    key = dict(CAUSED if column.name.startswith("cause_") else ROWS[table.name])
    where = [table.c[name] == value for name, value in key.items()]

    def tamper(connection: Connection) -> None:
        new = altered(column, connection.scalar(select(column).where(*where)))
        assert connection.execute(update(table).where(*where).values({column: new})).rowcount == 1
        key.update({column.name: new} if column.name in key else {})

    report = history.verify_after(tamper)
    assert report.exit_code == 1
    assert any(names(fault.place, table, key, column) for fault in report.faults), report.faults


def names(place: Place, table: Table, key: dict[str, Any], column: Column[Any]) -> bool:
    """Whether a fault's place is where the column was changed, in its row's table or its entry's."""
    if table is things:
        end = (place.column or column.name).split("/")[0]
        return (place.table, place.id, end) == ("things", key["id"], column.name)
    tables = {"trail_changes": {"trail_entries", "trail_values", "trail_changes"}}.get(table.name, {table.name})
    if column.name in {"chain", "sequence", "ordinal"}:
        return place.table in tables | {"trail_values", "trail_entries"} and place.chain == key["chain"]
    return place.table in tables and (place.chain, place.sequence) == (key["chain"], key.get("sequence"))


def each(statement: str, tables: tuple[str, ...] = ("trail_entries", "trail_changes", "trail_values")) -> list[str]:
    return [statement.replace("TABLE", table) for table in tables]


# TABLE stands for each table of the trail, THIS_CHAIN for the chain of study s1.

ACTS: dict[str, tuple[list[str], str]] = {
    "delete an entry in the middle": (
        each("DELETE FROM TABLE WHERE THIS_CHAIN AND sequence = 5"),
        "trail_entries study:s1 #6",
    ),
    "delete an entry and leave its changes": (
        ["DELETE FROM trail_entries WHERE THIS_CHAIN AND sequence = 5"],
        "trail_changes study:s1 #5.0",
    ),
    "delete one change": (
        each("DELETE FROM TABLE WHERE THIS_CHAIN AND sequence = 5 AND ordinal = 1", ("trail_changes", "trail_values")),
        "trail_entries study:s1 #5",
    ),
    "delete one change and leave its value": (
        ["DELETE FROM trail_changes WHERE THIS_CHAIN AND sequence = 5 AND ordinal = 1"],
        "trail_values study:s1 #5.1",
    ),
    "delete one value": (
        ["DELETE FROM trail_values WHERE THIS_CHAIN AND sequence = 5 AND ordinal = 0"],
        "trail_values study:s1 #5.0 things/s1-t2/active",
    ),
    "delete the tail": (
        each("DELETE FROM TABLE WHERE THIS_CHAIN AND sequence >= 9"),
        "trail_heads study:s1",
    ),
    "delete the tail and move the head back": (
        [
            *each("DELETE FROM TABLE WHERE THIS_CHAIN AND sequence >= 9"),
            "UPDATE trail_heads SET sequence = 8, hash = (SELECT hash FROM trail_entries "
            "WHERE THIS_CHAIN AND sequence = 8), recorded_at = (SELECT recorded_at FROM trail_entries "
            "WHERE THIS_CHAIN AND sequence = 8) WHERE THIS_CHAIN",
        ],
        "things s1-t3 sequence",
    ),
    "delete a chain": (each("DELETE FROM TABLE WHERE THIS_CHAIN"), "trail_heads study:s1"),
    "delete a chain with its head": (
        each("DELETE FROM TABLE WHERE THIS_CHAIN", ("trail_heads", "trail_entries", "trail_changes", "trail_values")),
        "things s1-t1",
    ),
    "delete a head": (["DELETE FROM trail_heads WHERE THIS_CHAIN"], "trail_heads study:s1"),
    "begin a head that has no chain": (
        ["INSERT INTO trail_heads SELECT 'ghost', 0, 0, hash FROM trail_heads WHERE chain = 'system'"],
        "trail_heads ghost",
    ),
    "swap two entries": (
        [
            "UPDATE trail_entries SET sequence = 1000 + sequence WHERE THIS_CHAIN AND sequence IN (4, 5)",
            "UPDATE trail_entries SET sequence = 1009 - sequence WHERE THIS_CHAIN AND sequence > 1000",
        ],
        "trail_entries study:s1 #4",
    ),
    "insert a forged entry at the end": (
        [
            "INSERT INTO trail_entries (chain, sequence, schema, recorded_at, actor_name, action, origin, "
            "previous_hash, hash) SELECT chain, 11, 1, recorded_at, 'Eve', 'forged', 'page', hash, previous_hash "
            "FROM trail_entries WHERE THIS_CHAIN AND sequence = 10"
        ],
        "trail_entries study:s1 #11",
    ),
    "insert a forged change": (
        [
            "INSERT INTO trail_changes (chain, sequence, ordinal, mark, path, commitment) SELECT chain, sequence, 99, "
            "mark, path, commitment FROM trail_changes WHERE THIS_CHAIN AND sequence = 5 AND ordinal = 0"
        ],
        "trail_entries study:s1 #5",
    ),
    "double a value": (
        [
            "INSERT INTO trail_values (chain, sequence, ordinal, salt, kind, value) SELECT chain, sequence, 99, salt, "
            "kind, value FROM trail_values WHERE THIS_CHAIN AND sequence = 5 AND ordinal = 0"
        ],
        "trail_values study:s1 #5.99",
    ),
    "put a redacted value back": (
        [
            "INSERT INTO trail_values (chain, sequence, ordinal, salt, kind, value) SELECT chain, 4, ordinal, salt, "
            "kind, value FROM trail_values AS v WHERE chain = 'study:s1' AND sequence = 1 AND ordinal = "
            "(SELECT ordinal FROM trail_changes WHERE chain = 'study:s1' AND sequence = 1 AND path LIKE '%/ALT')"
        ],
        "trail_values study:s1 #4.9 things/s1-t2/data/ALT",
    ),
    "write a checkpoint": (
        [
            "INSERT INTO trail_checkpoints SELECT 1, 0, 'lock', '[]', 0, hash, hash, hash FROM trail_heads "
            "WHERE THIS_CHAIN"
        ],
        "trail_checkpoints #1",
    ),
    "remove a thing": (["DELETE FROM things WHERE id = 's1-t1'"], "things s1-t1"),
    "add a thing": (
        [
            "INSERT INTO things (id, study_id, data, chain, sequence) SELECT 'forged', study_id, data, chain, "
            "sequence FROM things WHERE id = 's1-t1'"
        ],
        "things forged",
    ),
    "put another thing in its place": (["UPDATE things SET id = 'other' WHERE id = 's1-t1'"], "things other"),
    "change an item": (
        ["""UPDATE things SET data = '{"AST": {"nd": "NA"}, "名": {"v": "é"}}' WHERE id = 's1-t1'"""],
        "things s1-t1 data/AST",
    ),
    "remove an item": (["UPDATE things SET data = '{}' WHERE id = 's1-t1'"], "things s1-t1 data/AST"),
    "add an item": (
        ["""UPDATE things SET data = '{"AST": {"nd": "ND"}, "X": {"v": "1"}}' WHERE id = 's1-t1'"""],
        "things s1-t1 data/X",
    ),
    "put a number where a text was": (
        ["""UPDATE things SET data = '{"AST": {"nd": 5}}' WHERE id = 's1-t1'"""],
        "things s1-t1 data/AST",
    ),
    "put a list where a document was": (["UPDATE things SET data = '[1]' WHERE id = 's1-t1'"], "things s1-t1 data"),
}


@pytest.mark.parametrize(("statements", "place"), ACTS.values(), ids=ACTS)
def test_no_act_behind_the_trails_back_goes_unseen(history: World, statements: list[str], place: str) -> None:
    def tamper(connection: Connection) -> None:
        for statement in statements:
            assert connection.execute(text(statement.replace("THIS_CHAIN", "chain = 'study:s1'"))).rowcount > 0

    report = history.verify_after(tamper)
    assert report.exit_code == 1
    assert place in {str(fault.place) for fault in report.faults}, report.faults


def test_what_was_tried_left_no_trace(history: World) -> None:
    assert history.verify().exit_code == 0


@pytest.mark.parametrize(("study", "places"), [("s1", {"things s1-t1", "things s1-t2", "things s1-t3"}), ("s2", set())])
def test_a_chain_cut_whole_shows_in_its_own_studys_verification(history: World, study: str, places: set[str]) -> None:
    def tamper(connection: Connection) -> None:
        for table in (trail_values, trail_changes, trail_entries, trail_heads):
            connection.execute(delete(table).where(table.c.chain == "study:s1"))

    report = history.verify_after(tamper, study)
    assert {str(fault.place) for fault in report.faults} == places
