"""What lies beyond the records that an act opens: read only where a check asks of the whole casebook.

`open_queries()` and `required_missing()` are asked by the sign-off alone, so most saves never come here.
"""

from collections.abc import Collection

from sqlalchemy import func, select

from ecrf.db import db
from ecrf.models.events import Event
from ecrf.models.queries import Query
from ecrf.models.records import Record
from forms.casebook import EventKey, RecordKey, Values
from forms.datum import Documented

_READ = (Record.event, Record.instance, Record.form, Record.row, Record.data)


def values_beyond(subject_id: str, within: Collection[str]) -> dict[RecordKey, Values]:
    """The values of a subject's records of all forms but those within reach; removed ones are left out."""
    rows = select(*_READ).where(
        Record.subject_id == subject_id, Record.form.not_in(sorted(within)), Record.state != "removed"
    )
    return {
        RecordKey(EventKey(event, instance), form, row): Documented(data)
        for event, instance, form, row, data in db.session.execute(rows)
    }


def open_queries(subject_id: str, asking: Collection[str]) -> int:
    """How many queries of a subject are not closed: those on the asking forms, on removed records and on events that
    did not take place do not count."""
    counted = (
        select(func.count())
        .select_from(Query)
        .join(Record, Record.id == Query.record_id)
        .join(Event, Event.id == Record.event_id)
        .where(
            Query.subject_id == subject_id, Query.state != "closed", Record.form.not_in(sorted(asking)),
            Record.state != "removed", Event.state == "started",
        )
    )  # fmt: skip
    return db.session.scalar(counted) or 0
