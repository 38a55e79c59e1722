"""Rows that change places, whole, are found as any other tampering is (requirements R-AUD-5)."""

import pytest
from sqlalchemy import Connection, text

from audit.entries import Header, append
from audit.watching import changes_of
from tests.audit.world import ANN, START, THINGS, World, things

pytestmark = pytest.mark.req("R-AUD-5")

ALL = ("trail_entries", "trail_changes", "trail_values")


def swapped(table: str, column: str, one: str, other: str, where: str = "1 = 1") -> list[str]:
    """Statements that let two rows, or what two rows belong to, change places."""
    steps = (("-1" if column != "id" and column != "chain" else "'aside'", one), (one, other), (other, "ASIDE"))
    aside = steps[0][0]
    return [
        f"UPDATE {table} SET {column} = {new} WHERE {column} = {old.replace('ASIDE', aside)} AND {where}"
        for new, old in steps
    ]


# Each with a place that verification must name.
MOVES: dict[str, tuple[list[str], str]] = {
    "a thing to another study": (["UPDATE things SET study_id = 's2' WHERE id = 's1-t1'"], "things s1-t1 study_id"),
    "a thing to another chain": (["UPDATE things SET chain = 'study:s2' WHERE id = 's1-t1'"], "things s1-t1 chain"),
    "a thing to an older entry": (["UPDATE things SET sequence = 1 WHERE id = 's1-t1'"], "things s1-t1 sequence"),
    "two things of one study": (swapped("things", "id", "'s1-t1'", "'s1-t3'"), "things s1-t3 sequence"),
    "two things of two studies": (swapped("things", "id", "'s1-t1'", "'s2-t1'"), "things s2-t1 study_id"),
    "a thing for another": (
        ["UPDATE things SET id = 'other' WHERE id = 's1-t1'", "UPDATE things SET id = 's1-t1' WHERE id = 's2-t1'"],
        "things s2-t1",
    ),
    "two values of an entry": (
        swapped("trail_values", "ordinal", "0", "1", "chain = 'study:s1' AND sequence = 5"),
        "trail_values study:s1 #5.0 things/s1-t2/active",
    ),
    "two changes of an entry with their values": (
        [each for table in ALL[1:] for each in
         swapped(table, "ordinal", "0", "1", "chain = 'study:s1' AND sequence = 5")],
        "trail_entries study:s1 #5",
    ),
    "the changes of two entries": (
        [each for table in ALL[1:] for each in swapped(table, "sequence", "5", "8", "chain = 'study:s1'")],
        "trail_entries study:s1 #5",
    ),
    "two heads": (swapped("trail_heads", "chain", "'study:s1'", "'study:s2'"), "trail_heads study:s2"),
    "two chains but for their heads": (
        [each for table in ALL for each in swapped(table, "chain", "'study:s1'", "'study:s2'")],
        "trail_entries study:s2 #1",
    ),
    "two chains with their heads": (
        [each for table in (*ALL, "trail_heads") for each in swapped(table, "chain", "'study:s1'", "'study:s2'")],
        "trail_entries study:s2 #1",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("statements", "place"), MOVES.values(), ids=MOVES)
def test_nothing_changes_its_place_unseen(history: World, statements: list[str], place: str) -> None:
    def tamper(connection: Connection) -> None:
        for statement in statements:
            assert connection.execute(text(statement)).rowcount > 0

    report = history.verify_after(tamper)
    assert report.exit_code == 1
    assert place in {str(fault.place) for fault in report.faults}, report.faults


def test_a_row_that_a_second_chain_tells_of_hides_no_row_that_none_tells_of(history: World) -> None:
    def tamper(connection: Connection) -> None:
        row = connection.execute(things.select().where(things.c.id == "s1-t1")).mappings().one()
        append(connection, Header("forged", "aside", ANN, START), changes_of(THINGS, None, row))
        connection.execute(things.insert().values({**row, "id": "forged"}))

    places = {str(fault.place) for fault in history.verify_after(tamper).faults}
    assert places == {"things forged", "things s1-t1"}
