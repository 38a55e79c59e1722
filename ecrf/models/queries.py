"""Queries: questions about data, opened by a check or by a person, and what was said."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from audit.instants import Instant
from ecrf.db import Model
from ecrf.models.columns import Document, id_column, reference_to

STATES = ("open", "answered", "closed")
RESOLUTIONS = ("resolved_by_data", "no_longer_evaluable", "closed_by_person", "record_removed", "not_done")


class Query(Model):
    """One question on one record: at most one for each check, reopened with its history when the check fires again.

    `message` holds the text by language; `explanation` is that of the finding (`forms.findings.Explanation`).
    `number` counts within the subject.
    """

    __tablename__ = "queries"
    __table_args__ = (
        UniqueConstraint("subject_id", "number"),
        UniqueConstraint("record_id", "check_id"),
        CheckConstraint(f"state IN {STATES!r}", name="state"),
        CheckConstraint(f"resolution IN {RESOLUTIONS!r}", name="resolution"),
        CheckConstraint("(state = 'closed') = (resolution IS NOT NULL)", name="resolved"),
        Index("ix_queries_site_id_state", "site_id", "state", "opened_at"),
        Index("ix_queries_subject_id_state", "subject_id", "state"),
        Index("ix_queries_study_id_state", "study_id", "state", "site_id"),
        Index("ix_queries_opened_at", "opened_at", "id"),
        Index("ix_queries_state_opened_at", "state", "opened_at", "id"),
    )

    id: Mapped[str] = id_column()
    study_id: Mapped[str] = reference_to("studies")
    site_id: Mapped[str] = reference_to("sites")
    subject_id: Mapped[str] = reference_to("subjects")
    record_id: Mapped[str] = reference_to("records")
    number: Mapped[int] = mapped_column(Integer)
    item: Mapped[str | None] = mapped_column(String(64))
    check_id: Mapped[str | None] = mapped_column(String(64))
    check_version: Mapped[str | None] = mapped_column(String(32))
    severity: Mapped[str | None] = mapped_column(String(8))
    gate: Mapped[str | None] = mapped_column(String(32))
    message: Mapped[dict[str, str]] = mapped_column(Document)
    explanation: Mapped[dict[str, Any] | None] = mapped_column(Document)
    state: Mapped[str] = mapped_column(String(16), default="open")
    resolution: Mapped[str | None] = mapped_column(String(32))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    opened_by: Mapped[str] = mapped_column(String(200))
    opened_role: Mapped[str | None] = mapped_column(String(32))
    changed_at: Mapped[datetime] = mapped_column(Instant)


class QueryMessage(Model):
    """One thing a person said in a query's thread."""

    __tablename__ = "query_messages"
    __table_args__ = (
        CheckConstraint("kind IN ('raised', 'answer', 'closing', 'reopening')", name="kind"),
        Index("ix_query_messages_query_id", "query_id", "said_at"),
    )

    id: Mapped[str] = id_column()
    study_id: Mapped[str] = reference_to("studies")
    site_id: Mapped[str] = reference_to("sites")
    subject_id: Mapped[str] = reference_to("subjects")
    query_id: Mapped[str] = reference_to("queries")
    kind: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    said_at: Mapped[datetime] = mapped_column(Instant)
    said_by: Mapped[str] = mapped_column(String(200))
    said_role: Mapped[str] = mapped_column(String(32))
