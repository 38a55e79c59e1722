"""Triggers for the rows that the trail tells of, for migrations to put on tables of the application.

A migration writes them with its own tables' names; the verifier is given the same ones and looks for them.
"""

from collections.abc import Sequence

from audit.triggers import PostgresTrigger, SqliteTrigger, Trigger

Key = tuple[str, ...]

NO_ENTRY = "a change must name the new entry that tells of it"
NOT_REMOVED = "rows are neither removed nor replaced"

# The named entry sets something of this very row.
_IS_TOLD = """EXISTS (SELECT 1 FROM {schema}trail_changes AS change WHERE change.chain = NEW.chain
        AND change.sequence = NEW.sequence AND change.mark = 'set'
        AND substr(change.path, 1, length('{table}/' || NEW.id || '/')) = '{table}/' || NEW.id || '/')"""
_IS_NEWER = "NEW.chain = OLD.chain AND NEW.sequence > OLD.sequence"


def keeps_rows(dialect: str, table: str, keys: Sequence[Key] = (("id",),)) -> tuple[Trigger, ...]:
    """Rows of this table are never removed, by DELETE, REPLACE or TRUNCATE; `keys` are its primary and unique keys.

    REPLACE on SQLite removes rows with the same key, or the same row id, and runs no DELETE trigger.
    """
    primary, *_ = keys
    moves = " OR ".join(f"NEW.{column} <> OLD.{column}" for column in primary)
    if dialect == "postgresql":
        return (
            PostgresTrigger(f"{table}_stays", table, "BEFORE DELETE OR TRUNCATE", NOT_REMOVED),
            PostgresTrigger(f"{table}_keeps_key", table, "BEFORE UPDATE", NOT_REMOVED, moves, rows=True),
        )
    taken = "\n    OR ".join(_taken(table, key) for key in (*keys, ("rowid",)))
    stolen = "\n    OR ".join(f"{_taken(table, key)[:-1]} AND there.rowid <> OLD.rowid)" for key in keys)
    return (
        SqliteTrigger(f"{table}_adds_only", table, "BEFORE INSERT", NOT_REMOVED, taken),
        SqliteTrigger(f"{table}_stays", table, "BEFORE DELETE", NOT_REMOVED),
        SqliteTrigger(
            f"{table}_keeps_key", table, "BEFORE UPDATE", NOT_REMOVED,
            f"{moves} OR NEW.rowid <> OLD.rowid\n    OR {stolen}",
        ),
    )  # fmt: skip


def names_entries(dialect: str, table: str) -> tuple[Trigger, ...]:
    """Every change of a row names, by its columns `chain` and `sequence`, a new entry that sets something of it.

    The table's key must be `id`.
    """
    told = _IS_TOLD.format(schema="public." if dialect == "postgresql" else "", table=table)
    added, changed = f"({told}) IS NOT TRUE", f"({_IS_NEWER}\n    AND {told}) IS NOT TRUE"
    if dialect == "postgresql":
        return (
            PostgresTrigger(f"{table}_begins", table, "BEFORE INSERT", NO_ENTRY, added, rows=True),
            PostgresTrigger(f"{table}_moves_on", table, "BEFORE UPDATE", NO_ENTRY, changed, rows=True),
        )
    return (
        SqliteTrigger(f"{table}_begins", table, "BEFORE INSERT", NO_ENTRY, added),
        SqliteTrigger(f"{table}_moves_on", table, "BEFORE UPDATE", NO_ENTRY, changed),
    )


def _taken(table: str, key: Key) -> str:
    same = " AND ".join(f'there."{column}" = NEW."{column}"' for column in key)
    return f"EXISTS (SELECT 1 FROM {table} AS there WHERE {same})"  # noqa: S608  names of our own tables
