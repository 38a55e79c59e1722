"""Whoever reviews finds what is new since the last look, and the acts of a person or of a kind among millions."""

import sqlalchemy as sa
from alembic import op

from audit.instants import Instant

revision = "0009"
down_revision = "0008"

INDEXES = {"ix_trail_entries_actor_name": "actor_name", "ix_trail_entries_action": "action"}


def upgrade() -> None:
    """Make the table of looks and the indexes of the trail."""
    for name, column in INDEXES.items():
        op.create_index(name, "trail_entries", [column, "recorded_at"], unique=False)
    op.create_table(
        "looks",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("study_id", sa.String(length=36), nullable=False),
        sa.Column("site_id", sa.String(length=36), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("event", sa.String(length=96), nullable=False),
        sa.Column("form", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.CheckConstraint("sequence >= 0", name=op.f("ck_looks_sequence")),
        sa.CheckConstraint("(event = '') = (form = '')", name=op.f("ck_looks_place")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_looks_site_id")),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_looks_study_id")),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], name=op.f("fk_looks_subject_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_looks_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_looks")),
        sa.UniqueConstraint(
            "user_id", "subject_id", "event", "form", name=op.f("uq_looks_user_id_subject_id_event_form")
        ),
    )
    op.create_index("ix_looks_subject_id", "looks", ["subject_id"], unique=False)


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("looks")
    for name in INDEXES:
        op.drop_index(name, table_name="trail_entries")
