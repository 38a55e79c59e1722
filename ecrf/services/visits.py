"""Visits: added where the plan has none, marked as not having taken place, and removed where entered by mistake.

A visit that goes takes its records with it: they keep their own state and leave checks and derivations, and come back
with it.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlalchemy import select

from audit.entries import Change
from ecrf.db import db
from ecrf.errors import Held, IllegalState, NotFound, Place
from ecrf.messages import N_
from ecrf.models.events import Event
from ecrf.models.holds import WHOLE, Hold
from ecrf.models.records import Record
from ecrf.models.standing import GONE, STARTED
from ecrf.policy.actions import Action
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.services import reevaluating, studies
from ecrf.services.attempts import attempt
from ecrf.services.casebooks import Found, find_subject, holds_of, told
from ecrf.services.record_states import Move
from ecrf.services.records import GONE as SAID
from ecrf.services.traces import REASON, unsaid
from ecrf.services.trail import Acts, Reason
from ecrf.services.words import NOT_DONE_REASONS, REMOVAL_REASONS
from forms.casebook import EventKey
from forms.definitions import Event as Planned
from forms.definitions import Study

_NOT_DONE = Move(Permission.RECORD_NOT_DONE, Action.VISIT_NOT_DONE, (STARTED,), "not_done", NOT_DONE_REASONS)
_RESUME = Move(Permission.RECORD_NOT_DONE, Action.VISIT_RESUMED, ("not_done",), None)
_REMOVE = Move(Permission.RECORD_REMOVE, Action.VISIT_REMOVED, (STARTED,), "removed", REMOVAL_REASONS)
_RESTORE = Move(Permission.RECORD_REMOVE, Action.VISIT_RESTORED, ("removed",), None)
_MOST = 99999


@dataclass(frozen=True)
class _Open:
    """One visit opened for an act: its plan, itself (None where it has not begun), its records, and what holds it."""

    found: Found
    study: Study
    planned: Planned
    event: Event | None
    records: Sequence[Record]
    holds: Sequence[Hold]

    def started(self, key: EventKey) -> Event:
        """The visit, which begins with this."""
        subject = self.found.subject
        whose = {"study_id": subject.study_id, "site_id": subject.site_id, "subject_id": subject.id}
        return self.event or Event(**whose, oid=key.oid, instance=key.instance)


def begin(by: Actor, subject_id: str, oid: str, instance: int | None = None) -> Event:
    """Add a visit that the plan does not foresee. `instance` is the number it was asked for under: what is sent twice
    adds one visit."""
    acts = Acts.on_subject(subject_id)
    found = find_subject(by, subject_id, acts.at)
    with attempt(by, Permission.VISIT_BEGIN, Action.VISIT_BEGUN, found.place) as acting:
        acts.about = found.about
        standing = _numbered(subject_id, oid)
        next_one = max(standing, default=0) + 1 if _expect_unplanned(found, oid).repeating else 0
        key = EventKey(oid, next_one if instance is None else instance)
        if instance is not None and instance in standing:
            return standing[instance]
        if key.instance != next_one:
            raise NotFound("event")
        visit = _open(found, key)
        _expect_free(visit)
        event = visit.started(key)
        acts.add(acting, Action.VISIT_BEGUN, [event], about=replace(acts.about, event=key.written))
        acts.write()
        return event


def not_done(by: Actor, subject_id: str, key: EventKey, reason: Reason) -> Event:
    """Mark a visit of the plan as not having taken place, begun or not; one that holds answers is refused. The form of
    the visit date may say why there was none."""
    return _act(by, subject_id, key, reason, _NOT_DONE)


def resume(by: Actor, subject_id: str, key: EventKey, reason: Reason) -> Event:
    """Take back that a visit did not take place."""
    return _act(by, subject_id, key, reason, _RESUME)


def remove(by: Actor, subject_id: str, key: EventKey, reason: Reason) -> Event:
    """Remove a visit that was entered by mistake, with all that stands in it."""
    return _act(by, subject_id, key, reason, _REMOVE)


def restore(by: Actor, subject_id: str, key: EventKey, reason: Reason) -> Event:
    """Restore a visit that was removed."""
    return _act(by, subject_id, key, reason, _RESTORE)


ACTS: dict[str, Callable[..., Event]] = {"not_done": not_done, "resume": resume, "remove": remove, "restore": restore}
"""The acts by the codes that faces send."""


def _act(by: Actor, subject_id: str, key: EventKey, reason: Reason, move: Move) -> Event:
    acts = Acts.on_subject(subject_id)
    found = find_subject(by, subject_id, acts.at)
    with _attempt(by, move, found, key, reason) as acting:
        visit = _open(found, key)
        _expect_free(visit)
        _expect_move(visit, move)
        given = move.reason(reason)
        event = visit.started(key)
        event.state = move.state or STARTED
        acts.about = found.about
        cause = acts.add(acting, move.action, [event], about=replace(found.about, event=key.written), reason=given)
        acts.write()
        keys = [record.key for record in visit.records]
        reevaluating.reconsider_records(subject_id, keys, acts.at, cause)
        return event


@contextmanager
def _attempt(by: Actor, move: Move, found: Found, key: EventKey, reason: Reason) -> Iterator[Actor]:
    """An act on a visit, traced at the visit where the plan has it."""

    def tell(why: str) -> tuple[Place, Sequence[Change]]:
        planned = _planned(found, key)
        place = replace(found.place, event=key.written) if planned else found.place
        return unsaid(place, REASON, reason.text)(why)

    with attempt(by, move.permission, move.action, found.place, tell) as acting:
        yield acting


def _open(found: Found, key: EventKey) -> _Open:
    """The visit as it stands; raises `NotFound` where the plan has none like it."""
    planned = _planned(found, key)
    if planned is None or found.version_in_force is None:
        raise NotFound("event")
    here = Event.subject_id == found.subject.id, Event.oid == key.oid, Event.instance == key.instance
    event = db.session.scalar(select(Event).where(*here))
    records = list(db.session.scalars(select(Record).where(Record.event_id == event.id))) if event else []
    ids = {record.id for record in records}
    reaching = [
        hold for hold in holds_of(found)
        if hold.level in WHOLE or (event and hold.event_id == event.id) or hold.record_id in ids
    ]  # fmt: skip
    study = studies.compiled(found.study.id, found.version_in_force).study
    return _Open(found, study, planned, event, records, reaching)


def _planned(found: Found, key: EventKey) -> Planned | None:
    """The visit as the plan in force has it."""
    if found.version_in_force is None or key.instance > _MOST:
        return None
    planned = studies.compiled(found.study.id, found.version_in_force).study.events.get(key.oid)
    return planned if planned is not None and planned.repeating is (key.instance > 0) else None


def _numbered(subject_id: str, oid: str) -> dict[int, Event]:
    """The visits of this kind by number, removed ones among them: their numbers are never given again."""
    events = db.session.scalars(select(Event).where(Event.subject_id == subject_id, Event.oid == oid))
    return {event.instance: event for event in events}


def _expect_unplanned(found: Found, oid: str) -> Planned:
    planned = _planned(found, EventKey(oid)) or _planned(found, EventKey(oid, 1))
    if planned is None:
        raise NotFound("event")
    if planned.kind != "unscheduled":
        said = N_("This visit is of the plan: it begins with its first form.")
        raise IllegalState(said, state=planned.kind, needed=("unscheduled",))
    return planned


def _expect_free(visit: _Open) -> None:
    if visit.holds:
        raise Held([told(hold) for hold in visit.holds])


def _expect_move(visit: _Open, move: Move) -> None:
    """Refuse what does not lead from the state that stands."""
    state = visit.event.state if visit.event else "not_started"
    if visit.planned.kind == "common":
        raise IllegalState(N_("The running log is kept through the whole study."), state=state)
    if state != "not_started" and state not in move.since:
        raise IllegalState(_said(state, move), state=state, needed=move.since)
    if move is _NOT_DONE:
        _expect_empty(visit)
    elif visit.event is None:
        raise IllegalState(N_("Nothing has begun here."), state=state, needed=move.since)


def _said(state: str, move: Move) -> str:
    if move.state == state:
        return N_("This is marked so already.")
    if state in GONE:
        return SAID["visit", state]
    return N_("There is nothing to take back: this stands as it was entered.")


def _expect_empty(visit: _Open) -> None:
    if visit.planned.kind == "unscheduled":
        said = N_("Nobody planned this visit, so it cannot be missed. Remove it.")
        raise IllegalState(said, state="unscheduled", needed=("scheduled",))
    full = sorted({record.form for record in visit.records if record.state not in GONE and _answers(visit, record)})
    if full:
        said = N_("This visit holds answers. Remove it, or empty its forms before you mark it not done.")
        raise IllegalState(said, state="answered", needed=full)


def _answers(visit: _Open, record: Record) -> bool:
    """Whether people entered something: on the form of the visit date, that date."""
    form, item = visit.study.visit_item.split(".")
    if record.form == form:
        return item in record.data
    study = studies.compiled(record.study_id, record.study_version).study
    items = study.forms[record.form].items
    return any(each in items and not items[each].is_computed for each in record.data)
