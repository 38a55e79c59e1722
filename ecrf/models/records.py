"""Records: one form of one event of one subject, its values in one document."""

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from ecrf.db import Model
from ecrf.models.columns import Document, id_column, reference_to
from forms.casebook import EventKey, RecordKey, Values
from forms.datum import Documented

IN_PROGRESS = text("state = 'in_progress'")
STATES = ("in_progress", "complete", "not_done", "removed")


class Record(Model):
    """The current values of a form (row 0) or of one row of a repeating form.

    `data` maps item OIDs to the parts of their datum; it is replaced whole, never changed in place. `chain` and
    `sequence` name the entry of the last change: the database refuses a change that names no new one.
    """

    __tablename__ = "records"
    __table_args__ = (
        UniqueConstraint("event_id", "form", "row"),
        ForeignKeyConstraint(["chain", "sequence"], ["trail_entries.chain", "trail_entries.sequence"]),
        CheckConstraint(f"state IN {STATES!r}", name="state"),
        CheckConstraint("row >= 0", name="row"),
        CheckConstraint("revision >= 1", name="revision"),
        Index("ix_records_subject_id_form", "subject_id", "form"),
        Index("ix_records_subject_id_row", "subject_id", "row", "state", "event_id"),
        Index("ix_records_study_id_row", "study_id", "row", "site_id", "state"),
        Index(
            "ix_records_study_id_form", "study_id", "form", "study_version", "row", "state", "site_id", "event"
        ),  # what lists and tables count by, without reading the data
        Index(
            "ix_records_in_progress",
            "study_id",
            "event",
            "form",
            "row",
            "site_id",
            "subject_id",
            "event_id",
            "instance",
            sqlite_where=IN_PROGRESS,
            postgresql_where=IN_PROGRESS,
        ),  # few at any time, counted wherever data are to be held
    )

    id: Mapped[str] = id_column()
    study_id: Mapped[str] = reference_to("studies")
    site_id: Mapped[str] = reference_to("sites")
    subject_id: Mapped[str] = reference_to("subjects")
    event_id: Mapped[str] = reference_to("events")
    event: Mapped[str] = mapped_column(String(64))
    instance: Mapped[int] = mapped_column(Integer, default=0)
    form: Mapped[str] = mapped_column(String(64))
    row: Mapped[int] = mapped_column(Integer, default=0)
    study_version: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(16), default="in_progress")
    revision: Mapped[int] = mapped_column(Integer, default=1)
    data: Mapped[dict[str, Any]] = mapped_column(Document, default=dict)
    chain: Mapped[str] = mapped_column(String(64))
    sequence: Mapped[int] = mapped_column(Integer)

    @property
    def key(self) -> RecordKey:
        """The record as the definitions name it."""
        return RecordKey(EventKey(self.event, self.instance), self.form, self.row)

    @property
    def values(self) -> Values:
        """The current values, entered and computed."""
        return Documented(self.data)


IS_IN_PROGRESS: ColumnElement[bool] = Record.state == literal_column("'in_progress'")
"""Said with its value in the statement itself: by a bound one no database finds the index of these few."""
