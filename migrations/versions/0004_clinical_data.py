"""Subjects, events, records, queries, holds and stale marks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from audit.instants import Instant

revision = "0004"
down_revision = "0003"

DOCUMENT = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "subjects",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("study_id", sa.String(length=36), nullable=False),
        sa.Column("site_id", sa.String(length=36), nullable=False),
        sa.Column("screening_number", sa.String(length=32), nullable=False),
        sa.Column("subject_number", sa.String(length=32), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "status IN ('screening', 'enrolled', 'completed', 'withdrawn', 'screen_failure')",
            name=op.f("ck_subjects_status"),
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_subjects_site_id")),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_subjects_study_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subjects")),
        sa.UniqueConstraint("study_id", "screening_number", name=op.f("uq_subjects_study_id_screening_number")),
        sa.UniqueConstraint("study_id", "subject_number", name=op.f("uq_subjects_study_id_subject_number")),
    )
    op.create_index(op.f("ix_subjects_site_id"), "subjects", ["site_id"], unique=False)
    op.create_table(
        "events",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("study_id", sa.String(length=36), nullable=False),
        sa.Column("site_id", sa.String(length=36), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("oid", sa.String(length=64), nullable=False),
        sa.Column("instance", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.CheckConstraint("state IN ('started', 'not_done', 'removed')", name=op.f("ck_events_state")),
        sa.CheckConstraint("instance >= 0", name=op.f("ck_events_instance")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_events_site_id")),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_events_study_id")),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], name=op.f("fk_events_subject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("subject_id", "oid", "instance", name=op.f("uq_events_subject_id_oid_instance")),
    )
    op.create_table(
        "records",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("study_id", sa.String(length=36), nullable=False),
        sa.Column("site_id", sa.String(length=36), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("instance", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=64), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("study_version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("data", DOCUMENT, nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('in_progress', 'complete', 'not_done', 'removed')", name=op.f("ck_records_state")
        ),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_records_revision")),
        sa.CheckConstraint("row >= 0", name=op.f("ck_records_row")),
        sa.ForeignKeyConstraint(
            ["chain", "sequence"],
            ["trail_entries.chain", "trail_entries.sequence"],
            name=op.f("fk_records_chain_sequence"),
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_records_event_id")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_records_site_id")),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_records_study_id")),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], name=op.f("fk_records_subject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_records")),
        sa.UniqueConstraint("event_id", "form", "row", name=op.f("uq_records_event_id_form_row")),
    )
    op.create_index("ix_records_subject_id_form", "records", ["subject_id", "form"], unique=False)
    op.create_table(
        "queries",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("study_id", sa.String(length=36), nullable=False),
        sa.Column("site_id", sa.String(length=36), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=True),
        sa.Column("check_id", sa.String(length=64), nullable=True),
        sa.Column("check_version", sa.String(length=32), nullable=True),
        sa.Column("severity", sa.String(length=8), nullable=True),
        sa.Column("gate", sa.String(length=32), nullable=True),
        sa.Column("message", DOCUMENT, nullable=False),
        sa.Column("explanation", DOCUMENT, nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("resolution", sa.String(length=32), nullable=True),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("opened_by", sa.String(length=200), nullable=False),
        sa.Column("opened_role", sa.String(length=32), nullable=True),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.CheckConstraint("(state = 'closed') = (resolution IS NOT NULL)", name=op.f("ck_queries_resolved")),
        sa.CheckConstraint(
            "resolution IN ('resolved_by_data', 'no_longer_evaluable', 'closed_by_person')",
            name=op.f("ck_queries_resolution"),
        ),
        sa.CheckConstraint("state IN ('open', 'answered', 'closed')", name=op.f("ck_queries_state")),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_queries_record_id")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_queries_site_id")),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_queries_study_id")),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], name=op.f("fk_queries_subject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queries")),
        sa.UniqueConstraint("record_id", "check_id", name=op.f("uq_queries_record_id_check_id")),
        sa.UniqueConstraint("subject_id", "number", name=op.f("uq_queries_subject_id_number")),
    )
    op.create_index("ix_queries_site_id_state", "queries", ["site_id", "state", "opened_at"], unique=False)
    op.create_index("ix_queries_subject_id_state", "queries", ["subject_id", "state"], unique=False)
    op.create_table(
        "query_messages",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("study_id", sa.String(length=36), nullable=False),
        sa.Column("site_id", sa.String(length=36), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("query_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("said_at", Instant(), nullable=False),
        sa.Column("said_by", sa.String(length=200), nullable=False),
        sa.Column("said_role", sa.String(length=32), nullable=False),
        sa.CheckConstraint("kind IN ('raised', 'answer', 'closing', 'reopening')", name=op.f("ck_query_messages_kind")),
        sa.ForeignKeyConstraint(["query_id"], ["queries.id"], name=op.f("fk_query_messages_query_id")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_query_messages_site_id")),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_query_messages_study_id")),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], name=op.f("fk_query_messages_subject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_query_messages")),
    )
    op.create_index("ix_query_messages_query_id", "query_messages", ["query_id", "said_at"], unique=False)
    op.create_table(
        "holds",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("study_id", sa.String(length=36), nullable=False),
        sa.Column("site_id", sa.String(length=36), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=True),
        sa.Column("form", sa.String(length=64), nullable=True),
        sa.Column("record_id", sa.String(length=36), nullable=True),
        sa.Column("item", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("held_at", Instant(), nullable=False),
        sa.Column("held_by", sa.String(length=200), nullable=False),
        sa.Column("lifted_at", Instant(), nullable=True),
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.CheckConstraint("(level = 'form') = (event_id IS NOT NULL)", name=op.f("ck_holds_event")),
        sa.CheckConstraint("(level = 'form') = (form IS NOT NULL)", name=op.f("ck_holds_form")),
        sa.CheckConstraint("(level = 'item') = (item IS NOT NULL)", name=op.f("ck_holds_item")),
        sa.CheckConstraint("(level IN ('item', 'record')) = (record_id IS NOT NULL)", name=op.f("ck_holds_record")),
        sa.CheckConstraint("kind IN ('freeze', 'lock')", name=op.f("ck_holds_kind")),
        sa.CheckConstraint("level IN ('item', 'record', 'form', 'subject')", name=op.f("ck_holds_level")),
        sa.ForeignKeyConstraint(
            ["chain", "sequence"],
            ["trail_entries.chain", "trail_entries.sequence"],
            name=op.f("fk_holds_chain_sequence"),
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_holds_event_id")),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_holds_record_id")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_holds_site_id")),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_holds_study_id")),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], name=op.f("fk_holds_subject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
    )
    op.create_index("ix_holds_subject_id", "holds", ["subject_id", "lifted_at"], unique=False)
    op.create_table(
        "stale_marks",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("study_id", sa.String(length=36), nullable=False),
        sa.Column("site_id", sa.String(length=36), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("marked_at", Instant(), nullable=False),
        sa.Column("cleared_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_stale_marks_record_id")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_stale_marks_site_id")),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_stale_marks_study_id")),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], name=op.f("fk_stale_marks_subject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stale_marks")),
    )
    op.create_index("ix_stale_marks_record_id", "stale_marks", ["record_id", "cleared_at"], unique=False)


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("stale_marks")
    op.drop_table("holds")
    op.drop_table("query_messages")
    op.drop_table("queries")
    op.drop_table("records")
    op.drop_table("events")
    op.drop_table("subjects")
