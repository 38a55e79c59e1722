"""The append-only trail: entries, changes, values, heads and checkpoints, with the triggers that keep them."""

import sqlalchemy as sa
from alembic import op

from audit.ddl import trail_triggers
from audit.instants import Instant

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables and the triggers."""
    op.create_table(
        "trail_entries",
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("actor_id", sa.String(length=36), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("actor_role", sa.String(length=32), nullable=True),
        sa.Column("actor_organisation", sa.Text(), nullable=True),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("study", sa.String(length=36), nullable=True),
        sa.Column("site", sa.String(length=36), nullable=True),
        sa.Column("subject", sa.String(length=36), nullable=True),
        sa.Column("event", sa.String(length=96), nullable=True),
        sa.Column("form", sa.String(length=64), nullable=True),
        sa.Column("record", sa.String(length=36), nullable=True),
        sa.Column("row", sa.Integer(), nullable=True),
        sa.Column("study_version", sa.Integer(), nullable=True),
        sa.Column("reason_code", sa.String(length=128), nullable=True),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("cause_chain", sa.String(length=64), nullable=True),
        sa.Column("cause_sequence", sa.Integer(), nullable=True),
        sa.Column("request_id", sa.String(length=64), nullable=True),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("(cause_chain IS NULL) = (cause_sequence IS NULL)", name=op.f("ck_trail_entries_cause")),
        sa.CheckConstraint("length(hash) = 32", name=op.f("ck_trail_entries_hash")),
        sa.CheckConstraint("length(previous_hash) = 32", name=op.f("ck_trail_entries_previous_hash")),
        sa.CheckConstraint("sequence >= 1", name=op.f("ck_trail_entries_sequence")),
        sa.ForeignKeyConstraint(
            ["cause_chain", "cause_sequence"],
            ["trail_entries.chain", "trail_entries.sequence"],
            name=op.f("fk_trail_entries_cause_chain_cause_sequence"),
        ),
        sa.PrimaryKeyConstraint("chain", "sequence", name=op.f("pk_trail_entries")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_trail_entries_record", "trail_entries", ["record", "recorded_at"], unique=False)
    op.create_index("ix_trail_entries_recorded_at", "trail_entries", ["recorded_at"], unique=False)
    op.create_index("ix_trail_entries_site_recorded_at", "trail_entries", ["site", "recorded_at"], unique=False)
    op.create_index("ix_trail_entries_study_recorded_at", "trail_entries", ["study", "recorded_at"], unique=False)
    op.create_table(
        "trail_changes",
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mark", sa.String(length=8), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=True),
        sa.Column("reason_code", sa.String(length=128), nullable=True),
        sa.Column("commitment", sa.LargeBinary(), nullable=False),
        sa.Column("predecessor_sequence", sa.Integer(), nullable=True),
        sa.Column("predecessor_ordinal", sa.Integer(), nullable=True),
        sa.CheckConstraint("mark IN ('set', 'refused', 'note', 'redacted')", name=op.f("ck_trail_changes_mark")),
        sa.CheckConstraint(
            "(predecessor_sequence IS NULL) = (predecessor_ordinal IS NULL)", name=op.f("ck_trail_changes_predecessor")
        ),
        sa.CheckConstraint("length(commitment) = 32", name=op.f("ck_trail_changes_commitment")),
        sa.PrimaryKeyConstraint("chain", "sequence", "ordinal", name=op.f("pk_trail_changes")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_trail_changes_path", "trail_changes", ["chain", "path", "sequence", "ordinal"], unique=False)
    op.create_table(
        "trail_values",
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("comparator", sa.Text(), nullable=True),
        sa.Column("missing", sa.Text(), nullable=True),
        sa.CheckConstraint("length(salt) = 16", name=op.f("ck_trail_values_salt")),
        sa.PrimaryKeyConstraint("chain", "sequence", "ordinal", name=op.f("pk_trail_values")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "trail_heads",
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(hash) = 32", name=op.f("ck_trail_heads_hash")),
        sa.CheckConstraint("sequence >= 0", name=op.f("ck_trail_heads_sequence")),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_trail_heads")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "trail_checkpoints",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("occasion", sa.String(length=32), nullable=False),
        sa.Column("heads", sa.Text(), nullable=False),
        sa.Column("tree_size", sa.Integer(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(hash) = 32", name=op.f("ck_trail_checkpoints_hash")),
        sa.CheckConstraint("length(previous_hash) = 32", name=op.f("ck_trail_checkpoints_previous_hash")),
        sa.CheckConstraint("length(root) = 32", name=op.f("ck_trail_checkpoints_root")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_trail_checkpoints_number")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_trail_checkpoints")),
        sqlite_with_rowid=False,
    )
    for trigger in trail_triggers(op.get_bind().dialect.name):
        for statement in trigger.statements:
            op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Drop them again."""
    for trigger in trail_triggers(op.get_bind().dialect.name):
        for statement in trigger.drop:
            op.get_bind().exec_driver_sql(statement)
    op.drop_table("trail_checkpoints")
    op.drop_table("trail_heads")
    op.drop_table("trail_values")
    op.drop_table("trail_changes")
    op.drop_table("trail_entries")
