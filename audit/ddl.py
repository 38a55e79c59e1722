"""The triggers and privileges that keep the trail append-only in each database (21 CFR 11.10(e)).

The order of writing is fixed: entries after the head, their changes, their values, and then the head moves to the
last of them. Whatever the head has passed is closed. REPLACE on SQLite deletes without a DELETE trigger, so that
every table refuses an INSERT where the key exists.
"""

from collections.abc import Sequence

from audit.triggers import PostgresTrigger, SqliteTrigger, Trigger

TRAIL = ("trail_entries", "trail_changes", "trail_values", "trail_heads", "trail_checkpoints")
ADDS = "only what comes next may be added"
KEEPS = "what is written is neither changed nor removed"
STAYS = "what is written is not removed"
ADVANCES = "a head only moves on to the newest entry"

# What must hold of a new row. Scalar queries, because PostgreSQL may answer EXISTS by hashing a whole table.
# For an entry: it follows the entry before it, or begins a chain whose head stands at nothing.
_FOLLOWS = """coalesce(
    (SELECT last.hash = {new}.previous_hash AND last.recorded_at <= {new}.recorded_at
        FROM {schema}trail_entries AS last WHERE last.chain = {new}.chain AND last.sequence = {new}.sequence - 1),
    (SELECT head.hash = {new}.previous_hash AND head.sequence = 0 AND {new}.sequence = 1
        FROM {schema}trail_heads AS head WHERE head.chain = {new}.chain))"""
_IS_OPEN = """(SELECT head.sequence < {new}.sequence
        FROM {schema}trail_heads AS head WHERE head.chain = {new}.chain)"""
_HAS_ENTRY = """(SELECT true FROM {schema}trail_entries AS entry WHERE entry.chain = {new}.chain
        AND entry.sequence = {new}.sequence)"""
_HAS_CHANGE = """(SELECT true FROM {schema}trail_changes AS change WHERE change.chain = {new}.chain
        AND change.sequence = {new}.sequence AND change.ordinal = {new}.ordinal)"""
# A head that is there already is left to the key: whoever lost the race to begin a chain inserts nothing.
_HEAD_BEGINS = """(NEW.sequence = 0 AND (
        NOT EXISTS (SELECT 1 FROM {schema}trail_entries AS entry WHERE entry.chain = NEW.chain)
        OR EXISTS (SELECT 1 FROM {schema}trail_heads AS head WHERE head.chain = NEW.chain)))"""
_HEAD_ADVANCES = """(NEW.chain = OLD.chain AND NEW.sequence > OLD.sequence
    AND EXISTS (SELECT 1 FROM {schema}trail_entries AS entry WHERE entry.chain = NEW.chain
        AND entry.sequence = NEW.sequence AND entry.hash = NEW.hash AND entry.recorded_at = NEW.recorded_at)
    AND NOT EXISTS (SELECT 1 FROM {schema}trail_entries AS entry WHERE entry.chain = NEW.chain
        AND entry.sequence > NEW.sequence))"""
_IS_REDACTED = """EXISTS (SELECT 1 FROM {schema}trail_changes AS change WHERE change.chain = OLD.chain
        AND change.mark = 'redacted' AND change.predecessor_sequence = OLD.sequence
        AND change.predecessor_ordinal = OLD.ordinal)"""
_NEXT_CHECKPOINT = """(NEW.number = coalesce((SELECT max(number) FROM {schema}trail_checkpoints), 0) + 1)"""

_KEYS = {
    "trail_entries": ("chain", "sequence"),
    "trail_changes": ("chain", "sequence", "ordinal"),
    "trail_values": ("chain", "sequence", "ordinal"),
    "trail_heads": ("chain",),
    "trail_checkpoints": ("number",),
}
_MAY_BE_ADDED = {
    "trail_entries": (_IS_OPEN, _FOLLOWS),
    "trail_changes": (_IS_OPEN, _HAS_ENTRY),
    "trail_values": (_IS_OPEN, _HAS_CHANGE),
    "trail_heads": (_HEAD_BEGINS,),
    "trail_checkpoints": (_NEXT_CHECKPOINT,),
}


