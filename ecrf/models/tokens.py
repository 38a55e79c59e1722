"""Bearer tokens for the API."""

from datetime import datetime

from sqlalchemy import Boolean, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from audit.instants import Instant
from ecrf.db import Model
from ecrf.models.columns import id_column, reference_to


class ApiToken(Model):
    """One token: the SHA-256 of what was printed once, what it is for, and until when; `reads_only` narrows it."""

    __tablename__ = "api_tokens"

    id: Mapped[str] = id_column()
    user_id: Mapped[str] = reference_to("users", index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    label: Mapped[str] = mapped_column(String(100))
    reads_only: Mapped[bool] = mapped_column(Boolean)
    issued_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
