"""What is planned: the date of a visit of a subject, and how many subjects a site is to enrol and by when."""

from datetime import date

from sqlalchemy import CheckConstraint, Date, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ecrf.db import Model
from ecrf.models.columns import id_column, reference_to
from forms.casebook import EventKey


class PlannedVisit(Model):
    """The day for which a visit is planned, perhaps with a time of day at the site (`08:30`) and a note; one that was
    cleared stays as a row without a day."""

    __tablename__ = "planned_visits"
    __table_args__ = (
        UniqueConstraint("subject_id", "event", "instance"),
        CheckConstraint("instance >= 0", name="instance"),
        CheckConstraint("planned_on IS NOT NULL OR (planned_at IS NULL AND note IS NULL)", name="cleared"),
        Index("ix_planned_visits_site_id_planned_on", "site_id", "planned_on"),
    )

    id: Mapped[str] = id_column()
    study_id: Mapped[str] = reference_to("studies")
    site_id: Mapped[str] = reference_to("sites")
    subject_id: Mapped[str] = reference_to("subjects")
    event: Mapped[str] = mapped_column(String(64))
    instance: Mapped[int] = mapped_column(Integer, default=0)
    planned_on: Mapped[date | None] = mapped_column(Date)
    planned_at: Mapped[str | None] = mapped_column(String(5))
    note: Mapped[str | None] = mapped_column(String(200))

    @property
    def written(self) -> str:
        """The plan as people write it, `2026-06-09 08:30 fasting`; empty where none stands."""
        return " ".join(str(part) for part in (self.planned_on, self.planned_at, self.note) if part)

    @property
    def key(self) -> EventKey:
        """The event as the definitions name it."""
        return EventKey(self.event, self.instance)


class SitePlan(Model):
    """How many subjects a site plans to enrol, from one day to another, both within the period."""

    __tablename__ = "site_plans"
    __table_args__ = (
        UniqueConstraint("site_id"),
        CheckConstraint("subjects >= 0", name="subjects"),
        CheckConstraint("starts_on <= ends_on", name="period"),
    )

    id: Mapped[str] = id_column()
    study_id: Mapped[str] = reference_to("studies")
    site_id: Mapped[str] = reference_to("sites")
    subjects: Mapped[int] = mapped_column(Integer)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
