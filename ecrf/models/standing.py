"""What has gone from a casebook: forms, rows and visits that are removed or were not done, and all that stands under
them. The same rule twice: for rows in memory, and as a condition of a statement over `Record`."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.orm import aliased

from ecrf.models.events import Event
from ecrf.models.records import Record
from forms.casebook import EventKey, RecordKey

GONE = ("not_done", "removed")
"""The states in which a form, a row or a visit takes part in nothing."""
STARTED = "started"


class Gone(NamedTuple):
    """What took a record away: itself (`form` or `row`), the `form` of the row, or its `visit`; and how."""

    what: str
    state: str
    thing: Record | Event


def standing(events: Mapping[EventKey, Event], records: Mapping[RecordKey, Record]) -> Mapping[RecordKey, Record]:
    """The records that take part: neither gone themselves nor under a form or a visit that has gone."""
    absent = {key for key, event in events.items() if event.state != STARTED}
    gone = {key for key, record in records.items() if record.state in GONE}
    if not absent and not gone:
        return records
    return {
        key: record
        for key, record in records.items()
        if key.event not in absent and gone.isdisjoint((key, key._replace(row=0)))
    }


def gone_at(
    events: Mapping[EventKey, Event], records: Mapping[RecordKey, Record], key: RecordKey
) -> Gone | None:  # fmt: skip
    """What took a record away, or the place where one would begin; the widest first, for that is to be undone first."""
    event, whole, record = events.get(key.event), records.get(key._replace(row=0)), records.get(key)
    if event is not None and event.state != STARTED:
        return Gone("visit", event.state, event)
    if whole is not None and whole.state in GONE:
        return Gone("form", whole.state, whole)
    return Gone("row", record.state, record) if record is not None and record.state in GONE else None


def stands() -> ColumnElement[bool]:
    """The condition that a row of `Record` takes part."""
    whole = aliased(Record)
    of_visit = exists().where(Event.id == Record.event_id, Event.state == STARTED)
    under = exists().where(
        whole.event_id == Record.event_id, whole.form == Record.form, whole.row == 0, whole.state.in_(GONE)
    )
    return and_(Record.state.not_in(GONE), of_visit, or_(Record.row == 0, ~under))
