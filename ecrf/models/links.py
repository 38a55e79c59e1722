"""One-time links with which people set their own passwords: nobody else ever knows one (21 CFR 11.200(a)(2))."""

from datetime import datetime

from sqlalchemy import CheckConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from audit.instants import Instant
from ecrf.db import Model
from ecrf.models.columns import id_column, reference_to


class AccountLink(Model):
    """One link: the SHA-256 of its token, what it is for, until when, and whether it was used or taken back.

    Like passwords and sessions it is no row of the trail, which tells of each step with it.
    """

    __tablename__ = "account_links"
    __table_args__ = (CheckConstraint("purpose IN ('activation', 'reset')", name="purpose"),)

    id: Mapped[str] = id_column()
    user_id: Mapped[str] = reference_to("users", index=True)
    purpose: Mapped[str] = mapped_column(String(16))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    issued_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
