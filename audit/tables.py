"""The tables of the trail, keyed by chain and sequence so that they can be partitioned by chain.

No foreign keys hold them together: the triggers of `audit.ddl` ask for more (changes only for the entry that is being
written, values only for its changes), and `audit.verify` finds what got past them. They have no row ids on SQLite,
because a row id is a second key, and REPLACE by it would go unseen.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

from audit.instants import Instant

MARKS = ("set", "refused", "note", "redacted")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_ID = 36
_CHAIN = 64

trail_entries = Table(
    "trail_entries",
    metadata,
    Column("chain", String(_CHAIN), primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("schema", Integer, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("actor_id", String(_ID)),
    Column("actor_name", Text, nullable=False),
    Column("actor_role", String(32)),
    Column("actor_organisation", Text),
    Column("action", String(64), nullable=False),
    Column("study", String(_ID)),
    Column("site", String(_ID)),
    Column("subject", String(_ID)),
    Column("event", String(96)),
    Column("form", String(64)),
    Column("record", String(_ID)),
    Column("row", Integer),
    Column("study_version", Integer),
    Column("reason_code", String(128)),
    Column("origin", String(16), nullable=False),
    Column("cause_chain", String(_CHAIN)),
    Column("cause_sequence", Integer),
    Column("request_id", String(64)),
    Column("previous_hash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    CheckConstraint("sequence >= 1", name="sequence"),
    CheckConstraint("length(hash) = 32", name="hash"),
    CheckConstraint("length(previous_hash) = 32", name="previous_hash"),
    ForeignKeyConstraint(["cause_chain", "cause_sequence"], ["trail_entries.chain", "trail_entries.sequence"]),
    CheckConstraint("(cause_chain IS NULL) = (cause_sequence IS NULL)", name="cause"),
    Index("ix_trail_entries_recorded_at", "recorded_at"),
    Index("ix_trail_entries_study_recorded_at", "study", "recorded_at"),
    Index("ix_trail_entries_site_recorded_at", "site", "recorded_at"),
    Index("ix_trail_entries_record", "record", "recorded_at"),
    Index("ix_trail_entries_actor_name", "actor_name", "recorded_at"),
    Index("ix_trail_entries_action", "action", "recorded_at"),
    sqlite_with_rowid=False,
)

trail_changes = Table(
    "trail_changes",
    metadata,
    Column("chain", String(_CHAIN), primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("mark", String(8), nullable=False),
    Column("path", Text, nullable=False),
    Column("row", Integer),
    Column("reason_code", String(128)),
    Column("commitment", LargeBinary, nullable=False),
    Column("predecessor_sequence", Integer),
    Column("predecessor_ordinal", Integer),
    CheckConstraint(f"mark IN {MARKS!r}", name="mark"),
    CheckConstraint("length(commitment) = 32", name="commitment"),
    CheckConstraint("(predecessor_sequence IS NULL) = (predecessor_ordinal IS NULL)", name="predecessor"),
    Index("ix_trail_changes_path", "chain", "path", "sequence", "ordinal"),
    sqlite_with_rowid=False,
)

trail_values = Table(
    "trail_values",
    metadata,
    Column("chain", String(_CHAIN), primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("salt", LargeBinary, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("value", Text),
    Column("unit", Text),
    Column("comparator", Text),
    Column("missing", Text),
    CheckConstraint("length(salt) = 16", name="salt"),
    sqlite_with_rowid=False,
)

trail_heads = Table(
    "trail_heads",
    metadata,
    Column("chain", String(_CHAIN), primary_key=True),
    Column("sequence", Integer, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    CheckConstraint("sequence >= 0", name="sequence"),
    CheckConstraint("length(hash) = 32", name="hash"),
    sqlite_with_rowid=False,
)

# `heads` is canonical JSON: [chain, sequence, hash in hex] of each head that moved since the checkpoint before.
trail_checkpoints = Table(
    "trail_checkpoints",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("recorded_at", Instant, nullable=False),
    Column("occasion", String(32), nullable=False),
    Column("heads", Text, nullable=False),
    Column("tree_size", Integer, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("previous_hash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    CheckConstraint("number >= 1", name="number"),
    CheckConstraint("length(root) = 32", name="root"),
    CheckConstraint("length(hash) = 32", name="hash"),
    CheckConstraint("length(previous_hash) = 32", name="previous_hash"),
    sqlite_with_rowid=False,
)

TRAIL_TABLES = (trail_entries, trail_changes, trail_values, trail_heads, trail_checkpoints)
