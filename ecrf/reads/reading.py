"""A subject's records as they are read one after the other: values, queries with their threads, what is new.

One statement for each kind of thing, whatever the number of records, so that a whole visit reads as quickly as a form.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import and_, func, or_, select

from audit.tables import trail_changes
from ecrf.db import db
from ecrf.models.queries import QueryMessage
from ecrf.models.records import Record
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.scopes import in_scope
from ecrf.policy.withholding import Sight
from ecrf.reads.definitions import definition
from ecrf.reads.masks import Masks
from ecrf.reads.queries import MessageFacts, QueryFacts, message_facts, queries_seen, query_facts
from ecrf.reads.subjects import SubjectFacts
from ecrf.reads.trail_changes import changes_select
from ecrf.reads.trailed_values import Trailed, trailed
from ecrf.reads.withholding import sight_of
from forms.casebook import EventKey, Values
from forms.definitions import Study
from forms.withheld import CODE

Forms = Iterable[tuple[EventKey, str]]


@dataclass(frozen=True)
class RecordRead:
    """One record: its place, state and values, the queries on it, how many acts the trail holds on each item, and the
    values before of what changed since the last look (`was`; None where there was none). `absent` are the items that
    are not there for this reader."""

    id: str
    study: Study
    version: int
    event: str
    instance: int
    form: str
    row: int
    state: str
    values: Values
    queries: tuple[QueryFacts, ...] = ()
    entries: Mapping[str, int] | None = None
    was: Mapping[str, Trailed | None] | None = None
    absent: frozenset[str] = frozenset()


def records_read(
    actor: Actor, subject: SubjectFacts, forms: Forms, *, language: str, since: Mapping[tuple[str, str], int]
) -> dict[tuple[EventKey, str], list[RecordRead]]:
    """The records of some forms of a subject, each form's own before its rows. `since` holds the last entry seen, by
    event and form, empty for the subject as a whole."""
    wanted = list(forms)
    rows = _records(actor, subject.id, wanted)
    asked = _threads(actor, [row.id for row in rows], language)
    chain = f"subject:{subject.id}"
    counted, moved = _entries(chain, rows), _moved(chain, rows, since)
    found: dict[tuple[EventKey, str], list[RecordRead]] = {}
    for row in rows:
        seen = sight_of(actor, row)
        read = _read(row, asked.get(row.id, ()), counted.get(row.id, {}), moved.get(row.id), seen)
        found.setdefault((EventKey(row.event, row.instance), row.form), []).append(read)
    return found


def _records(actor: Actor, subject_id: str, wanted: list[tuple[EventKey, str]]) -> list[Record]:
    events = {event for event, _ in wanted}
    if not wanted:
        return []
    chosen: Any = select(Record).where(Record.subject_id == subject_id, Record.form.in_({form for _, form in wanted}))
    if len(events) == 1:
        (event,) = events
        chosen = chosen.where(Record.event == event.oid, Record.instance == event.instance)
    return list(db.session.scalars(in_scope(chosen, actor, Permission.RECORD_READ, Record).order_by(Record.row)))


def _read(
    row: Record, queries: Iterable[QueryFacts], entries: Mapping[str, int], was: Mapping[str, Trailed | None] | None,
    seen: Sight,
) -> RecordRead:  # fmt: skip
    entries = {item: number for item, number in entries.items() if item not in seen.absent}
    was = {item: _before(item, value, seen) for item, value in was.items() if item not in seen.absent} if was else was
    return RecordRead(
        row.id, definition(row.study_id, row.study_version), row.study_version, row.event, row.instance, row.form,
        row.row, row.state, seen.values(row.values), tuple(queries), entries, was, seen.absent,
    )  # fmt: skip


def _before(item: str, value: Trailed | None, seen: Sight) -> Trailed | None:
    is_kept_back = item in seen.withheld and value is not None and not value.is_empty
    return Trailed(None, missing=CODE) if is_kept_back else value


def _threads(actor: Actor, record_ids: list[str], language: str) -> dict[str, list[QueryFacts]]:
    """The queries on some records with what was said, in the order they were opened."""
    if not record_ids:
        return {}
    rows = db.session.execute(queries_seen(actor).where(Record.id.in_(record_ids))).all()
    masks = Masks(actor, [row.Subject.id for row in rows])
    facts = sorted((query_facts(row, language, masks) for row in rows), key=lambda query: query.number)
    said: dict[str, list[MessageFacts]] = {}
    chosen = select(QueryMessage).where(QueryMessage.query_id.in_([query.id for query in facts]))
    for each in db.session.scalars(chosen.order_by(QueryMessage.said_at, QueryMessage.id)) if facts else ():
        said.setdefault(each.query_id, []).append(message_facts(each, masks))
    found: dict[str, list[QueryFacts]] = {}
    for query in facts:
        # the first words of a person's query are its question
        thread = said.get(query.id, [])[0 if query.check else 1 :]
        found.setdefault(query.record_id, []).append(replace(query, messages=tuple(thread)))
    return found


def _entries(chain: str, rows: Iterable[Record]) -> dict[str, dict[str, int]]:
    """How many acts the trail holds on each item of some records of a chain."""
    change = trail_changes.c
    ids = {row.id for row in rows}
    of_records = (change.chain == chain, change.path >= "records/", change.path < "records0")  # "0" follows "/"
    counted = select(change.path, func.count()).where(*of_records, change.mark.in_(("set", "refused")))
    found: dict[str, dict[str, int]] = {}
    for path, number in db.session.execute(counted.group_by(change.path)):
        _, record, _, *item = path.split("/", 3)
        if item and record in ids:
            found.setdefault(record, {})[item[0]] = number
    return found


def _moved(
    chain: str, rows: Iterable[Record], since: Mapping[tuple[str, str], int]
) -> dict[str, dict[str, Trailed | None]]:
    """For each record of a form that was looked at, its items that changed since, with the value at that look."""
    seen = {row.id: max(since.get(("", ""), 0), since.get((_written(row), row.form), 0)) for row in rows}
    looked = {record: sequence for record, sequence in seen.items() if sequence}
    if not looked:
        return {}
    change = trail_changes.c
    newer = or_(*(and_(change.path >= f"records/{record}/data/", change.path < f"records/{record}/data0",
                       change.sequence > sequence) for record, sequence in looked.items()))  # fmt: skip
    found: dict[str, dict[str, Trailed | None]] = {record: {} for record in looked}
    for row in db.session.execute(changes_select().where(change.chain == chain, change.mark == "set", newer)):
        _, record, _, item = row.path.split("/", 3)
        found[record].setdefault(item, trailed(row, "was"))  # the first one since then
    return found


def _written(row: Record) -> str:
    return EventKey(row.event, row.instance).written
