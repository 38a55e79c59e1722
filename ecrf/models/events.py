"""Events of a subject: visits that have begun, unscheduled visits, and the running log."""

from sqlalchemy import CheckConstraint, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ecrf.db import Model
from ecrf.models.columns import id_column, reference_to
from forms.casebook import EventKey

STATES = ("started", "not_done", "removed")


class Event(Model):
    """One event of one subject; it begins with its first record. `instance` counts repeats of a repeating event."""

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("subject_id", "oid", "instance"),
        CheckConstraint(f"state IN {STATES!r}", name="state"),
        CheckConstraint("instance >= 0", name="instance"),
        Index("ix_events_study_id_state", "study_id", "state"),
    )

    id: Mapped[str] = id_column()
    study_id: Mapped[str] = reference_to("studies")
    site_id: Mapped[str] = reference_to("sites")
    subject_id: Mapped[str] = reference_to("subjects")
    oid: Mapped[str] = mapped_column(String(64))
    instance: Mapped[int] = mapped_column(Integer, default=0)
    state: Mapped[str] = mapped_column(String(16), default="started")

    @property
    def key(self) -> EventKey:
        """The event as the definitions name it."""
        return EventKey(self.oid, self.instance)
