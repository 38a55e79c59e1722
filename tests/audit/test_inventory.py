"""The guards are counted too: a trail whose triggers were tampered with is not whole."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from audit.ddl import TRAIL, trail_triggers
from audit.verify import verify
from tests.audit.world import World, guards, run, triggers
from tests.databases import APPLICATION, OWNER

pytestmark = pytest.mark.req("R-AUD-3", "R-AUD-4", "R-AUD-5")


def faults(world: World) -> set[str]:
    return {str(fault) for fault in world.verify().faults}


def test_each_missing_trigger_is_named(world: World) -> None:
    expected = guards(world.dialect)
    with world.owner.connect() as connection:
        for trigger in triggers(world.dialect):
            run(connection, trigger.drop[:1])
            report = verify(connection, guards=expected)
            connection.rollback()
            assert [str(fault) for fault in report.faults] == [
                f"{trigger.table}: the trigger {trigger.name} is missing"
            ]
            assert report.exit_code == 1


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_every_table_of_the_trail_is_guarded_against_every_way_to_write(dialect: str) -> None:
    installed = dict.fromkeys(TRAIL, "")
    for trigger in trail_triggers(dialect):
        installed[trigger.table] += " ".join(trigger.statements)
    ways = ("INSERT", "UPDATE", "DELETE") + ("TRUNCATE",) * (dialect == "postgresql")
    assert [(table, way) for table, said in installed.items() for way in ways if way not in said] == []


@pytest.mark.parametrize(
    "statements",
    [
        ["ALTER TABLE trail_entries DISABLE TRIGGER trail_entries_keeps"],
        ["ALTER TABLE trail_entries ENABLE TRIGGER trail_entries_keeps"],
        ["ALTER TABLE trail_entries ENABLE REPLICA TRIGGER trail_entries_keeps"],
        [
            "CREATE OR REPLACE FUNCTION trail_entries_keeps() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN RETURN NEW; END'"
        ],
        [
            "CREATE FUNCTION tame() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            "CREATE OR REPLACE TRIGGER trail_entries_keeps BEFORE UPDATE ON trail_entries "
            "FOR EACH ROW EXECUTE FUNCTION tame()",
        ],
    ],
)
def test_a_trigger_that_is_not_what_it_was_is_named(world_of: Callable[[str], World], statements: list[str]) -> None:
    world = world_of("postgresql")
    with world.owner.begin() as connection:
        run(connection, statements)
    says = "the trigger trail_entries_keeps is not the one that guards it, or is switched off"
    assert faults(world) == {f"trail_entries: {says}"}


def test_a_tamed_trigger_of_sqlite_is_named(world_of: Callable[[str], World]) -> None:
    world = world_of("sqlite")
    with world.owner.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER trail_entries_keeps")
        connection.exec_driver_sql(
            "CREATE TRIGGER trail_entries_keeps BEFORE UPDATE ON trail_entries WHEN false BEGIN SELECT 1; END"
        )
    says = "the trigger trail_entries_keeps is not the one that guards it, or is switched off"
    assert faults(world) == {f"trail_entries: {says}"}


def test_a_foreign_trigger_is_named(world: World) -> None:
    made = {
        "sqlite": ["CREATE TRIGGER eve AFTER INSERT ON things BEGIN SELECT 1; END"],
        "postgresql": [
            "CREATE FUNCTION eve() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            "CREATE TRIGGER eve AFTER INSERT ON things FOR EACH ROW EXECUTE FUNCTION eve()",
        ],
    }
    with world.owner.begin() as connection:
        run(connection, made[world.dialect])
    assert faults(world) == {"things: the trigger eve does not belong there"}


REVOKED = "REVOKE SELECT ON trail_values FROM ecrf_app"
HOLDS = "the role {} holds the privilege {}"
BETWEEN = "rules or row policies stand between it and its readers"


@pytest.mark.parametrize(
    ("table", "statement", "fault"),
    [
        ("trail_entries", f"GRANT UPDATE ON trail_entries TO {APPLICATION}", HOLDS.format(APPLICATION, "UPDATE")),
        ("trail_heads", f"GRANT DELETE ON trail_heads TO {APPLICATION}", HOLDS.format(APPLICATION, "DELETE")),
        ("trail_values", f"GRANT TRUNCATE ON trail_values TO {APPLICATION}", HOLDS.format(APPLICATION, "TRUNCATE")),
        ("trail_values", f"GRANT UPDATE (value) ON trail_values TO {APPLICATION}", HOLDS.format(APPLICATION, "UPDATE")),
        ("trail_changes", "GRANT UPDATE ON trail_changes TO PUBLIC", HOLDS.format("PUBLIC", "UPDATE")),
        ("trail_values", "ALTER TABLE trail_values ENABLE ROW LEVEL SECURITY", BETWEEN),
        ("trail_values", "CREATE RULE eve AS ON INSERT TO trail_values DO INSTEAD NOTHING", BETWEEN),
    ],
)
def test_a_privilege_too_many_is_named(
    world_of: Callable[[str], World], table: str, statement: str, fault: str
) -> None:
    world = world_of("postgresql")
    with world.owner.begin() as connection:
        connection.execute(text(statement))
    assert faults(world) == {f"{table}: {fault}"}


def test_an_application_that_can_act_as_the_owner_is_named(world_of: Callable[[str], World]) -> None:
    world = world_of("postgresql")
    with world.as_superuser() as connection:
        connection.execute(text(f"GRANT {OWNER} TO {APPLICATION}"))
    try:
        found = faults(world)
    finally:
        with world.as_superuser() as connection:
            connection.execute(text(f"REVOKE {OWNER} FROM {APPLICATION}"))
    assert f"trail_entries: the role {APPLICATION} writes the trail and can act as its owner" in found


def test_without_its_tables_nothing_can_be_told(world: World) -> None:
    with world.owner.begin() as connection:
        connection.exec_driver_sql("DROP TABLE trail_values")
    report = world.verify()
    assert (report.exit_code, report.unknown) == (2, "tables are missing: trail_values")


def test_what_may_not_be_read_cannot_be_told(world_of: Callable[[str], World]) -> None:
    world = world_of("postgresql")
    with world.owner.begin() as connection:
        connection.execute(text(REVOKED))
    report = world.verify_as_application()
    assert report.exit_code == 2
    assert "permission denied" in (report.unknown or "")


def test_the_application_may_verify_its_own_trail(world: World) -> None:
    world.put("t", label="x")
    assert world.verify_as_application().exit_code == 0
