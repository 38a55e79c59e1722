"""What stands in a study is counted and what was asked is listed by indexes alone, however many subjects there are."""

from alembic import op

revision = "0011"
down_revision = "0010"

INDEXES = (
    ("ix_records_study_id_row", "records", ["study_id", "row", "site_id", "state"]),
    ("ix_records_subject_id_row", "records", ["subject_id", "row", "state", "event_id"]),
    ("ix_events_study_id_state", "events", ["study_id", "state"]),
    ("ix_queries_study_id_state", "queries", ["study_id", "state", "site_id"]),
    ("ix_queries_opened_at", "queries", ["opened_at", "id"]),
    ("ix_queries_state_opened_at", "queries", ["state", "opened_at", "id"]),
)


def upgrade() -> None:
    """Add the indexes."""
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns, unique=False)


def downgrade() -> None:
    """Drop them."""
    for name, table, _ in reversed(INDEXES):
        op.drop_index(name, table_name=table)
