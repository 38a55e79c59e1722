"""Sites of a study."""

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ecrf.db import Model
from ecrf.models.columns import id_column, reference_to


class Site(Model):
    """A site by its code; `timezone` is an IANA name and says what "today" means there."""

    __tablename__ = "sites"
    __table_args__ = (
        UniqueConstraint("study_id", "code"),
        CheckConstraint("status IN ('open', 'closed')", name="status"),
    )

    id: Mapped[str] = id_column()
    study_id: Mapped[str] = reference_to("studies")
    code: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(200))
    timezone: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(16), default="open")
    address: Mapped[str | None] = mapped_column(String(500))
