"""Whether the guards of the trail stand in the database as they were put there."""

import re
from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, bindparam, inspect, text

from audit.ddl import TRAIL
from audit.faults import Findings, Place
from audit.triggers import Trigger

_SQLITE_TRIGGERS = text("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
_POSTGRES_TRIGGERS = text("""
    SELECT tgname, relname, pg_get_triggerdef(pg_trigger.oid), prosrc, tgenabled::text
    FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE NOT tgisinternal AND relnamespace = 'public'::regnamespace""")
# Privileges on tables and on columns, by others than the owner; 0 is PUBLIC.
_PRIVILEGES = text("""
    SELECT relname, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END, privilege_type,
        grantee <> 0 AND pg_has_role(grantee, relowner, 'MEMBER')
    FROM (
        SELECT relname, relowner, (aclexplode(relacl)).* FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relname IN :tables
        UNION ALL
        SELECT relname, relowner, (aclexplode(attacl)).* FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
        WHERE relnamespace = 'public'::regnamespace AND relname IN :tables
    ) AS granted WHERE grantee <> relowner""").bindparams(bindparam("tables", expanding=True))
_REWRITTEN = text("""
    SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname IN :tables
        AND (relhasrules OR relrowsecurity OR relkind NOT IN ('r', 'p'))
    """).bindparams(bindparam("tables", expanding=True))
_ALLOWED = {
    "trail_heads": {"SELECT", "INSERT", "UPDATE"},
    "trail_values": {"SELECT", "INSERT", "DELETE"},
}
_QUOTED = re.compile(r"\$\w*\$")

Installed = dict[tuple[str, str], tuple[str, ...]]
"""What is installed, by table and trigger: the texts that create it, as the database keeps them."""


def missing_tables(connection: Connection, tables: Iterable[str]) -> tuple[str, ...]:
    """The tables without which nothing can be said."""
    there = set(inspect(connection).get_table_names())
    return tuple(table for table in tables if table not in there)


def check_triggers(
    connection: Connection, expected: Iterable[Trigger], findings: Findings, *, alone: bool = True
) -> None:
    """Every expected trigger stands as it was written and is in force, and there is no other one: what writes behind an
    act writes from any table. Where not all guards are known (not `alone`), only the tables of those known are asked.
    """
    wanted = {(trigger.table, trigger.name): _as_kept(trigger.statements) for trigger in expected}
    guarded = {table for table, _ in wanted}
    there = {key: kept for key, kept in _installed(connection).items() if alone or key[0] in guarded}
    for (table, name), kept in wanted.items():
        if (table, name) not in there:
            findings.add(Place(table), f"the trigger {name} is missing")
        elif there[table, name] != kept:
            findings.add(Place(table), f"the trigger {name} is not the one that guards it, or is switched off")
    for table, name in there.keys() - wanted.keys():
        findings.add(Place(table), f"the trigger {name} does not belong there")


def check_privileges(connection: Connection, findings: Findings) -> None:
    """On PostgreSQL nobody but the owner may change or remove what is written, and no rule stands in between."""
    if connection.dialect.name != "postgresql":
        return
    tables = {"tables": list(TRAIL)}
    for table, role, privilege, owns in connection.execute(_PRIVILEGES, tables):
        if privilege not in _ALLOWED.get(table, {"SELECT", "INSERT"}):
            findings.add(Place(table), f"the role {role} holds the privilege {privilege}")
        if owns and privilege == "INSERT":
            findings.add(Place(table), f"the role {role} writes the trail and can act as its owner")
    for (table,) in connection.execute(_REWRITTEN, tables):
        findings.add(Place(table), "rules or row policies stand between it and its readers")


def _installed(connection: Connection) -> Installed:
    if connection.dialect.name == "sqlite":
        return {(table, name): (sql,) for name, table, sql in connection.execute(_SQLITE_TRIGGERS)}
    return dict(_postgres_installed(connection))


def _postgres_installed(connection: Connection) -> Iterator[tuple[tuple[str, str], tuple[str, ...]]]:
    for name, table, definition, source, enabled in connection.execute(_POSTGRES_TRIGGERS):
        yield (table, name), (definition.replace("public.", ""), source, enabled)


def _as_kept(statements: tuple[str, ...]) -> tuple[str, ...]:
    if len(statements) == 1:
        return statements
    function, trigger, _ = statements
    return (trigger.replace("public.", ""), _QUOTED.split(function)[1], "A")
