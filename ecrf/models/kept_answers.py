"""Answers kept for a day, so that a request that is sent twice with one key is done once."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Integer, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from audit.instants import Instant
from ecrf.db import Model
from ecrf.models.columns import id_column, reference_to


class KeptAnswer(Model):
    """What one person was answered under one key: the SHA-256 of the key and of what was sent, then the answer."""

    __tablename__ = "kept_answers"
    __table_args__ = (UniqueConstraint("user_id", "key_hash"),)

    id: Mapped[str] = id_column()
    user_id: Mapped[str] = reference_to("users")
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    request_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    kept_at: Mapped[datetime] = mapped_column(Instant, index=True)
    status: Mapped[int | None] = mapped_column(Integer)
    headers: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    body: Mapped[str | None] = mapped_column(Text)
