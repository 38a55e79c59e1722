"""Laboratories and their reference ranges."""

from datetime import date
from fractions import Fraction

from sqlalchemy import CheckConstraint, Date, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ecrf.db import Model
from ecrf.models.columns import Document, id_column, reference_to
from forms.ranges import RangeRow


class Laboratory(Model):
    """A laboratory by the code that the laboratory item of a form names; `name` is by language."""

    __tablename__ = "laboratories"
    __table_args__ = (UniqueConstraint("study_id", "code"),)

    id: Mapped[str] = id_column()
    study_id: Mapped[str] = reference_to("studies")
    code: Mapped[str] = mapped_column(String(64))
    name: Mapped[dict[str, str]] = mapped_column(Document)


class ReferenceRange(Model):
    """One range row: limits are decimal text in `unit`, so that what was typed stands; only approved rows count."""

    __tablename__ = "reference_ranges"
    __table_args__ = (
        CheckConstraint("state IN ('proposed', 'approved', 'withdrawn')", name="state"),
        CheckConstraint("age_min <= age_max", name="ages"),
        CheckConstraint("valid_to IS NULL OR valid_from <= valid_to", name="validity"),
        Index("ix_reference_ranges_study_id", "study_id", "state"),
    )

    id: Mapped[str] = id_column()
    study_id: Mapped[str] = reference_to("studies")
    laboratory: Mapped[str] = mapped_column(String(64))
    analyte: Mapped[str] = mapped_column(String(130))
    sex: Mapped[str] = mapped_column(String(8))
    age_min: Mapped[int] = mapped_column(Integer)
    age_max: Mapped[int] = mapped_column(Integer)
    unit: Mapped[str] = mapped_column(String(32))
    low: Mapped[str | None] = mapped_column(String(40))
    high: Mapped[str | None] = mapped_column(String(40))
    alert_low: Mapped[str | None] = mapped_column(String(40))
    alert_high: Mapped[str | None] = mapped_column(String(40))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    revision: Mapped[int] = mapped_column(Integer, default=1)
    state: Mapped[str] = mapped_column(String(16), default="proposed")
    approved_by: Mapped[str | None] = mapped_column(String(200))

    def as_row(self) -> RangeRow:
        """The row as checks see it."""
        limits = (self.low, self.high, self.alert_low, self.alert_high)
        low, high, alert_low, alert_high = (None if limit is None else Fraction(limit) for limit in limits)
        return RangeRow(
            self.id, self.revision, self.laboratory, self.analyte, self.sex, self.age_min, self.age_max,
            self.unit, low, high, self.valid_from, self.valid_to, alert_low, alert_high,
        )  # fmt: skip
