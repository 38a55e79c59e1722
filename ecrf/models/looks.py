"""How far a person has looked at a subject.

A look is a mark in one's own reading, as a bookmark is: it says nothing of any data, opens and closes nothing, and
nobody else sees it. It is not trailed: an entry for each would bury the acts that the trail is reviewed for.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from audit.instants import Instant
from ecrf.db import Model
from ecrf.models.columns import id_column, reference_to


class Look(Model):
    """One person's last look at a subject as a whole (`event` and `form` empty) or at one form of a visit: `sequence`
    is the last entry of the subject's chain that there was to see."""

    __tablename__ = "looks"
    __table_args__ = (
        UniqueConstraint("user_id", "subject_id", "event", "form"),
        CheckConstraint("sequence >= 0", name="sequence"),
        CheckConstraint("(event = '') = (form = '')", name="place"),
        Index("ix_looks_subject_id", "subject_id"),
    )

    id: Mapped[str] = id_column()
    user_id: Mapped[str] = reference_to("users")
    study_id: Mapped[str] = reference_to("studies")
    site_id: Mapped[str] = reference_to("sites")
    subject_id: Mapped[str] = reference_to("subjects")
    event: Mapped[str] = mapped_column(String(96), default="")
    form: Mapped[str] = mapped_column(String(64), default="")
    sequence: Mapped[int] = mapped_column(Integer)
    seen_at: Mapped[datetime] = mapped_column(Instant)
