"""What of the trail somebody reads: what the actor may see of it, and what was chosen, as conditions on entries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, tuple_

from audit.tables import trail_changes, trail_entries, trail_values
from ecrf.models.holds import Hold
from ecrf.models.queries import Query
from ecrf.models.records import Record
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.scopes import allowed
from ecrf.reads.records import RecordPlace
from ecrf.reads.trail_shown import acts_told, changes_told
from ecrf.reads.transferred import arrived, transferred
from forms.casebook import EventKey

_SESSIONS = "session."
Conditions = list[ColumnElement[bool]]
Codes = tuple[Iterable[str], Iterable[str]]
"""The codes that a wanted old and a wanted new value may be the labels of."""
entry, change = trail_entries.c, trail_changes.c
_OF_AN_ITEM = change.path.contains("/data/")  # ids and times that an act sets besides are no values one looks for


@dataclass(frozen=True)
class TrailFilters:
    """What was chosen; an empty text is no choice. `site` is a code, `subject` a number people use, `event`, `form` and
    `item` are OIDs, `was` and `now` part of a value before and after (the whole of it behind `=`), `person` part of a
    name, `reason` a code, `since` and `until` ISO dates; `before` is the `chain~sequence` to go on from."""

    site: str = ""
    subject: str = ""
    event: str = ""
    form: str = ""
    item: str = ""
    was: str = ""
    now: str = ""
    person: str = ""
    role: str = ""
    action: str = ""
    reason: str = ""
    since: str = ""
    until: str = ""
    before: str = ""


def plain(column: ColumnElement[str]) -> ColumnElement[str]:
    """The column's own value, by which no index is chosen: how entries are found is said in `trail_reach` alone."""
    return column.concat("")


def readable(actor: Actor) -> ColumnElement[bool]:
    """The entries the actor may read: those of his studies and sites, and those of the system for whoever may."""
    places = {"study": plain(entry.study), "site": plain(entry.site)}
    clinical = and_(entry.study.is_not(None), allowed(actor, Permission.TRAIL_READ, **places))
    if gone := transferred():
        kept = or_(entry.subject.is_(None), plain(entry.subject).not_in(gone))
        clinical = or_(and_(clinical, kept), plain(entry.subject).in_(arrived(actor)))
    of_system = entry.study.is_(None) if actor.has(Permission.SYSTEM_TRAIL_READ) else false()
    return and_(or_(clinical, of_system), *acts_told(actor))


def in_period(filters: TrailFilters, zone: str) -> Conditions:
    """From the beginning of the first day to the end of the last, both at a place; nothing lies in a period of which
    one end is no day."""
    if misread(filters):
        return [false()]
    since, until = _midnight(filters.since, zone), _midnight(filters.until, zone, days=1)
    return [
        *([entry.recorded_at >= since] if since else []),
        *([entry.recorded_at < until] if until else []),
    ]


def misread(filters: TrailFilters) -> tuple[str, ...]:
    """Which of the ends of the period was chosen and is no day."""
    return tuple(name for name in ("since", "until") if (typed := getattr(filters, name)) and not _is_day(typed))


def _is_day(typed: str) -> bool:
    try:
        return bool(date.fromisoformat(typed))
    except ValueError:
        return False


def _midnight(day: str, zone: str, days: int = 0) -> datetime | None:
    """The beginning of a day at a place; None for none, and for one beyond the calendar."""
    try:
        return datetime.combine(date.fromisoformat(day) + timedelta(days=days), time(), ZoneInfo(zone))
    except (ValueError, OverflowError):
        return None


def of_acts(filters: TrailFilters) -> Conditions:
    """What an entry must say itself, or that of which it is the consequence."""
    conditions: Conditions = []
    if filters.event:
        conditions.append(_own_or_cause(lambda entries: _at_event(entries.c.event, filters.event)))
    if filters.form:
        conditions.append(_own_or_cause(lambda entries: entries.c.form == filters.form))
    if filters.person:
        conditions.append(entry.actor_name.icontains(filters.person, autoescape=True))
    if filters.role:
        conditions.append(entry.actor_role == filters.role)
    if filters.action:
        conditions.append(plain(entry.action) == filters.action)
    return conditions


def but_sessions(filters: TrailFilters) -> Conditions:
    """Log-ins are shown to whoever asks for them alone: there are many, and of clinical data they tell nothing."""
    return [] if filters.action else [~entry.action.startswith(_SESSIONS)]


def _at_event(column: ColumnElement[str], oid: str) -> ColumnElement[bool]:
    return or_(column == oid, column.startswith(f"{oid}#", autoescape=True))


