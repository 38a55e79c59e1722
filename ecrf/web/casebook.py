"""One subject's casebook."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ecrf import clock
from ecrf.edge.identity import current_actor
from ecrf.i18n import text_tag
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.reads.casebook import casebook
from ecrf.reads.definitions import anchor
from ecrf.reads.holds import HoldFacts
from ecrf.reads.subjects import SubjectFacts, sites_for_transfer
from ecrf.reads.visit_panels import VisitPanel
from ecrf.reads.visits import schedule_of
from ecrf.services.trail import Reason
from ecrf.web.addresses import event_code
from ecrf.web.holds import HoldChoice, choices_for
from ecrf.web.presenting.day_scale import day_scale
from ecrf.web.presenting.state_acts import StateAct, state_act
from ecrf.web.presenting.status_acts import LEADS_ON, PERMISSIONS, as_tried, status_act
from ecrf.web.presenting.summaries import Link
from forms.casebook import EventKey

blueprint = Blueprint("casebook", __name__)


@dataclass(frozen=True)
class Tried:
    """An act that was refused, on a visit or (no `key`) on the subject: as it was typed, and why."""

    key: EventKey | None
    code: str
    why: Reason
    fault: str
    number: str = ""
    site: str = ""
    problems: tuple[Link, ...] = ()

    @property
    def base(self) -> str:
        """What the ids of its panel on the page end with."""
        return f"-{anchor(self.key)}" if self.key else "-site" if self.code == "transfer" else "-status"


@blueprint.get("/subjects/<subject_id>")
def show(subject_id: str) -> ResponseReturnValue:
    """Visits, forms, open queries and holds of one subject."""
    return casebook_page(current_actor(), subject_id)


def casebook_page(actor: Actor, subject_id: str, tried: Tried | None = None) -> str:
    """The page, with an act that was tried on one of its visits."""
    found = casebook(actor, subject_id, clock.now(), language=text_tag())
    schedule = schedule_of(actor, subject_id, clock.now(), language=text_tag())
    subject = found.subject
    return render_template(
        "casebook.html", casebook=found, hold_choices=choices_for(actor, subject, "subject", subject=subject.id),
        visit_holds={visit.anchor: _holds(actor, subject, visit) for visit in found.visits},
        visit_days={anchor(EventKey(line.event, line.instance)): line for line in schedule.visits},
        visit_acts={visit.anchor: _acts(actor, subject, visit, tried) for visit in found.visits}, tried=tried,
        status_acts=_status_acts(actor, subject, tried),
        transfer_acts=_transfer_acts(actor, subject, tried) if _may_leave(found.holds) else (),
        schedule=schedule, scale=day_scale(schedule),
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


def _holds(actor: Actor, subject: SubjectFacts, visit: VisitPanel) -> tuple[HoldChoice, ...]:
    """The freezes and locks of a visit that has begun, beyond the one that stands."""
    if not visit.has_begun or visit.gone is not None:
        return ()
    code = event_code(EventKey(visit.event, visit.instance))
    offered = {None: ("freeze", "lock"), "frozen": ("lock",)}.get(visit.held, ())
    choices = choices_for(actor, subject, "event", subject=subject.id, event=code)
    return tuple(choice for choice in choices if choice.kind in offered)


def _status_acts(actor: Actor, subject: SubjectFacts, tried: Tried | None) -> tuple[StateAct, ...]:
    """What leads on from the status that stands."""
    codes = LEADS_ON[subject.status] if subject.held is None else ()
    allowed = (code for code in codes if actor.may(PERMISSIONS[code], subject.study_id, subject.site_id))
    return tuple(_with_typing(status_act(code), tried) for code in allowed)


def _may_leave(holds: Iterable[HoldFacts]) -> bool:
    """Whether nothing holds the subject where it is: no lock, and no freeze of its site."""
    return not any(hold.kind == "lock" or hold.level == "site" for hold in holds)


def _transfer_acts(actor: Actor, subject: SubjectFacts, tried: Tried | None) -> tuple[StateAct, ...]:
    """The move to another site, where there is one."""
    may = actor.may(Permission.SUBJECT_TRANSFER, subject.study_id, subject.site_id)
    sites = sites_for_transfer(actor, subject) if may else ()
    return (_with_typing(status_act("transfer", sites), tried),) if sites else ()


def _with_typing(act: StateAct, tried: Tried | None) -> StateAct:
    if tried is None or tried.key is not None or tried.code != act.code:
        return act
    return as_tried(act, tried.why, tried.fault, tried.number, tried.site, tried.problems)


def _open_acts(visit: VisitPanel) -> list[tuple[str, Permission]]:
    """What leads on from the state that stands, with the permission it needs."""
    undo = {"removed": ("restore", Permission.RECORD_REMOVE), "not_done": ("resume", Permission.RECORD_NOT_DONE)}
    if visit.gone is not None:
        return [undo[visit.state]]
    can_be_missed = visit.kind not in ("common", "unscheduled") and not visit.date
    can_be_removed = visit.kind != "common" and visit.has_begun
    missed, removed = ("not_done", Permission.RECORD_NOT_DONE), ("remove", Permission.RECORD_REMOVE)
    return [missed] * can_be_missed + [removed] * can_be_removed
