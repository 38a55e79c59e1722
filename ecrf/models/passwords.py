"""Hashes of passwords, apart from the accounts, so that accounts can be trailed and exported whole."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from ecrf.db import Model
from ecrf.models.columns import ID_LENGTH


class Password(Model):
    """The argon2id hash of one account's password."""

    __tablename__ = "passwords"

    user_id: Mapped[str] = mapped_column(String(ID_LENGTH), ForeignKey("users.id"), primary_key=True)
    hash: Mapped[str] = mapped_column(String(256))
