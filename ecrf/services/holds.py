"""Freezing and locking items, records, forms of a visit, visits and subjects, and lifting that again with a reason;
sites and studies are held in `wide_holds`."""

from dataclasses import asdict, dataclass, replace

from sqlalchemy import select

from ecrf.db import db
from ecrf.errors import IllegalState, NotFound, Place
from ecrf.messages import N_
from ecrf.models.events import Event
from ecrf.models.holds import Hold
from ecrf.models.records import Record
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.reads.open_points import Part
from ecrf.reads.withholding import sight_of
from ecrf.services import reevaluating, studies, wide_holds
from ecrf.services.attempts import attempt
from ecrf.services.casebooks import Found, find_subject
from ecrf.services.hold_acts import LIFTED, PERMISSIONS, SET
from ecrf.services.traces import REASON, about_place, unsaid
from ecrf.services.trail import About, Acts, Reason
from ecrf.services.words import reason_given, reason_if_any
from forms.casebook import EventKey


@dataclass(frozen=True)
class Target:
    """What is to be held: an item or a record by its id, a form of an event by its OID, an event, or the whole subject.

    The event is named by its id, or as the plan does, whether or not the form has begun.
    """

    level: str
    subject_id: str
    record_id: str | None = None
    item: str | None = None
    event_id: str | None = None
    form: str | None = None
    event: EventKey | None = None


_NAMED = {
    "item": {"record", "item"}, "record": {"record"}, "form": {"event", "form"}, "event": {"event"},
    "subject": set[str](),
}  # fmt: skip


def freeze(by: Actor, target: Target, reason: Reason | None = None) -> Hold:
    """Freeze: no data change, while queries, verification and signatures go on."""
    return _hold(by, target, "freeze", reason)


def lock(by: Actor, target: Target, reason: Reason | None = None) -> Hold:
    """Lock: nothing changes any more; the trail stays readable."""
    return _hold(by, target, "lock", reason)


def lift(by: Actor, hold_id: str, reason: Reason) -> Hold:
    """Lift a freeze or a lock, with a reason; whatever else holds the same data goes on holding it.

    What the hold kept from moving moves now: computed values, stale marks, and the queries of locked records.
    """
    hold = db.session.get(Hold, hold_id)
    if hold is None:
        raise NotFound("hold")
    if hold.subject_id is None:
        return wide_holds.lift(by, hold, reason)
    acts = Acts.on_subject(hold.subject_id)
    found = find_subject(by, hold.subject_id, acts.at, "hold")
    _expect_told(by, hold)
    place = place_of(found, hold)
    with attempt(by, Permission.HOLD_LIFT, LIFTED[hold.kind], place, unsaid(place, REASON, reason.text)) as acting:
        given = reason_given(reason)
        db.session.refresh(hold)
        if hold.lifted_at is not None:
            raise IllegalState(N_("This was lifted already."), state="lifted", needed=("standing",))
        hold.lifted_at = acts.at
        cause = acts.add(acting, LIFTED[hold.kind], [hold], about=_about(found, place), reason=given)
        acts.write()
        reevaluating.reconsider_forms(found.subject.id, _forms_under(hold), acts.at, cause)
        return hold


def _hold(by: Actor, target: Target, kind: str, reason: Reason | None) -> Hold:
    acts = Acts.on_subject(target.subject_id)
    found = find_subject(by, target.subject_id, acts.at)
    target = with_event(found, target)
    place = place_of(found, target)
    typed = unsaid(place, REASON, reason.text if reason else None)
    with attempt(by, PERMISSIONS[kind], SET[kind], place, typed) as acting:
        expect_target(found, target, by)
        given = reason_if_any(reason)
        if stands(target, kind):
            raise IllegalState(N_("This is held that way already."), state=kind, needed=("not_held",))
        hold = Hold(
            study_id=found.study.id, site_id=found.site.id, subject_id=found.subject.id, level=target.level, kind=kind,
            event_id=target.event_id, form=target.form, record_id=target.record_id, item=target.item,
            reason=given.text if given else None, held_at=acts.at, held_by=by.name,
        )  # fmt: skip
        acts.add(acting, SET[kind], [hold], about=_about(found, place), reason=given)
        acts.write()
        return hold


def _expect_told(by: Actor, hold: Hold) -> None:
    """A hold of an item that is not there for the actor is not there either."""
    record = db.session.get(Record, hold.record_id) if hold.record_id else None
    if record is not None and not sight_of(by, record).tells_of(hold.item):
        raise NotFound("hold")


