"""One-time links with which people set their passwords, the addresses of sites, when a session's person was last
asked for the password, and the answers kept for requests that are sent twice."""

import sqlalchemy as sa
from alembic import op

from audit.instants import Instant

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the tables and the columns; columns are added in place, so that SQLite keeps its triggers."""
    op.create_table(
        "account_links",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("issued_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.Column("withdrawn_at", Instant(), nullable=True),
        sa.CheckConstraint("purpose IN ('activation', 'reset')", name=op.f("ck_account_links_purpose")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_account_links_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_account_links_token_hash")),
    )
    op.create_index(op.f("ix_account_links_user_id"), "account_links", ["user_id"], unique=False)
    op.create_table(
        "kept_answers",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("kept_at", Instant(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_kept_answers_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_answers")),
        sa.UniqueConstraint("user_id", "key_hash", name=op.f("uq_kept_answers_user_id_key_hash")),
    )
    op.create_index(op.f("ix_kept_answers_kept_at"), "kept_answers", ["kept_at"], unique=False)
    op.add_column("sites", sa.Column("address", sa.String(length=500), nullable=True))
    op.add_column("user_sessions", sa.Column("confirmed_at", Instant(), nullable=True))


def downgrade() -> None:
    """Drop them again."""
    op.drop_column("user_sessions", "confirmed_at")
    op.drop_column("sites", "address")
    op.drop_table("kept_answers")
    op.drop_table("account_links")
