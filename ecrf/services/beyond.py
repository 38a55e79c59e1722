"""What lies beyond the records that an act opens: read only where a check asks of the whole casebook.

`open_queries()` and `required_missing()` are asked by the sign-off alone, so most saves never come here.
"""

import json
from functools import lru_cache

from sqlalchemy import Select, Text, bindparam, cast, func, literal, select

from ecrf.db import db
from ecrf.models.events import Event
from ecrf.models.queries import Query
from ecrf.models.records import Record
from ecrf.models.standing import stands
from forms.casebook import EventKey, RecordKey, Values
from forms.datum import Documented

# The document as text: the same text is read once, however many saves ask for it.
_READ = (Record.event, Record.instance, Record.form, Record.row, cast(Record.data, Text).label("document"))
_MOST_KEPT = 8192


def values_beyond(subject_id: str, within: frozenset[str]) -> dict[RecordKey, Values]:
    """The values of a subject's records of all forms but those within reach; what has gone is left out."""
    return {
        RecordKey(EventKey(event, instance), form, row): _read(document)
        for event, instance, form, row, document in db.session.execute(_beyond(within), {"subject": subject_id})
    }


def open_queries(subject_id: str, asking: frozenset[str]) -> int:
    """How many queries of a subject are not closed: those on the asking forms, on removed records and on events that
    did not take place do not count."""
    return db.session.scalar(_counted(asking), {"subject": subject_id}) or 0


@lru_cache(maxsize=_MOST_KEPT)
def _read(document: str) -> Documented:
    return Documented(json.loads(document), document)


# Statements are built once: building one takes longer than running it.
@lru_cache(maxsize=1024)
def _beyond(within: frozenset[str]) -> Select[str, int, str, int, str]:
    elsewhere = Record.form.not_in([literal(form) for form in sorted(within)])
    return select(*_READ).where(Record.subject_id == bindparam("subject"), elsewhere, stands())


@lru_cache(maxsize=1024)
def _counted(asking: frozenset[str]) -> Select[int]:
    return (
        select(func.count())
        .select_from(Query)
        .join(Record, Record.id == Query.record_id)
        .join(Event, Event.id == Record.event_id)
        .where(
            Query.subject_id == bindparam("subject"), Query.state != "closed", Record.state != "removed",
            Record.form.not_in([literal(form) for form in sorted(asking)]), Event.state == "started",
        )
    )  # fmt: skip
