"""Findings become queries: one query for each check and record, which opens, closes and reopens with the data."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, func, select

from ecrf.db import db
from ecrf.models.queries import Query
from ecrf.models.records import Record
from ecrf.models.standing import STARTED
from ecrf.policy.actors import SYSTEM
from ecrf.services.casebooks import OpenCasebook
from ecrf.services.trail import committed, is_new
from forms.findings import Finding

Place = tuple[str, str]

_CHECK_QUERIES = select(Query).where(
    Query.subject_id == bindparam("subject"), Query.record_id.in_(bindparam("records", expanding=True))
)
_HIGHEST = select(func.max(Query.number)).where(Query.subject_id == bindparam("subject"))


def reconcile(book: OpenCasebook, findings: Iterable[Finding], at: datetime) -> list[Query]:
    """Open, update, close and reopen the queries of these findings; the moved queries, ready to be trailed.

    What is locked changes in nothing, so the queries on a locked record or item stay; what is frozen goes on being
    queried (design section 11).
    """
    told = [(book.records[each.record], each) for each in findings if not _is_locked(book, each)]
    if not told:
        return []
    standing = {**_standing(book, sorted({record.id for record, _ in told if not is_new(record)})), **book.opened}
    opened: list[tuple[Record, Finding]] = []
    moved = []
    for record, finding in told:
        query = standing.get((record.id, finding.check)) if standing else None
        if query is None and finding.outcome:
            opened.append((record, finding))
        elif query is not None and _follow(query, finding, at):
            moved.append(query)
    return moved + _opened(book, opened, at)


def opened_less_closed(book: OpenCasebook, moved: Iterable[Query]) -> int:
    """By how much the number of queries that are not closed has moved, counted as `open_queries()` counts."""
    counted = {
        record.id for key, record in book.records.items()
        if key.form not in book.compiled.asking and record.state != "removed"
        and book.events[key.event].state == STARTED
    }  # fmt: skip
    change = 0
    for query in (each for each in moved if each.record_id in counted):
        before = committed(query)
        change += (query.state != "closed") - (before is not None and before["state"] != "closed")
    return change


def _is_locked(book: OpenCasebook, finding: Finding) -> bool:
    """Whether the record of a finding is locked, or the item under which its query stands."""
    if not book.holds:
        return False
    key, record = finding.record, book.records[finding.record]
    whole = any(hold.kind == "lock" for hold in book.holds_on(book.events[key.event], key.form, record))
    return whole or (bool(finding.items) and finding.items[0] in book.held_items(record, "lock"))


def _standing(book: OpenCasebook, record_ids: list[str]) -> dict[Place, Query]:
    """The check queries of these records; one that has never been written has none."""
    if not record_ids:
        return {}
    found = db.session.scalars(_CHECK_QUERIES, {"subject": book.found.subject.id, "records": record_ids})
    return {(query.record_id, query.check_id): query for query in found if query.check_id}


def _opened(book: OpenCasebook, firing: list[tuple[Record, Finding]], at: datetime) -> list[Query]:
    """New queries, numbered within the subject, whose head is held meanwhile."""
    if not firing:
        return []
    if book.last_number is None:
        book.last_number = db.session.scalar(_HIGHEST, {"subject": book.found.subject.id}) or 0
    first = book.last_number + 1
    book.last_number += len(firing)
    opened = [_query(record, finding, number, at) for number, (record, finding) in enumerate(firing, first)]
    book.opened |= {(query.record_id, query.check_id): query for query in opened if query.check_id}
    return opened


def _query(record: Record, finding: Finding, number: int, at: datetime) -> Query:
    explanation = finding.explanation
    return Query(
        study_id=record.study_id, site_id=record.site_id, subject_id=record.subject_id, record_id=record.id,
        number=number, item=finding.items[0] if finding.items else None, check_id=finding.check,
        check_version=finding.version, severity=finding.severity, gate=finding.gate,
        message=dict(finding.message.by_language), explanation=explanation.document() if explanation else None,
        opened_at=at, opened_by=SYSTEM.name, opened_role=None, changed_at=at,
    )  # fmt: skip


def _follow(query: Query, finding: Finding, at: datetime) -> bool:
    """Let a standing query follow its check; whether it moved."""
    if finding.outcome:
        return _fired_again(query, finding, at)
    if query.state == "closed":
        return False
    query.state = "closed"
    query.resolution = "resolved_by_data" if finding.outcome is False else "no_longer_evaluable"
    query.changed_at = at
    return True


def _fired_again(query: Query, finding: Finding, at: datetime) -> bool:
    """A check that still fires keeps its query; it reopens one that data had closed, or whose values have moved on."""
    explanation = finding.explanation.document() if finding.explanation else None
    same = query.explanation == explanation
    if same and (query.state != "closed" or query.resolution == "closed_by_person"):
        return False
    if query.state == "closed":
        query.state, query.resolution = "open", None
    if query.check_version != finding.version:
        query.check_version = finding.version
    query.explanation, query.changed_at = explanation, at
    return True