def expect_target(found: Found, target: Target, by: Actor) -> None:
    """The thing to be held exists, in this subject, and is named as its level asks and in no other way."""
    parts = {"record": target.record_id, "item": target.item, "form": target.form}
    parts["event"] = target.event_id or (target.event.written if target.event else None)
    named = {name for name, part in parts.items() if part is not None}
    if named != _NAMED.get(target.level):
        raise NotFound("target")
    if target.record_id is not None:
        _expect_record(by, found, target.record_id, target.item)
    if target.event is not None:
        _expect_form(found, target.event, target)
    elif target.event_id is not None:
        raise NotFound("target")


def _expect_record(by: Actor, found: Found, record_id: str, item: str | None) -> None:
    record = db.session.get(Record, record_id)
    if record is None or record.subject_id != found.subject.id:
        raise NotFound("target")
    form = studies.compiled(record.study_id, record.study_version).study.forms[record.form]
    if item is not None and item not in sight_of(by, record).items(form.items):
        raise NotFound("target")


def _expect_form(found: Found, event: EventKey, target: Target) -> None:
    """A form of a visit can be held before it has begun, so that it does not begin; the visit has to have begun."""
    forms = forms_of(found, event, target.event_id)
    if not forms or (target.form is not None and target.form not in forms):
        raise NotFound("target")
    if target.event_id is None:
        raise IllegalState(N_("This visit has not begun: nothing of it can be held yet."), state="not_started")


def forms_of(found: Found, event: EventKey, event_id: str | None) -> set[str]:
    """The forms that a visit has by the plan in force, and those that were begun by an earlier one."""
    number = found.version_in_force
    planned = studies.compiled(found.study.id, number).study.events.get(event.oid) if number else None
    begun = db.session.scalars(select(Record.form).where(Record.event_id == event_id)) if event_id else ()
    return {*begun, *(planned.forms if planned and planned.repeating is (event.instance > 0) else ())}


def part_of(target: Target) -> Part | None:
    """What a checklist looks at before a thing is locked, its event found already: None for an item, which has none."""
    record = db.session.get(Record, target.record_id) if target.record_id else None
    if target.level == "item":
        return None
    return Part(record.key.event, record.form) if record is not None else Part(target.event, target.form)


def stands(target: Target, kind: str) -> bool:
    """Whether a thing is held that way already; its event is named by its id."""
    query = select(Hold.id).where(
        Hold.subject_id == target.subject_id, Hold.lifted_at.is_(None), Hold.level == target.level, Hold.kind == kind,
        Hold.record_id.is_not_distinct_from(target.record_id), Hold.item.is_not_distinct_from(target.item),
        Hold.event_id.is_not_distinct_from(target.event_id), Hold.form.is_not_distinct_from(target.form),
    )  # fmt: skip
    return db.session.scalar(query) is not None


def _forms_under(hold: Hold) -> list[str]:
    """The forms of the records that a hold reaches."""
    if hold.form is not None:
        return [hold.form]
    reached = {
        "subject": Record.subject_id == hold.subject_id, "event": Record.event_id == hold.event_id,
    }.get(hold.level, Record.id == hold.record_id)  # fmt: skip
    return list(db.session.scalars(select(Record.form).where(reached).distinct()))


def with_event(found: Found, target: Target) -> Target:
    """The target with its event as the plan names it, and with the event's id once that has begun."""
    events = select(Event).where(Event.subject_id == found.subject.id)
    if target.event is not None:
        key = Event.oid == target.event.oid, Event.instance == target.event.instance
        event = db.session.scalar(events.where(*key))
        return replace(target, event_id=event.id if event else None)
    event = db.session.scalar(events.where(Event.id == target.event_id)) if target.event_id else None
    return replace(target, event=event.key if event else None)


def place_of(found: Found, what: Hold | Target) -> Place:
    """Where a hold stands or is to stand: the record (of an item, too), the visit or its form, or the subject."""
    record = db.session.get(Record, what.record_id) if what.record_id else None
    if record is not None and record.subject_id == found.subject.id:
        return about_place(found, record)
    event = what.event if isinstance(what, Target) else _event_of(what)
    forms = forms_of(found, event, what.event_id) if event is not None else set()
    if event is None or not forms or (what.form is not None and what.form not in forms):
        return found.place
    return replace(found.place, event=event.written, form=what.form)


def _event_of(hold: Hold) -> EventKey | None:
    event = db.session.get(Event, hold.event_id) if hold.event_id else None
    return event.key if event else None


def _about(found: Found, place: Place) -> About:
    return About(found.subject.chain, **asdict(place))
