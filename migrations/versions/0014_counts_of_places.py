"""What lists and tables count stands in sums that follow each act, by visit and form too, and is found by indexes.

The sums begin empty: `flask summary rebuild` computes them.
"""

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_IN_PROGRESS = sa.text("state = 'in_progress'")
_ORDERS = (
    ("ix_visit_summaries_last_on", ["fate", "last_on", "subject_id", "event", "instance"]),
    ("ix_visit_summaries_fate", ["fate", "subject_id", "event", "instance"]),
)


def upgrade() -> None:
    """Make the sums anew, with what they count now, and the indexes."""
    _empty()
    with op.batch_alter_table("subject_summaries", recreate=_recreate()) as table:
        table.add_column(sa.Column("not_done", sa.Integer(), nullable=False))
    op.drop_table("site_tallies")
    _site_tallies(sqlite_with_rowid=False)
    op.create_table(
        "place_tallies",
        _text("site_id", 36), _text("event", 64), _text("form", 64), _text("state", 16),
        sa.Column("is_apart", sa.Integer(), nullable=False, autoincrement=False),
        _text("study_id", 36), sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_place_tallies_study_id")),
        sa.PrimaryKeyConstraint("site_id", "event", "form", "state", "is_apart", name=op.f("pk_place_tallies")),
        sqlite_with_rowid=False,
    )  # fmt: skip
    for name, columns in _ORDERS:
        op.create_index(name, "visit_summaries", columns)
    op.create_index(
        "ix_records_in_progress", "records",
        ["study_id", "event", "form", "row", "site_id", "subject_id", "event_id", "instance"],
        sqlite_where=_IN_PROGRESS, postgresql_where=_IN_PROGRESS,
    )  # fmt: skip
    op.create_index("ix_subjects_site_id_screening_number", "subjects", ["site_id", "screening_number"])
    op.drop_index("ix_subjects_site_id", table_name="subjects")


def downgrade() -> None:
    """Drop them; the sums begin empty again."""
    op.create_index("ix_subjects_site_id", "subjects", ["site_id"])
    op.drop_index("ix_subjects_site_id_screening_number", table_name="subjects")
    op.drop_index("ix_records_in_progress", table_name="records")
    for name, _ in _ORDERS:
        op.drop_index(name, table_name="visit_summaries")
    _empty()
    op.drop_table("place_tallies")
    op.drop_table("site_tallies")
    _site_tallies()
    with op.batch_alter_table("subject_summaries", recreate=_recreate()) as table:
        table.drop_column("not_done")


def _site_tallies(**rows: bool) -> None:
    op.create_table(
        "site_tallies",
        _text("site_id", 36), _text("measure", 24), _text("bucket", 24), _text("study_id", 36),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_site_tallies_study_id")),
        sa.PrimaryKeyConstraint("site_id", "measure", "bucket", name=op.f("pk_site_tallies")),
        **rows,
    )  # fmt: skip


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _recreate() -> Literal["always", "never"]:
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"


def _empty() -> None:
    for table in ("site_tallies", "subject_summaries", "visit_summaries"):
        op.execute(sa.table(table).delete())
