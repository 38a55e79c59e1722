"""Studies, their published versions, sites, and laboratories with their reference ranges."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from audit.instants import Instant

revision = "0002"
down_revision = "0001"

DOCUMENT = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "studies",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("oid", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("ranges_revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studies")),
        sa.UniqueConstraint("name", name=op.f("uq_studies_name")),
        sa.UniqueConstraint("oid", name=op.f("uq_studies_oid")),
    )
    op.create_table(
        "study_versions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("study_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=32), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("published_at", Instant(), nullable=False),
        sa.Column("published_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_study_versions_study_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study_versions")),
        sa.UniqueConstraint("study_id", "number", name=op.f("uq_study_versions_study_id_number")),
    )
    op.create_table(
        "sites",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("study_id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.CheckConstraint("status IN ('open', 'closed')", name=op.f("ck_sites_status")),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_sites_study_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sites")),
        sa.UniqueConstraint("study_id", "code", name=op.f("uq_sites_study_id_code")),
    )
    op.create_table(
        "site_versions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("study_id", sa.String(length=36), nullable=False),
        sa.Column("site_id", sa.String(length=36), nullable=False),
        sa.Column("study_version", sa.Integer(), nullable=False),
        sa.Column("in_force_from", Instant(), nullable=False),
        sa.Column("approval", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_site_versions_site_id")),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_site_versions_study_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_versions")),
        sa.UniqueConstraint("site_id", "in_force_from", name=op.f("uq_site_versions_site_id_in_force_from")),
    )
    op.create_table(
        "laboratories",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("study_id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", DOCUMENT, nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_laboratories_study_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_laboratories")),
        sa.UniqueConstraint("study_id", "code", name=op.f("uq_laboratories_study_id_code")),
    )
    op.create_table(
        "reference_ranges",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("study_id", sa.String(length=36), nullable=False),
        sa.Column("laboratory", sa.String(length=64), nullable=False),
        sa.Column("analyte", sa.String(length=130), nullable=False),
        sa.Column("sex", sa.String(length=8), nullable=False),
        sa.Column("age_min", sa.Integer(), nullable=False),
        sa.Column("age_max", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("low", sa.String(length=40), nullable=True),
        sa.Column("high", sa.String(length=40), nullable=True),
        sa.Column("alert_low", sa.String(length=40), nullable=True),
        sa.Column("alert_high", sa.String(length=40), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("approved_by", sa.String(length=200), nullable=True),
        sa.CheckConstraint("state IN ('proposed', 'approved', 'withdrawn')", name=op.f("ck_reference_ranges_state")),
        sa.CheckConstraint("age_min <= age_max", name=op.f("ck_reference_ranges_ages")),
        sa.CheckConstraint("valid_to IS NULL OR valid_from <= valid_to", name=op.f("ck_reference_ranges_validity")),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_reference_ranges_study_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reference_ranges")),
    )
    op.create_index("ix_reference_ranges_study_id", "reference_ranges", ["study_id", "state"], unique=False)


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("reference_ranges")
    op.drop_table("laboratories")
    op.drop_table("site_versions")
    op.drop_table("sites")
    op.drop_table("study_versions")
    op.drop_table("studies")
