"""The queries of records that go and come back: they close themselves saying why, and those of people reopen.

The query of a check reopens as any does: when its check fires again.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from ecrf.db import db
from ecrf.models.queries import Query, QueryMessage
from ecrf.services.casebooks import OpenCasebook
from forms.casebook import RecordKey

_RESOLUTION = {"removed": "record_removed", "not_done": "not_done"}
_LAST_SAID = select(QueryMessage.kind).order_by(QueryMessage.said_at.desc(), QueryMessage.id.desc()).limit(1)


def follow(book: OpenCasebook, keys: Iterable[RecordKey], at: datetime) -> list[Query]:
    """The queries of these records that move now; what people ask goes on where a thing was merely not done."""
    by_id = {book.records[key].id: key for key in keys}
    found = select(Query).where(Query.subject_id == book.found.subject.id, Query.record_id.in_(sorted(by_id)))
    return [query for query in db.session.scalars(found) if _moves(book, query, by_id[query.record_id], at)]


def _moves(book: OpenCasebook, query: Query, key: RecordKey, at: datetime) -> bool:
    gone = book.gone(key)
    if gone is None:
        return _reopens(query, at)
    if query.state == "closed" or (gone.state == "not_done" and query.check_id is None):
        return False
    query.state, query.resolution, query.changed_at = "closed", _RESOLUTION[gone.state], at
    return True


def _reopens(query: Query, at: datetime) -> bool:
    """A question of a person that went with its record stands again as it stood."""
    if query.check_id is not None or query.resolution != "record_removed":
        return False
    last = db.session.scalar(_LAST_SAID.where(QueryMessage.query_id == query.id))
    query.state, query.resolution, query.changed_at = "answered" if last == "answer" else "open", None, at
    return True
