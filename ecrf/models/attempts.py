"""Refused log-ins of each user name, counted in the database so that all servers count together."""

from datetime import datetime

from sqlalchemy import Integer, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from audit.instants import Instant
from ecrf.db import Model


class LoginAttempt(Model):
    """The attempts under one user name since its last log-in, known or unknown alike, by the SHA-256 of its key."""

    __tablename__ = "login_attempts"

    name_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    failures: Mapped[int] = mapped_column(Integer)
    last_at: Mapped[datetime] = mapped_column(Instant, index=True)
    blocked_until: Mapped[datetime | None] = mapped_column(Instant)
