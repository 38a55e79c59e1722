"""What is typed and not saved has a table of its own, so that no time-out, crash or other device loses it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from audit.instants import Instant

revision = "0007"
down_revision = "0006"

DOCUMENT = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Make the table. It has no trigger: drafts come and go, and no entry of the trail tells of them."""
    op.create_table(
        "drafts",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("study_id", sa.String(length=36), nullable=False),
        sa.Column("site_id", sa.String(length=36), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("instance", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=64), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("row_id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("typed", DOCUMENT, nullable=False),
        sa.Column("begun_at", Instant(), nullable=False),
        sa.Column("kept_at", Instant(), nullable=False),
        sa.CheckConstraint("row >= 0", name=op.f("ck_drafts_row")),
        sa.CheckConstraint("row = 0 OR row_id = ''", name=op.f("ck_drafts_new_row")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_drafts_user_id")),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_drafts_study_id")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_drafts_site_id")),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], name=op.f("fk_drafts_subject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sa.UniqueConstraint(
            "user_id", "subject_id", "event", "instance", "form", "row", "row_id",
            name=op.f("uq_drafts_user_id_subject_id_event_instance_form_row_row_id"),
        ),
    )  # fmt: skip
    op.create_index(op.f("ix_drafts_kept_at"), "drafts", ["kept_at"], unique=False)


def downgrade() -> None:
    """Drop it again, with what was typed and never saved."""
    op.drop_table("drafts")
