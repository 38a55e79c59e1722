"""Freezes and locks, and computed values that a hold kept from moving."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from audit.instants import Instant
from ecrf.db import Model
from ecrf.models.columns import id_column, reference_to

LEVELS = ("item", "record", "form", "event", "subject", "site", "study")
WHOLE = ("subject", "site", "study")
"""The levels that hold a subject as a whole."""
WIDE = ("site", "study")
"""The levels that hold every subject of a site or a study, present and to come."""
KINDS = ("freeze", "lock")


class Hold(Model):
    """A freeze (no data change) or a lock (no change at all) of an item, a record, a form of a visit, a visit (event),
    a subject, a site or a study.

    A form-level hold covers the form's own record and every row, a hold above it all that stands under it, each present
    and future. It stands until `lifted_at`. One of a site names no subject, one of a study no site either.
    `chain` and `sequence` name the entry that made or lifted it: the database takes no hold that names no new one.
    """

    __tablename__ = "holds"
    __table_args__ = (
        CheckConstraint(f"level IN {LEVELS!r}", name="level"),
        CheckConstraint(f"kind IN {KINDS!r}", name="kind"),
        CheckConstraint("(level IN ('item', 'record')) = (record_id IS NOT NULL)", name="record"),
        CheckConstraint("(level = 'item') = (item IS NOT NULL)", name="item"),
        CheckConstraint("(level = 'form') = (form IS NOT NULL)", name="form"),
        CheckConstraint("(level IN ('form', 'event')) = (event_id IS NOT NULL)", name="event"),
        CheckConstraint(f"(level IN {WIDE!r}) = (subject_id IS NULL)", name="subject"),
        CheckConstraint("(level = 'study') = (site_id IS NULL)", name="site"),
        ForeignKeyConstraint(["chain", "sequence"], ["trail_entries.chain", "trail_entries.sequence"]),
        Index("ix_holds_subject_id", "subject_id", "lifted_at"),
    )

    id: Mapped[str] = id_column()
    study_id: Mapped[str] = reference_to("studies")
    site_id: Mapped[str | None] = reference_to("sites", nullable=True)
    subject_id: Mapped[str | None] = reference_to("subjects", nullable=True)
    level: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(8))
    event_id: Mapped[str | None] = reference_to("events", nullable=True)
    form: Mapped[str | None] = mapped_column(String(64))
    record_id: Mapped[str | None] = reference_to("records", nullable=True)
    item: Mapped[str | None] = mapped_column(String(64))
    reason: Mapped[str | None] = mapped_column(Text)
    held_at: Mapped[datetime] = mapped_column(Instant)
    held_by: Mapped[str] = mapped_column(String(200))
    lifted_at: Mapped[datetime | None] = mapped_column(Instant)
    chain: Mapped[str] = mapped_column(String(64))
    sequence: Mapped[int] = mapped_column(Integer)


class StaleMark(Model):
    """A computed item that would have moved while its record was held; cleared when it is computed again."""

    __tablename__ = "stale_marks"
    __table_args__ = (Index("ix_stale_marks_record_id", "record_id", "cleared_at"),)

    id: Mapped[str] = id_column()
    study_id: Mapped[str] = reference_to("studies")
    site_id: Mapped[str] = reference_to("sites")
    subject_id: Mapped[str] = reference_to("subjects")
    record_id: Mapped[str] = reference_to("records")
    item: Mapped[str] = mapped_column(String(64))
    marked_at: Mapped[datetime] = mapped_column(Instant)
    cleared_at: Mapped[datetime | None] = mapped_column(Instant)
