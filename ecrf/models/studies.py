"""Studies and their published versions, and which version is in force at which site."""

from datetime import datetime

from sqlalchemy import Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from audit.instants import Instant
from ecrf.db import Model
from ecrf.models.columns import id_column, reference_to


class Study(Model):
    """A study by its ODM OID and short name; `ranges_revision` counts the changes of its reference ranges."""

    __tablename__ = "studies"

    id: Mapped[str] = id_column()
    oid: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    ranges_revision: Mapped[int] = mapped_column(Integer, default=0)


class StudyVersion(Model):
    """A published version: its canonical JSON never changes, and `sha256` proves it."""

    __tablename__ = "study_versions"
    __table_args__ = (UniqueConstraint("study_id", "number"),)

    id: Mapped[str] = id_column()
    study_id: Mapped[str] = reference_to("studies")
    number: Mapped[int] = mapped_column(Integer)
    label: Mapped[str] = mapped_column(String(32))
    definition: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    notes: Mapped[str | None] = mapped_column(Text)
    published_at: Mapped[datetime] = mapped_column(Instant)
    published_by: Mapped[str] = mapped_column(String(200))


class SiteVersion(Model):
    """A version in force at a site from a moment, with the reference of that site's approval."""

    __tablename__ = "site_versions"
    __table_args__ = (UniqueConstraint("site_id", "in_force_from"),)

    id: Mapped[str] = id_column()
    study_id: Mapped[str] = reference_to("studies")
    site_id: Mapped[str] = reference_to("sites")
    study_version: Mapped[int] = mapped_column(Integer)
    in_force_from: Mapped[datetime] = mapped_column(Instant)
    approval: Mapped[str] = mapped_column(String(200))
