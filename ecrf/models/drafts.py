"""Drafts: what somebody is typing on a form and has not saved."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from audit.instants import Instant
from ecrf.db import Model
from ecrf.models.columns import ID_LENGTH, Document, id_column, reference_to


class Draft(Model):
    """What one person typed on one form, one row of it (`row`), or a row that is not there yet (`row` 0, and the
    `row_id` its page chose). No entry of the trail tells of it: it is no record of anything yet.

    `typed` holds what differs from what is saved, and nothing else: `answers` by item as `{"typed": datum, "before":
    datum or null where that is not known}`, `reasons` by item, `replies` by query, `chosen` by item that collides.
    """

    __tablename__ = "drafts"
    __table_args__ = (
        UniqueConstraint("user_id", "subject_id", "event", "instance", "form", "row", "row_id"),
        CheckConstraint("row >= 0", name="row"),
        CheckConstraint("row = 0 OR row_id = ''", name="new_row"),
    )

    id: Mapped[str] = id_column()
    user_id: Mapped[str] = reference_to("users")
    study_id: Mapped[str] = reference_to("studies")
    site_id: Mapped[str] = reference_to("sites")
    subject_id: Mapped[str] = reference_to("subjects")
    event: Mapped[str] = mapped_column(String(64))
    instance: Mapped[int] = mapped_column(Integer)
    form: Mapped[str] = mapped_column(String(64))
    row: Mapped[int] = mapped_column(Integer, default=0)
    row_id: Mapped[str] = mapped_column(String(ID_LENGTH), default="")
    revision: Mapped[int] = mapped_column(Integer)
    typed: Mapped[dict[str, Any]] = mapped_column(Document)
    begun_at: Mapped[datetime] = mapped_column(Instant)
    kept_at: Mapped[datetime] = mapped_column(Instant, index=True)
