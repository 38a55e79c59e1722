"""Lists of one form across subjects and tables of what is complete count by an index alone, without reading data."""

from alembic import op

revision = "0008"
down_revision = "0007"

_COLUMNS = ["study_id", "form", "study_version", "row", "state", "site_id", "event"]


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_records_study_id_form", "records", _COLUMNS, unique=False)


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_records_study_id_form", table_name="records")
