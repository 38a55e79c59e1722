"""Stale marks: computed values that would have moved, had their record not been frozen or locked."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from ecrf.db import db
from ecrf.models.holds import StaleMark
from ecrf.services.casebooks import OpenCasebook
from forms.casebook import RecordKey
from forms.findings import Verdict


def marks_to_set(
    book: OpenCasebook, verdict: Verdict, at: datetime, anew: Collection[RecordKey] = ()
) -> list[StaleMark]:
    """New marks for what is stale and not marked yet, and the marks to clear: of what has been computed again, and in
    records evaluated `anew` of whatever is stale no longer."""
    if not book.holds and not verdict.stale and not anew:
        return []
    standing = _standing(book)
    fresh = {(book.records[each.record].id, each.item) for each in verdict.stale}
    computed = {(book.records[each.record].id, each.item) for each in verdict.derived}
    whole = {book.records[key].id for key in anew}
    cleared = [
        mark for place, mark in standing.items() if place in computed or (place[0] in whole and place not in fresh)
    ]  # fmt: skip
    for mark in cleared:
        mark.cleared_at = at
    return cleared + [_mark(book, record_id, item, at) for record_id, item in sorted(fresh - standing.keys())]


def _standing(book: OpenCasebook) -> dict[tuple[str, str], StaleMark]:
    query = select(StaleMark).where(
        StaleMark.subject_id == book.found.subject.id, StaleMark.cleared_at.is_(None)
    )  # fmt: skip
    return {(mark.record_id, mark.item): mark for mark in db.session.scalars(query)}


def _mark(book: OpenCasebook, record_id: str, item: str, at: datetime) -> StaleMark:
    subject = book.found.subject
    return StaleMark(
        study_id=subject.study_id, site_id=subject.site_id, subject_id=subject.id,
        record_id=record_id, item=item, marked_at=at,
    )  # fmt: skip
