"""People's accounts. An account is never deleted and its id never given to somebody else (21 CFR 11.100(a))."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from audit.instants import Instant
from ecrf.db import Model
from ecrf.models.columns import id_column


class User(Model):
    """A person: the user name as typed, its folded key (NFKC, casefold) that keeps names apart, and the printed name.

    The password's hash stands in `passwords`: it has no business in the trail.
    """

    __tablename__ = "users"
    __table_args__ = (UniqueConstraint("username_key"),)

    id: Mapped[str] = id_column()
    username: Mapped[str] = mapped_column(String(64))
    username_key: Mapped[str] = mapped_column(String(128))
    name: Mapped[str] = mapped_column(String(200))
    organisation: Mapped[str] = mapped_column(String(200))
    added_at: Mapped[datetime] = mapped_column(Instant)
    password_changed_at: Mapped[datetime | None] = mapped_column(Instant)
    deactivated_at: Mapped[datetime | None] = mapped_column(Instant)
