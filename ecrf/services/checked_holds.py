"""Freezing and locking one thing behind its checklist: where something is open, a lock is a decision that the reason
explains (design section 11)."""

from ecrf.errors import IllegalState
from ecrf.models.holds import Hold
from ecrf.policy.actors import Actor
from ecrf.services import holds
from ecrf.services.attempts import attempt
from ecrf.services.bulk_holds import HOLD
from ecrf.services.casebooks import find_subject
from ecrf.services.checklists import checklist_of
from ecrf.services.hold_acts import PERMISSIONS, SET
from ecrf.services.holds import Target
from ecrf.services.traces import REASON, unsaid
from ecrf.services.trail import Acts, Reason
from ecrf.services.wide_holds import OPEN
from ecrf.services.words import reason_given, reason_if_any


def hold_one(by: Actor, target: Target, kind: str, reason: Reason, *, despite_open: bool = False) -> Hold:
    """Freeze or lock one thing of a subject. A lock of anything but an item has a checklist, which is looked at while
    nobody else acts on the subject."""
    acts = Acts.on_subject(target.subject_id)
    found = find_subject(by, target.subject_id, acts.at)
    target = holds.with_event(found, target)
    place = holds.place_of(found, target)
    with attempt(by, PERMISSIONS[kind], SET[kind], place, unsaid(place, REASON, reason.text)):
        holds.expect_target(found, target, by)
        part = holds.part_of(target)
        if kind == "lock" and part is not None and not holds.stands(target, kind):
            reason_if_any(reason)
            opened = checklist_of(by, found, part, acts.at).open
            if not opened.is_clean:
                if not despite_open:
                    raise IllegalState(OPEN, state="open", needed=tuple(name for name, _ in opened.against))
                reason_given(reason)
    return HOLD[kind](by, target, reason)
