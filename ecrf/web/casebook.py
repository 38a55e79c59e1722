"""One subject's casebook."""

from dataclasses import dataclass

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ecrf import clock
from ecrf.edge.identity import current_actor
from ecrf.i18n import text_tag
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.reads.casebook import VisitPanel, casebook
from ecrf.reads.subjects import SubjectFacts
from ecrf.services.trail import Reason
from ecrf.web.holds import choices_for
from ecrf.web.presenting.state_acts import StateAct, state_act
from forms.casebook import EventKey

blueprint = Blueprint("casebook", __name__)


@dataclass(frozen=True)
class Tried:
    """An act on a visit that was refused: as it was typed, and why."""

    key: EventKey
    code: str
    why: Reason
    fault: str


@blueprint.get("/subjects/<subject_id>")
def show(subject_id: str) -> ResponseReturnValue:
    """Visits, forms, open queries and holds of one subject."""
    return casebook_page(current_actor(), subject_id)


def casebook_page(actor: Actor, subject_id: str, tried: Tried | None = None) -> str:
    """The page, with an act that was tried on one of its visits."""
    found = casebook(actor, subject_id, clock.now(), language=text_tag())
    subject = found.subject
    return render_template(
        "casebook.html", casebook=found, hold_choices=choices_for(actor, subject, "subject", subject=subject.id),
        visit_acts={visit.anchor: _acts(actor, subject, visit, tried) for visit in found.visits}, tried=tried,
        may_edit=actor.may(Permission.RECORD_EDIT, subject.study_id, subject.site_id),
        may_begin=actor.may(Permission.VISIT_BEGIN, subject.study_id, subject.site_id) and subject.held is None,
        may_lift=actor.may(Permission.HOLD_LIFT, subject.study_id, subject.site_id),
    )  # fmt: skip


def _acts(actor: Actor, subject: SubjectFacts, visit: VisitPanel, tried: Tried | None) -> tuple[StateAct, ...]:
    """What this person may do to a visit; nothing while the subject is frozen or locked."""
    allowed = (
        code for code, permission in _open_acts(visit)
        if subject.held is None and actor.may(permission, subject.study_id, subject.site_id)
    )  # fmt: skip
    here = tried if tried and tried.key == (visit.event, visit.instance) else None
    given = (here.code, here.why, here.fault) if here else ()
    return tuple(state_act(code, "visit", *given) for code in allowed)


def _open_acts(visit: VisitPanel) -> list[tuple[str, Permission]]:
    """What leads on from the state that stands, with the permission it needs."""
    undo = {"removed": ("restore", Permission.RECORD_REMOVE), "not_done": ("resume", Permission.RECORD_NOT_DONE)}
    if visit.gone is not None:
        return [undo[visit.state]]
    can_be_missed = visit.kind not in ("common", "unscheduled") and not visit.date
    can_be_removed = visit.kind != "common" and visit.has_begun
    missed, removed = ("not_done", Permission.RECORD_NOT_DONE), ("remove", Permission.RECORD_REMOVE)
    return [missed] * can_be_missed + [removed] * can_be_removed
