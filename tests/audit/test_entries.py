"""Acts are appended to their chain, each onto the one before, in few statements."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import DBAPIError

from audit.entries import ChainMoved, Change, EntryKey, Header, append, append_all, take_head
from audit.hashing import genesis
from audit.tables import trail_changes, trail_entries, trail_heads, trail_values
from tests.audit.world import ANN, START, World


def header(action: str = "noted", chain: str = "c", **about: Any) -> Header:
    return Header(action, chain, ANN, about.pop("at", START), **about)


def columns(world: World, table: Any, *names: str) -> list[tuple[Any, ...]]:
    with world.application.connect() as connection:
        return [
            tuple(row)
            for row in connection.execute(select(*(table.c[name] for name in names)).order_by(*list(table.c)[:3]))
        ]


def test_an_entry_keeps_who_acted_as_they_were_then(world: World) -> None:
    key = world.note(
        "c", study="s", site="n", subject="p", event="SE.SCR", form="CHEM", record="r", row=2, study_version=3
    )
    assert key == EntryKey("c", 1)
    names = ("actor_id", "actor_name", "actor_role", "actor_organisation", "form", "row", "study_version", "origin")
    assert columns(world, trail_entries, *names) == [
        (ANN.id, ANN.name, ANN.role, ANN.organisation, "CHEM", 2, 3, "page")
    ]


def test_entries_follow_one_another_from_the_name_of_their_chain(world: World) -> None:
    for _ in range(3):
        world.note("c")
    rows = columns(world, trail_entries, "sequence", "previous_hash", "hash")
    assert [row[0] for row in rows] == [1, 2, 3]
    assert [row[1] for row in rows] == [genesis("c"), *(row[2] for row in rows[:-1])]
    assert columns(world, trail_heads, "sequence", "hash") == [(3, rows[-1][2])]


def test_a_change_points_to_the_one_before_it_of_the_same_path(world: World) -> None:
    world.note("c", Change("a", "1"), Change("b", "1"))
    world.note("c", Change("x", "1"), Change("a", "9", mark="refused", reason_code="range@1"), Change("a", "2"))
    world.note("other", Change("a", "1"))
    world.note("c", Change("b", "2"), Change("a", "3"))
    places = ("sequence", "ordinal", "path", "mark", "predecessor_sequence", "predecessor_ordinal")
    assert [row for row in columns(world, trail_changes, "chain", *places) if row[0] == "c"] == [
        ("c", 1, 0, "a", "set", None, None),
        ("c", 1, 1, "b", "set", None, None),
        ("c", 2, 0, "x", "set", None, None),
        ("c", 2, 1, "a", "refused", None, None),
        ("c", 2, 2, "a", "set", 1, 0),
        ("c", 3, 0, "b", "set", 1, 1),
        ("c", 3, 1, "a", "set", 2, 2),
    ]


def test_acts_appended_together_point_to_each_other(world: World) -> None:
    with world.application.begin() as connection:
        acts = [(header("one"), [Change("a", "1")]), (header("two", cause=EntryKey("c", 1)), [Change("a", "2")])]
        assert append_all(connection, acts) == (EntryKey("c", 1), EntryKey("c", 2))
    assert columns(world, trail_changes, "predecessor_sequence", "predecessor_ordinal") == [(None, None), (1, 0)]
    assert columns(world, trail_entries, "cause_chain", "cause_sequence") == [(None, None), ("c", 1)]
    assert world.verify().exit_code == 0


def test_equal_values_have_different_commitments(world: World) -> None:
    world.note("c", Change("a", "yes"), Change("b", "yes"), Change("c", None))
    assert len(set(columns(world, trail_changes, "commitment"))) == 3
    assert len(set(columns(world, trail_values, "salt"))) == 3


@pytest.mark.parametrize(("acts", "changes"), [(1, 0), (1, 1), (1, 200), (4, 30)])
def test_the_number_of_statements_does_not_grow_with_the_act(world: World, acts: int, changes: int) -> None:
    world.note("c", Change("p0", "x"))
    statements: list[str] = []
    with world.application.begin() as connection:
        event.listen(connection, "before_cursor_execute", lambda *given: statements.append(given[2]))
        head = take_head(connection, "c")
        assert len(statements) == 1
        told = [(header(), [Change(f"p{number}", "x") for number in range(changes)])] * acts
        append_all(connection, told, head)
    assert len(statements) <= 1 + 5
    assert world.verify().exit_code == 0


@pytest.mark.req("R-AUD-12")
def test_time_never_runs_backwards_within_a_chain(world: World) -> None:
    world.note("c", at=START)
    world.note("c", at=START - timedelta(seconds=5))
    world.note("c", at=START - timedelta(hours=1))
    assert columns(world, trail_entries, "recorded_at") == [(START,)] * 3
    assert columns(world, trail_changes, "sequence", "path", "mark") == [(3, "clock", "note")]
    assert columns(world, trail_values, "value") == [("2026-03-04T07:00:00.000000Z",)]
    assert world.verify().exit_code == 0


def test_a_head_taken_before_somebody_elses_act_is_refused(world: World) -> None:
    with world.application.begin() as connection:
        stale = take_head(connection, "c")
        append(connection, header(), [])
        with pytest.raises((ChainMoved, DBAPIError)):
            append(connection, header(), [], stale)


@pytest.mark.parametrize(
    ("acts", "says"),
    [
        ([(header(), [Change("a", "1"), Change("a", "2")])], "sets a twice"),
        ([(header(), []), (header(chain="d"), [])], "several chains"),
    ],
)
def test_an_act_that_cannot_be_replayed_is_refused(world: World, acts: Any, says: str) -> None:
    with world.application.begin() as connection, pytest.raises(ValueError, match=says):
        append_all(connection, acts)


def test_postgresql_cuts_no_text_to_the_length_of_its_column(world: World) -> None:
    if world.dialect == "sqlite":
        world.note("c", form="F" * 65)  # SQLite knows no lengths, and keeps it whole
    else:
        with pytest.raises(DBAPIError, match="too long"):
            world.note("c", form="F" * 65)
    assert world.verify().exit_code == 0


@pytest.mark.req("R-AUD-1")
@pytest.mark.parametrize("table", ["trail_entries", "trail_changes", "trail_values", "trail_heads", "things"])
def test_an_act_that_fails_half_way_leaves_nothing(past: World, table: str) -> None:
    before = past.verify()

    def fail(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if f"INTO {table}" in statement or f"UPDATE {table}" in statement:
            raise ConnectionError(table)

    event.listen(past.application, "after_cursor_execute", fail)
    with pytest.raises(ConnectionError, match=table):
        past.put("s1-t1", label="new")
    event.remove(past.application, "after_cursor_execute", fail)
    assert past.verify() == before
    past.put("s1-t1", label="new")
    assert past.verify().exit_code == 0
