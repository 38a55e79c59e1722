"""Subjects."""

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ecrf.db import Model
from ecrf.models.columns import id_column, reference_to

OUT_OF_COURSE = ("screening", "screen_failure", "completed", "withdrawn")
"""Whose visits after enrolment are not awaited: who is not enrolled yet, never was, or has left. Those that took place
count."""
STATUSES = ("screening", "enrolled", "completed", "withdrawn", "screen_failure")


class Subject(Model):
    """A subject: the screening number is unique in the study, the subject number comes with enrolment."""

    __tablename__ = "subjects"
    __table_args__ = (
        UniqueConstraint("study_id", "screening_number"),
        UniqueConstraint("study_id", "subject_number"),
        Index("ix_subjects_site_id_screening_number", "site_id", "screening_number"),
        CheckConstraint(f"status IN {STATUSES!r}", name="status"),
    )

    id: Mapped[str] = id_column()
    study_id: Mapped[str] = reference_to("studies")
    site_id: Mapped[str] = reference_to("sites")
    screening_number: Mapped[str] = mapped_column(String(32))
    subject_number: Mapped[str | None] = mapped_column(String(32))
    status: Mapped[str] = mapped_column(String(16), default="screening")

    @property
    def chain(self) -> str:
        """The chain of the trail that holds everything about this subject."""
        return f"subject:{self.id}"

    @property
    def number(self) -> str:
        """The number people call the subject by: the subject number once there is one."""
        return self.subject_number or self.screening_number
