"""Freezing and locking items, records, forms of a visit and subjects, and lifting that again with a reason."""

from dataclasses import dataclass

from sqlalchemy import select

from ecrf.db import db
from ecrf.errors import IllegalState, NotFound
from ecrf.messages import N_
from ecrf.models.events import Event
from ecrf.models.holds import Hold
from ecrf.models.records import Record
from ecrf.policy.actions import Action
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.require import require
from ecrf.services import reevaluating, studies
from ecrf.services.casebooks import Found, find_subject
from ecrf.services.trail import About, Acts, Reason
from ecrf.services.words import reason_given, reason_if_any


@dataclass(frozen=True)
class Target:
    """What is to be held: an item or a record by the record's id, a form by event and OID, or the whole subject."""

    level: str
    subject_id: str
    record_id: str | None = None
    item: str | None = None
    event_id: str | None = None
    form: str | None = None


_NAMED = {"item": {"record", "item"}, "record": {"record"}, "form": {"event", "form"}, "subject": set[str]()}
_PERMISSION = {"freeze": Permission.HOLD_FREEZE, "lock": Permission.HOLD_LOCK}
_SET = {"freeze": Action.FROZEN, "lock": Action.LOCKED}
_LIFTED = {"freeze": Action.UNFROZEN, "lock": Action.UNLOCKED}


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
    acts = Acts.on_subject(hold.subject_id)
    found = find_subject(by, hold.subject_id, acts.at)
    require(by, Permission.HOLD_LIFT, found.subject)
    acts.about = found.about
    reason = reason_given(reason)
    db.session.refresh(hold)
    if hold.lifted_at is not None:
        raise IllegalState(N_("This was lifted already."), state="lifted", needed=("standing",))
    hold.lifted_at = acts.at
    cause = acts.add(by, _LIFTED[hold.kind], [hold], about=_about(acts.about, hold), reason=reason)
    acts.write()
    reevaluating.reconsider_forms(hold.subject_id, _forms_under(hold), acts.at, cause)
    return hold


def _hold(by: Actor, target: Target, kind: str, reason: Reason | None) -> Hold:
    acts = Acts.on_subject(target.subject_id)
    found = find_subject(by, target.subject_id, acts.at)
    require(by, _PERMISSION[kind], found.subject)
    acts.about = found.about
    _expect_target(found, target)
    reason = reason_if_any(reason)
    if _standing(target, kind):
        raise IllegalState(N_("This is held that way already."), state=kind, needed=("not_held",))
    hold = Hold(
        study_id=found.study.id, site_id=found.site.id, subject_id=found.subject.id, level=target.level, kind=kind,
        event_id=target.event_id, form=target.form, record_id=target.record_id, item=target.item,
        reason=reason.text if reason else None, held_at=acts.at, held_by=by.name,
    )  # fmt: skip
    acts.add(by, _SET[kind], [hold], about=_about(acts.about, hold), reason=reason)
    acts.write()
    return hold


def _expect_target(found: Found, target: Target) -> None:
    """The thing to be held exists, in this subject, and is named as its level asks and in no other way."""
    parts = {"record": target.record_id, "item": target.item, "event": target.event_id, "form": target.form}
    named = {name for name, part in parts.items() if part is not None}
    if named != _NAMED.get(target.level):
        raise NotFound("target")
    if target.record_id is not None:
        _expect_record(found, target.record_id, target.item)
    if target.event_id is not None:
        _expect_form(found, target.event_id, target.form)


def _expect_record(found: Found, record_id: str, item: str | None) -> None:
    record = db.session.get(Record, record_id)
    if record is None or record.subject_id != found.subject.id:
        raise NotFound("target")
    form = studies.compiled(record.study_id, record.study_version).study.forms[record.form]
    if item is not None and item not in form.items:
        raise NotFound("target")


def _expect_form(found: Found, event_id: str, form: str | None) -> None:
    """A form of a visit can be held before it has begun, so that it does not begin."""
    event, number = db.session.get(Event, event_id), found.version_in_force
    if event is None or event.subject_id != found.subject.id or number is None:
        raise NotFound("target")
    planned = studies.compiled(found.study.id, number).study.events.get(event.oid)
    begun = select(Record.id).where(Record.event_id == event_id, Record.form == form)
    if not (planned and form in planned.forms) and db.session.scalar(begun.limit(1)) is None:
        raise NotFound("target")


def _standing(target: Target, kind: str) -> bool:
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
    reached = Record.subject_id == hold.subject_id if hold.record_id is None else Record.id == hold.record_id
    return list(db.session.scalars(select(Record.form).where(reached).distinct()))


def _about(about: About, hold: Hold) -> About:
    event = db.session.get(Event, hold.event_id) if hold.event_id else None
    return About(
        about.chain, about.study, about.site, about.subject, event=event.key.written if event else None,
        form=hold.form, record=hold.record_id,
    )  # fmt: skip