def of_changes(actor: Actor, filters: TrailFilters, codes: Codes = ((), ())) -> Conditions:
    """What the changes of an entry must tell; one and the same change has the item, the old and the new value."""
    conditions: Conditions = []
    if filters.item or filters.was or filters.now:
        conditions.append(_moved_to(actor, filters, *codes))
    if filters.reason:
        given = moved(change.reason_code == filters.reason, *changes_told(actor, by_value=False))
        conditions.append(or_(entry.reason_code == filters.reason, given))
    return conditions


def _moved_to(
    actor: Actor, filters: TrailFilters, was_codes: Iterable[str], now_codes: Iterable[str]
) -> ColumnElement[bool]:  # fmt: skip
    path = change.path.endswith(f"/data/{filters.item}", autoescape=True) if filters.item else _OF_AN_ITEM
    found: Conditions = [path, *changes_told(actor, by_value=bool(filters.was or filters.now))]
    if filters.was:
        value = trail_values.alias("was").c
        before = (value.sequence == change.predecessor_sequence, value.ordinal == change.predecessor_ordinal)
        held = exists().where(value.chain == change.chain, *before, _is(value, filters.was, was_codes))
        found += [change.mark == "set", held]
    if not filters.now:
        return moved(*found)
    return _became(filters.now, now_codes, [change.mark.in_(("set", "refused")), *found])


def _became(wanted: str, codes: Iterable[str], such: Conditions) -> ColumnElement[bool]:
    """Entries with a new value like that. The values, which stand together, are looked at before their changes."""
    values = trail_values.alias("now")
    value = values.c
    of_value = (change.chain == value.chain, change.sequence == value.sequence, change.ordinal == value.ordinal)
    told = exists().where(*of_value, *such).correlate(values, trail_entries)
    here = (value.chain == entry.chain, value.sequence == entry.sequence)
    return exists().where(*here, _is(value, wanted, codes), told).correlate(trail_entries)


def _is(value: Any, wanted: str, codes: Iterable[str]) -> ColumnElement[bool]:
    """A value that holds a text, is the text behind a `=`, or is a code with that label."""
    is_it = value.value == wanted[1:] if wanted[:1] == "=" else value.value.icontains(wanted, autoescape=True)
    named = tuple(codes)
    return or_(is_it, value.value.in_(named), value.missing.in_(named)) if named else is_it


def _own_or_cause(condition: Any) -> ColumnElement[bool]:
    """Acts that meet a condition, and the consequences of acts that do."""
    cause = trail_entries.alias("cause")
    caused = exists().where(
        cause.c.chain == entry.cause_chain, cause.c.sequence == entry.cause_sequence, condition(cause)
    )
    return or_(condition(trail_entries), caused)


def moved(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Entries with a change like that."""
    return exists().where(change.chain == entry.chain, change.sequence == entry.sequence, *conditions)


def of_record(record: RecordPlace) -> ColumnElement[bool]:
    """Everything about one record of a subject: its own acts and those on its form as a whole, their consequences, its
    queries and what held it, at every level."""
    path, record_id = change.path, record.id
    own = _own_or_cause(lambda entries: entries.c.record == record_id)
    event = EventKey(record.event, record.instance).written
    whole = and_(entry.record.is_(None), entry.event == event, entry.form == record.form)
    values = moved(path.startswith(f"records/{record_id}/", autoescape=True))
    queries = moved(path.in_(select("queries/" + Query.id + "/state").where(Query.record_id == record_id)))
    holds = moved(path.in_(_holds_of(record_id)))
    return or_(own, whole, values, queries, holds)


def _holds_of(record_id: str) -> Select[Any]:
    """The paths that a hold's making and lifting set, of the holds on a record, its items, its form, its visit and its
    subject."""
    reaches = or_(
        Hold.level == "subject",
        Hold.record_id == Record.id,
        and_(Hold.event_id == Record.event_id, or_(Hold.form.is_(None), Hold.form == Record.form)),
    )
    held = select("holds/" + Hold.id + "/sequence").join(Record, Record.subject_id == Hold.subject_id)
    return held.where(Record.id == record_id, reaches)


def before_key(actor: Actor, key: str) -> Conditions:
    """The entries older than one, newest first; one that the actor may not read is like one that is not, and what
    is no key has nothing behind it."""
    if not key:
        return []
    chain, _, sequence = key.rpartition("~")
    if not chain or not (sequence.isascii() and sequence.isdecimal()) or len(sequence) > 9:
        return [false()]
    at = (
        select(trail_entries.c.recorded_at)
        .where(entry.chain == chain, entry.sequence == int(sequence), readable(actor))
        .correlate(None)
        .scalar_subquery()
    )
    return [tuple_(entry.recorded_at, entry.chain, entry.sequence) < tuple_(at, chain, int(sequence))]