def trail_triggers(dialect: str) -> tuple[Trigger, ...]:
    """The triggers of the trail's tables, for `sqlite` or `postgresql`."""
    return _sqlite_triggers() if dialect == "sqlite" else _postgres_triggers()


def grants(role: str) -> tuple[str, ...]:
    """What an application's role on PostgreSQL may do with the trail, and nothing more; it must not be the owner."""
    return (
        f"GRANT SELECT, INSERT ON trail_entries, trail_changes, trail_values, trail_heads, trail_checkpoints TO {role}",
        f"GRANT UPDATE (sequence, recorded_at, hash) ON trail_heads TO {role}",
        f"GRANT DELETE ON trail_values TO {role}",
    )


def _sqlite_triggers() -> tuple[Trigger, ...]:
    added = (
        SqliteTrigger(
            f"{table}_adds_only", table, "BEFORE INSERT", ADDS, f"{_exists(table, keys)}\n    OR {_any_fails(table)}"
        )
        for table, keys in _KEYS.items()
    )
    updated = (
        SqliteTrigger(f"{table}_keeps", table, "BEFORE UPDATE", KEEPS) for table in TRAIL if table != "trail_heads"
    )
    deleted = (
        SqliteTrigger(f"{table}_stays", table, "BEFORE DELETE", STAYS) for table in TRAIL if table != "trail_values"
    )
    moved = _unless(_HEAD_ADVANCES, "", "NEW")
    redacted = _unless(_IS_REDACTED, "", "OLD")
    return (
        *added, *updated, *deleted,
        SqliteTrigger("trail_heads_advances", "trail_heads", "BEFORE UPDATE", ADVANCES, moved),
        SqliteTrigger("trail_values_stays", "trail_values", "BEFORE DELETE", STAYS, redacted),
    )  # fmt: skip


def _postgres_triggers() -> tuple[Trigger, ...]:
    lists = ("trail_entries", "trail_changes", "trail_values")
    added = (PostgresTrigger(f"{table}_adds_only", table, "AFTER INSERT", ADDS, _some_fails(table)) for table in lists)
    kept = ("trail_entries", "trail_changes", "trail_checkpoints")
    moved = _unless(_HEAD_ADVANCES, "public.", "NEW")
    redacted = _unless(_IS_REDACTED, "public.", "OLD")
    return (
        *added,
        *(_added_row(table) for table in ("trail_heads", "trail_checkpoints")),
        *(PostgresTrigger(f"{table}_keeps", table, "BEFORE DELETE OR UPDATE OR TRUNCATE", KEEPS) for table in kept),
        PostgresTrigger("trail_values_keeps", "trail_values", "BEFORE UPDATE OR TRUNCATE", KEEPS),
        PostgresTrigger("trail_values_stays", "trail_values", "BEFORE DELETE", STAYS, redacted, rows=True),
        PostgresTrigger("trail_heads_stays", "trail_heads", "BEFORE DELETE OR TRUNCATE", STAYS),
        PostgresTrigger("trail_heads_advances", "trail_heads", "BEFORE UPDATE", ADVANCES, moved, rows=True),
    )


def _added_row(table: str) -> PostgresTrigger:
    (condition,) = _MAY_BE_ADDED[table]
    return PostgresTrigger(
        f"{table}_adds_only", table, "BEFORE INSERT", ADDS, _unless(condition, "public.", "NEW"), rows=True
    )


def _exists(table: str, keys: Sequence[str]) -> str:
    same = " AND ".join(f"there.{key} = NEW.{key}" for key in keys)
    return f"EXISTS (SELECT 1 FROM {table} AS there WHERE {same})"  # noqa: S608  names of our own tables


def _any_fails(table: str) -> str:
    return "\n    OR ".join(_unless(condition, "", "NEW") for condition in _MAY_BE_ADDED[table])


def _some_fails(table: str) -> str:
    conditions = "\n    OR ".join(_unless(condition, "public.", "added") for condition in _MAY_BE_ADDED[table])
    return f"EXISTS (SELECT 1 FROM added WHERE {conditions})"  # noqa: S608  names of our own tables


def _unless(condition: str, schema: str, new: str) -> str:
    return f"({condition.format(schema=schema, new=new)}) IS NOT TRUE"
