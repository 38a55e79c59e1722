"""Freezing and locking one thing behind its checklist: where something is open, a lock is a decision that the reason
explains (design section 11)."""

from ecrf.errors import IllegalState
from ecrf.messages import N_
from ecrf.models.holds import Hold
from ecrf.policy.actors import Actor
from ecrf.reads.open_points import Open, Part
from ecrf.services import holds
from ecrf.services.attempts import attempt
from ecrf.services.bulk_holds import ACTIONS, SET, hold_subject
from ecrf.services.casebooks import find_subject
from ecrf.services.checklists import checklist_of
from ecrf.services.holds import PERMISSIONS, Target
from ecrf.services.traces import REASON, unsaid
from ecrf.services.trail import Acts, Reason
from ecrf.services.words import reason_given, reason_if_any
from forms.casebook import EventKey

_OPEN = N_("Something is open here. Mend it first, or lock despite that and say why.")


def hold_visit(
    by: Actor, subject_id: str, kind: str, event: EventKey, reason: Reason, *, despite_open: bool = False
) -> int:  # fmt: skip
    """Freeze or lock every form of a visit that has begun, present and to come; answers how many were not held yet."""
    outcome = hold_subject(by, subject_id, kind, Part(event), reason, despite_open=despite_open)
    if outcome.why == "open":
        raise _refusal(outcome.open)
    if outcome.why:
        raise IllegalState(N_("Nothing of this visit is left to be held that way."), state=kind, needed=("not_held",))
    return outcome.count


def hold_one(by: Actor, target: Target, kind: str, reason: Reason, *, despite_open: bool = False) -> Hold:
    """Freeze or lock one thing. A lock of anything but an item has a checklist, which is looked at while nobody else
    acts on the subject."""
    acts = Acts.on_subject(target.subject_id)
    found = find_subject(by, target.subject_id, acts.at)
    target = holds.with_event(found, target)
    place = holds.place_of(found, target)
    with attempt(by, PERMISSIONS[kind], ACTIONS[kind], place, unsaid(place, REASON, reason.text)):
        holds.expect_target(found, target, by)
        part = holds.part_of(target)
        if kind == "lock" and part is not None and not holds.stands(target, kind):
            reason_if_any(reason)
            opened = checklist_of(by, found, part, acts.at).open
            if not opened.is_clean:
                if not despite_open:
                    raise _refusal(opened)
                reason_given(reason)
    return SET[kind](by, target, reason)


def _refusal(opened: Open) -> IllegalState:
    return IllegalState(_OPEN, state="open", needed=tuple(name for name, _ in opened.against))
