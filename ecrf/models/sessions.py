"""Log-in sessions, held by the server so that they can be ended at once."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from audit.instants import Instant
from ecrf.db import Model
from ecrf.models.columns import id_column, reference_to


class UserSession(Model):
    """One log-in: the SHA-256 of its token, when it was opened, last used (to the minute) and ended, and when its
    person last gave the password in it."""

    __tablename__ = "user_sessions"
    __table_args__ = (Index("ix_user_sessions_user_id", "user_id", "ended_at"),)

    id: Mapped[str] = id_column()
    user_id: Mapped[str] = reference_to("users")
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    opened_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
