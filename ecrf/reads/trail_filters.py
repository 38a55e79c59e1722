"""Which acts a trail shows: what the actor may read of it, the filters as conditions, and paging by key."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, tuple_

from audit.tables import trail_changes, trail_entries
from ecrf.models.holds import Hold
from ecrf.models.queries import Query
from ecrf.models.records import Record
from ecrf.models.subjects import Subject
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.scopes import allowed
from ecrf.reads.records import RecordPlace
from forms.casebook import EventKey

_SESSIONS = "session."
entry = trail_entries.c


@dataclass(frozen=True)
class TrailFilters:
    """What was chosen; an empty text is no choice. `subject` is a number people use, `form` and `item` are OIDs,
    `person` part of a name, `since` and `until` ISO dates; `before` is the `chain~sequence` of the last act shown."""

    subject: str = ""
    form: str = ""
    item: str = ""
    person: str = ""
    role: str = ""
    action: str = ""
    since: str = ""
    until: str = ""
    before: str = ""


def readable(actor: Actor) -> ColumnElement[bool]:
    """The entries the actor may read: those of his studies and sites, and those of the system for whoever may."""
    clinical = and_(
        entry.study.is_not(None), allowed(actor, Permission.TRAIL_READ, study=entry.study, site=entry.site)
    )  # fmt: skip
    of_system = entry.study.is_(None) if actor.has(Permission.SYSTEM_TRAIL_READ) else false()
    return or_(clinical, of_system)


def narrowed(statement: Select[Any], filters: TrailFilters, zone: str) -> Select[Any]:
    """A select over the entries, narrowed to what was chosen, paging apart."""
    conditions = [*_about(filters), *_by_whom(filters), *_when(filters, zone)]
    return statement.where(*conditions)


def _about(filters: TrailFilters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.subject:
        named = or_(Subject.screening_number == filters.subject, Subject.subject_number == filters.subject)
        conditions.append(entry.subject.in_(select(Subject.id).where(named)))
    if filters.form:
        conditions.append(_own_or_cause(lambda entries: entries.c.form == filters.form))
    if filters.item:
        conditions.append(_moved(trail_changes.c.path.endswith(f"/data/{filters.item}", autoescape=True)))
    return conditions


def _by_whom(filters: TrailFilters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.person:
        conditions.append(entry.actor_name.icontains(filters.person, autoescape=True))
    if filters.role:
        conditions.append(entry.actor_role == filters.role)
    conditions.append(entry.action == filters.action if filters.action else ~entry.action.startswith(_SESSIONS))
    return conditions


def _when(filters: TrailFilters, zone: str) -> list[ColumnElement[bool]]:
    since, until = _midnight(filters.since, zone), _midnight(filters.until, zone, days=1)
    return [
        *([entry.recorded_at >= since] if since else []),
        *([entry.recorded_at < until] if until else []),
    ]


def _midnight(day: str, zone: str, days: int = 0) -> datetime | None:
    """The beginning of a day at a place; a text that is no date chooses nothing."""
    try:
        return datetime.combine(date.fromisoformat(day) + timedelta(days=days), time(), ZoneInfo(zone))
    except (ValueError, OverflowError):
        return None


def _own_or_cause(condition: Any) -> ColumnElement[bool]:
    """Acts that meet a condition, and the consequences of acts that do."""
    cause = trail_entries.alias("cause")
    caused = exists().where(
        cause.c.chain == entry.cause_chain, cause.c.sequence == entry.cause_sequence, condition(cause)
    )
    return or_(condition(trail_entries), caused)


def _moved(path: ColumnElement[bool]) -> ColumnElement[bool]:
    changed = trail_changes.c
    return exists().where(changed.chain == entry.chain, changed.sequence == entry.sequence, path)


def of_record(record: RecordPlace) -> ColumnElement[bool]:
    """Everything about one record of a subject: its own acts and those on its form as a whole, their consequences, its
    queries and what held it, at every level."""
    path, record_id = trail_changes.c.path, record.id
    own = _own_or_cause(lambda entries: entries.c.record == record_id)
    event = EventKey(record.event, record.instance).written
    whole = and_(entry.record.is_(None), entry.event == event, entry.form == record.form)
    values = _moved(path.startswith(f"records/{record_id}/", autoescape=True))
    queries = _moved(path.in_(select("queries/" + Query.id + "/state").where(Query.record_id == record_id)))
    holds = _moved(path.in_(_holds_of(record_id)))
    return or_(own, whole, values, queries, holds)


def _holds_of(record_id: str) -> Select[Any]:
    """The paths that a hold's making and lifting set, of the holds on a record, its items, its form and its subject."""
    reaches = or_(
        Hold.level == "subject",
        Hold.record_id == Record.id,
        and_(Hold.event_id == Record.event_id, Hold.form == Record.form),
    )
    held = select("holds/" + Hold.id + "/sequence").join(Record, Record.subject_id == Hold.subject_id)
    return held.where(Record.id == record_id, reaches)


def before_key(actor: Actor, statement: Select[Any], key: str) -> Select[Any]:
    """The entries older than one, newest first; one that the actor may not read is like one that is not."""
    chain, _, sequence = key.rpartition("~")
    if not chain or not sequence.isdecimal() or len(sequence) > 9:
        return statement
    at = (
        select(trail_entries.c.recorded_at)
        .where(entry.chain == chain, entry.sequence == int(sequence), readable(actor))
        .correlate(None)
        .scalar_subquery()
    )
    return statement.where(tuple_(entry.recorded_at, entry.chain, entry.sequence) < tuple_(at, chain, int(sequence)))
