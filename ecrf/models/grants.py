"""Roles given to people, with their beginning and end. "Who could do what on day D" is a question to this table."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from audit.instants import Instant
from ecrf.db import Model
from ecrf.models.columns import id_column, reference_to

ROLES = ("coordinator", "investigator", "monitor", "data_manager", "study_builder", "administrator", "auditor")
SITE_BOUND = ROLES[:3]


class Grant(Model):
    """One role of one person from a moment to a moment, in a study (None: in all) and at a site (None: at all)."""

    __tablename__ = "grants"
    __table_args__ = (
        CheckConstraint(f"role IN {ROLES!r}", name="role"),
        CheckConstraint(f"role NOT IN {SITE_BOUND!r} OR site_id IS NOT NULL", name="site_bound"),
        CheckConstraint("site_id IS NULL OR study_id IS NOT NULL", name="site_of_study"),
        CheckConstraint("ends_at IS NULL OR ends_at >= starts_at", name="period"),
        Index("ix_grants_user_id", "user_id", "ends_at"),
    )

    id: Mapped[str] = id_column()
    user_id: Mapped[str] = reference_to("users")
    role: Mapped[str] = mapped_column(String(32))
    study_id: Mapped[str | None] = reference_to("studies", nullable=True)
    site_id: Mapped[str | None] = reference_to("sites", nullable=True)
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime | None] = mapped_column(Instant)
