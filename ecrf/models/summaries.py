"""Sums of what stands in other tables, kept so that worklists and figures cost the same in a study of any size.

All of it is derived: nothing here is trailed, `flask summary rebuild` computes it anew, and the acts of the same
transaction keep it (`ecrf.services.summaries`).
"""

from datetime import date

from sqlalchemy import CheckConstraint, Date, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from ecrf.db import Model
from ecrf.models.columns import ID_LENGTH, reference_to

FATES = ("open", "done", "not_done")
COUNTS = ("in_progress", "complete", "not_done", "open_queries", "answered_queries", "unjudged")

CLUSTERED = {"sqlite_with_rowid": False}
"""The rows stand in the order of their keys, so that those of a site are read in one go."""


def _key(length: int = ID_LENGTH) -> Mapped[str]:
    return mapped_column(String(length), primary_key=True)


class VisitSummary(Model):
    """One visit of a subject: its window, what became of it, the day it took place, and the day it was first saved (at
    the site)."""

    __tablename__ = "visit_summaries"
    __table_args__ = (
        CheckConstraint(f"fate IN {FATES!r}", name="fate"),
        Index("ix_visit_summaries_site_id", "site_id", "fate", "last_on"),
        # The visits of many sites in the order of their lists: read from the key on, until the page is full.
        Index("ix_visit_summaries_last_on", "fate", "last_on", "subject_id", "event", "instance"),
        Index("ix_visit_summaries_fate", "fate", "subject_id", "event", "instance"),
    )

    subject_id: Mapped[str] = _key()
    event: Mapped[str] = _key(64)
    instance: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    study_id: Mapped[str] = reference_to("studies")
    site_id: Mapped[str] = reference_to("sites")
    fate: Mapped[str] = mapped_column(String(8))
    first_on: Mapped[date | None] = mapped_column(Date)
    due_on: Mapped[date | None] = mapped_column(Date)
    last_on: Mapped[date | None] = mapped_column(Date)
    took_place_on: Mapped[date | None] = mapped_column(Date)
    saved_on: Mapped[date | None] = mapped_column(Date)


class SubjectSummary(Model):
    """What stands on one subject: forms by state (rows of repeating forms apart), queries, results out of range that
    nobody has judged, complete forms that are locked, day 0, and the day of enrolment."""

    __tablename__ = "subject_summaries"
    __table_args__ = (Index("ix_subject_summaries_site_id", "site_id", "unjudged"),)

    subject_id: Mapped[str] = _key()
    study_id: Mapped[str] = reference_to("studies")
    site_id: Mapped[str] = reference_to("sites")
    in_progress: Mapped[int] = mapped_column(Integer, default=0)
    complete: Mapped[int] = mapped_column(Integer, default=0)
    not_done: Mapped[int] = mapped_column(Integer, default=0)
    open_queries: Mapped[int] = mapped_column(Integer, default=0)
    answered_queries: Mapped[int] = mapped_column(Integer, default=0)
    unjudged: Mapped[int] = mapped_column(Integer, default=0)
    locked: Mapped[int] = mapped_column(Integer, default=0)
    zero_on: Mapped[date | None] = mapped_column(Date)
    enrolled_on: Mapped[date | None] = mapped_column(Date)


class SiteTally(Model):
    """How many there are of one measure at a site in one bucket (a state, a day, a number of days); see
    `ecrf.services.summaries` for what is measured."""

    __tablename__ = "site_tallies"
    __table_args__ = CLUSTERED

    site_id: Mapped[str] = _key()
    measure: Mapped[str] = _key(24)
    bucket: Mapped[str] = _key(24)
    study_id: Mapped[str] = reference_to("studies")
    number: Mapped[int] = mapped_column(Integer)


class PlaceTally(Model):
    """How many forms of a visit at a site stand in a state; where `form` is empty, how many of these visits. The visits
    of subjects who are not in the course of the study (`OUT_OF_COURSE`) are counted apart (`is_apart`)."""

    __tablename__ = "place_tallies"
    __table_args__ = CLUSTERED

    site_id: Mapped[str] = _key()
    event: Mapped[str] = _key(64)
    form: Mapped[str] = _key(64)
    state: Mapped[str] = _key(16)
    is_apart: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    study_id: Mapped[str] = reference_to("studies")
    number: Mapped[int] = mapped_column(Integer)
