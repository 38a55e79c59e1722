"""Planned dates of visits and enrolment plans of sites, which are trailed; sums of what stands, which are derived."""

import sqlalchemy as sa
from alembic import op

from ecrf.guards import planning_guards

revision = "0013"
down_revision = "0012"

_DERIVED = ("site_tallies", "subject_summaries", "visit_summaries")


def upgrade() -> None:
    """Make the tables and their triggers."""
    _planning()
    _summaries()
    for trigger in planning_guards(op.get_bind().dialect.name):
        for statement in trigger.statements:
            op.get_bind().exec_driver_sql(statement)


def _id(name: str, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=36), nullable=nullable)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _day(name: str, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.Date(), nullable=nullable)


def _of(table: str, *names: str) -> list[sa.ForeignKeyConstraint]:
    of = {"study_id": "studies", "site_id": "sites", "subject_id": "subjects"}
    return [sa.ForeignKeyConstraint([name], [f"{of[name]}.id"], name=op.f(f"fk_{table}_{name}")) for name in names]


def _planning() -> None:
    op.create_table(
        "planned_visits",
        _id("id"), _id("study_id"), _id("site_id"), _id("subject_id"),
        sa.Column("event", sa.String(length=64), nullable=False),
        _count("instance"), _day("planned_on"),
        sa.Column("planned_at", sa.String(length=5), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.CheckConstraint("instance >= 0", name=op.f("ck_planned_visits_instance")),
        sa.CheckConstraint(
            "planned_on IS NOT NULL OR (planned_at IS NULL AND note IS NULL)", name=op.f("ck_planned_visits_cleared")
        ),
        *_of("planned_visits", "study_id", "site_id", "subject_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_visits")),
        sa.UniqueConstraint(
            "subject_id", "event", "instance", name=op.f("uq_planned_visits_subject_id_event_instance")
        ),
    )  # fmt: skip
    op.create_index("ix_planned_visits_site_id_planned_on", "planned_visits", ["site_id", "planned_on"])
    op.create_table(
        "site_plans",
        _id("id"), _id("study_id"), _id("site_id"), _count("subjects"),
        _day("starts_on", False), _day("ends_on", False),
        sa.CheckConstraint("subjects >= 0", name=op.f("ck_site_plans_subjects")),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_site_plans_period")),
        *_of("site_plans", "study_id", "site_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_plans")),
        sa.UniqueConstraint("site_id", name=op.f("uq_site_plans_site_id")),
    )  # fmt: skip


def _summaries() -> None:
    op.create_table(
        "visit_summaries",
        _id("subject_id"), sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("instance", sa.Integer(), nullable=False, autoincrement=False),
        _id("study_id"), _id("site_id"), sa.Column("fate", sa.String(length=8), nullable=False),
        *map(_day, ("first_on", "due_on", "last_on", "took_place_on", "saved_on")),
        sa.CheckConstraint("fate IN ('open', 'done', 'not_done')", name=op.f("ck_visit_summaries_fate")),
        *_of("visit_summaries", "study_id", "site_id"),
        sa.PrimaryKeyConstraint("subject_id", "event", "instance", name=op.f("pk_visit_summaries")),
    )  # fmt: skip
    op.create_index("ix_visit_summaries_site_id", "visit_summaries", ["site_id", "fate", "last_on"])
    op.create_table(
        "subject_summaries",
        _id("subject_id"), _id("study_id"), _id("site_id"),
        *map(_count, ("in_progress", "complete", "open_queries", "answered_queries", "unjudged", "locked")),
        _day("zero_on"), _day("enrolled_on"),
        *_of("subject_summaries", "study_id", "site_id"),
        sa.PrimaryKeyConstraint("subject_id", name=op.f("pk_subject_summaries")),
    )  # fmt: skip
    op.create_index("ix_subject_summaries_site_id", "subject_summaries", ["site_id", "unjudged"])
    op.create_table(
        "site_tallies",
        _id("site_id"), sa.Column("measure", sa.String(length=24), nullable=False),
        sa.Column("bucket", sa.String(length=24), nullable=False), _id("study_id"), _count("number"),
        *_of("site_tallies", "study_id"),
        sa.PrimaryKeyConstraint("site_id", "measure", "bucket", name=op.f("pk_site_tallies")),
    )  # fmt: skip


def downgrade() -> None:
    """Drop them again."""
    for trigger in planning_guards(op.get_bind().dialect.name):
        for statement in trigger.drop:
            op.get_bind().exec_driver_sql(statement)
    for table in (*_DERIVED, "site_plans", "planned_visits"):
        op.drop_table(table)
