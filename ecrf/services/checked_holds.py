"""Freezing and locking one thing whose checklist somebody has seen: where something is open, a lock is a decision that
the reason explains (design section 11)."""

from ecrf.errors import IllegalState, Place
from ecrf.messages import N_
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.reads.open_points import NOTHING, Open, Part, open_in_each
from ecrf.services import studies
from ecrf.services.attempts import attempt
from ecrf.services.bulk_holds import ACTIONS, SET, hold_subject
from ecrf.services.casebooks import find_subject
from ecrf.services.holds import Target
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


def hold_one(
    by: Actor, target: Target, kind: str, part: Part | None, reason: Reason, *, despite_open: bool = False
) -> None:  # fmt: skip
    """Freeze or lock one thing; `part` is what its checklist looks at, None for a thing without one (an item)."""
    acts = Acts.on_subject(target.subject_id)
    found = find_subject(by, target.subject_id, acts.at)
    if kind == "lock" and part is not None:
        place = Place(study=found.study.id, site=found.site.id, subject=found.subject.id)
        with attempt(by, Permission.HOLD_LOCK, ACTIONS[kind], place):
            reason_if_any(reason)
            number = found.version_in_force or studies.newest(found.study)
            study = studies.compiled(found.study.id, number).study
            opened = open_in_each(by, [target.subject_id], part, study).get(target.subject_id, NOTHING)
            if not opened.is_clean:
                if not despite_open:
                    raise _refusal(opened)
                reason_given(reason)
    SET[kind](by, target, reason)


def _refusal(opened: Open) -> IllegalState:
    return IllegalState(_OPEN, state="open", needed=tuple(name for name, _ in opened.points))
