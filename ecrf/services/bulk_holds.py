"""Freezing, locking and lifting in bulk: one subject after the other, each with its own entries and the same reason.

Before a lock stands the checklist: a subject in which something is open is left out, unless it is locked despite that
and the reason says why (design section 11).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from ecrf.db import db
from ecrf.models.events import Event
from ecrf.models.holds import Hold
from ecrf.policy.actors import Actor
from ecrf.reads.hold_candidates import ACTS
from ecrf.reads.open_points import NOTHING, Open, Part
from ecrf.services import holds
from ecrf.services.attempts import attempt
from ecrf.services.casebooks import Found, find_subject
from ecrf.services.checklists import checklist_of
from ecrf.services.hold_acts import LIFTED, SET
from ecrf.services.holds import Target
from ecrf.services.trail import Acts, Reason
from ecrf.services.words import reason_given

ACTIONS = {**SET, "unfreeze": LIFTED["freeze"], "unlock": LIFTED["lock"]}
HOLD = {"freeze": holds.freeze, "lock": holds.lock}


@dataclass(frozen=True)
class Outcome:
    """What became of one subject: how many holds were set or lifted, else `why` none was (`open`, or `nothing` to do),
    with what is open."""

    subject_id: str
    number: str
    count: int
    why: str = ""
    open: Open = NOTHING


def hold_subject(
    by: Actor, subject_id: str, act: str, part: Part, reason: Reason, *, despite_open: bool = False
) -> Outcome:  # fmt: skip
    """Freeze, lock, unfreeze or unlock a subject, a visit of it that has begun, or forms of such visits. What is held
    that way already is left as it is, so that an act that was interrupted is done again without harm."""
    acts = Acts.on_subject(subject_id)
    found = find_subject(by, subject_id, acts.at)
    with attempt(by, ACTS[act][1], ACTIONS[act], found.place):
        if act not in HOLD or despite_open:
            reason = reason_given(reason)
        if act not in HOLD:
            return _lifted(by, found, act, part, reason)
        return _held(by, found, act, part, reason, acts.at, despite_open=despite_open)


def _held(
    by: Actor, found: Found, act: str, part: Part, reason: Reason, at: datetime, *, despite_open: bool
) -> Outcome:  # fmt: skip
    subject_id, number = found.subject.id, found.subject.number  # each hold reads the subject anew
    targets = [target for target in _targets(found, part) if not holds.stands(target, act)]
    opened = checklist_of(by, found, part, at).open if act == "lock" and targets else NOTHING
    if not opened.is_clean and not despite_open:
        return Outcome(subject_id, number, 0, "open", opened)
    for target in targets:
        HOLD[act](by, target, reason)
    return Outcome(subject_id, number, len(targets), "" if targets else "nothing", opened)


def _targets(found: Found, part: Part) -> Iterator[Target]:
    """The subject, the visit, or the form of each visit; of visits that have begun, by the plan in force and as they
    were begun."""
    subject_id = found.subject.id
    if part == Part():
        yield Target("subject", subject_id)
        return
    events = select(Event).where(Event.subject_id == subject_id).order_by(Event.oid, Event.instance)
    for event in list(db.session.scalars(events)):
        if part.form is None and event.key == part.event:
            yield Target("event", subject_id, event_id=event.id)
            continue
        here = holds.forms_of(found, event.key, event.id) if part.event in (None, event.key) else ()
        if part.form in here:
            yield Target("form", subject_id, event_id=event.id, form=part.form)


def _lifted(by: Actor, found: Found, act: str, part: Part, reason: Reason) -> Outcome:
    subject_id, number = found.subject.id, found.subject.number
    standing = select(Hold, Event).outerjoin(Event, Event.id == Hold.event_id).where(
        Hold.subject_id == subject_id, Hold.kind == ACTS[act][0], Hold.lifted_at.is_(None),
        Hold.level.in_(("subject",) if part == Part() else ("event", "form")),
    )  # fmt: skip
    rows = db.session.execute(standing).all()
    chosen = [hold.id for hold, event in rows if hold.level == "subject" or part.covers(event.key, hold.form)]
    for hold_id in chosen:
        holds.lift(by, hold_id, reason)
    return Outcome(subject_id, number, len(chosen), "" if chosen else "nothing")
