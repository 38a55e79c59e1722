"""Freezing, locking and lifting, each on a page that says what it covers and asks why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ecrf import clock
from ecrf.edge.identity import current_actor, fresh_actor
from ecrf.edge.transactions import undo
from ecrf.errors import BadInput, IllegalState, NotFound, ReasonMissing
from ecrf.i18n import text_tag
from ecrf.messages import N_
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.reads.holds import (
    HoldFacts,
    HoldTarget,
    event_target,
    form_target,
    hold_facts,
    record_target,
    subject_target,
)
from ecrf.reads.subjects import subject_facts
from ecrf.services import holds
from ecrf.services.checked_holds import hold_one
from ecrf.services.checklists import checklist
from ecrf.services.hold_acts import PERMISSIONS
from ecrf.services.trail import Reason
from ecrf.web.addresses import event_key, form_url
from ecrf.web.faults import fault_of
from ecrf.web.presenting.catalogue import gettext
from ecrf.web.presenting.open_points import ShownChecklist, shown_checklist

blueprint = Blueprint("holds", __name__)

_HEADINGS = {
    ("freeze", "subject"): N_("Freeze the subject"), ("lock", "subject"): N_("Lock the subject"),
    ("freeze", "event"): N_("Freeze the visit"), ("lock", "event"): N_("Lock the visit"),
    ("freeze", "form"): N_("Freeze the form"), ("lock", "form"): N_("Lock the form"),
    ("freeze", "record"): N_("Freeze the row"), ("lock", "record"): N_("Lock the row"),
    ("freeze", "item"): N_("Freeze the item"), ("lock", "item"): N_("Lock the item"),
}  # fmt: skip
MEANINGS = {
    "freeze": N_("Values stay as they are; queries, verification and signatures go on."),
    "lock": N_("Nothing changes any more, by nobody and by no way in; the trail stays readable."),
    "lift": N_("Data can change again, unless something else holds them. The reason stands in the trail."),
}
_FIELDS = ("kind", "level", "subject", "event", "form", "record", "item")
_REFUSALS = (BadInput, IllegalState, ReasonMissing)


class Placed(Protocol):
    """A thing of a study and a site."""

    @property
    def study_id(self) -> str:
        """The study's id."""

    @property
    def site_id(self) -> str:
        """The site's id."""


@dataclass(frozen=True)
class HoldChoice:
    """A freeze or lock that the reader may set here."""

    kind: str
    text: str
    url: str


def choices_for(actor: Actor, thing: Placed, level: str, **target: Any) -> tuple[HoldChoice, ...]:
    """The freezes and locks the actor may set on a thing; `target` names it: `subject`, or `record` and `item`."""
    allowed = [
        kind for kind, permission in PERMISSIONS.items() if actor.may(permission, thing.study_id, thing.site_id)
    ]
    return tuple(
        HoldChoice(kind, gettext(_HEADINGS[kind, level]), url_for("holds.new", kind=kind, level=level, **target))
        for kind in allowed
    )


@blueprint.get("/holds")
def new() -> ResponseReturnValue:
    """The page on which something is frozen or locked."""
    return _hold_page(current_actor(), request.args)


@blueprint.post("/holds")
def add() -> ResponseReturnValue:
    """Freeze or lock."""
    kind = _kind(request.form)
    actor = fresh_actor() if kind == "lock" else current_actor()
    target = _target(actor, request.form, Permission.RECORD_READ)
    reason, despite_open = Reason(text=request.form.get("reason", "").strip() or None), "despite_open" in request.form
    try:
        hold_one(actor, _as_service(target), kind, reason, despite_open=despite_open)
    except _REFUSALS as problem:
        undo(problem, actor)
        return _hold_page(actor, request.form, fault_of(problem)), problem.status
    return redirect(_where(target), 303)


@blueprint.get("/holds/<hold_id>/lift")
def lifting(hold_id: str) -> ResponseReturnValue:
    """The page on which a freeze or a lock is lifted."""
    return _lift_page(current_actor(), hold_id)


@blueprint.post("/holds/<hold_id>/lift")
def lift(hold_id: str) -> ResponseReturnValue:
    """Lift a freeze or a lock, with a reason."""
    actor = fresh_actor()
    try:
        hold = holds.lift(actor, hold_id, Reason(text=request.form.get("reason", "").strip() or None))
    except (BadInput, ReasonMissing) as problem:  # what was lifted already has no page to lift it on
        undo(problem, actor)
        return _lift_page(actor, hold_id, fault_of(problem)), problem.status
    return redirect(_back(hold.subject_id), 303)


def _back(subject_id: str | None) -> str:
    """Where what is held is looked at: the casebook, or of a site or study the page of holds in bulk."""
    return url_for("casebook.show", subject_id=subject_id) if subject_id else url_for("bulk_holds.choose")


def _kind(sent: Mapping[str, str]) -> str:
    if sent.get("kind") not in PERMISSIONS:
        raise NotFound("kind")
    return sent["kind"]


def _target(actor: Actor, sent: Mapping[str, str], permission: Permission) -> HoldTarget:
    """What is meant; the page is for whoever may hold it, and an act on what one sees is refused by the service."""
    level = sent.get("level", "")
    if level == "subject":
        return subject_target(actor, sent.get("subject", ""), permission)
    if level == "event":
        event, subject = event_key(sent.get("event", "")), sent.get("subject", "")
        return event_target(actor, subject, event, permission, clock.now(), language=text_tag())
    if level == "form" and "event" in sent:
        event, form = event_key(sent["event"]), sent.get("form", "")
        return form_target(actor, sent.get("subject", ""), event, form, permission, clock.now(), language=text_tag())
    record, item = sent.get("record", ""), sent.get("item") or None
    return record_target(actor, level, record, item, permission, language=text_tag())


def _as_service(target: HoldTarget) -> holds.Target:
    record, visit = target.record, target.visit
    if visit is not None:
        return holds.Target(target.level, target.subject_id, event=visit.key, form=visit.form or None)
    if record is None:
        return holds.Target("subject", target.subject_id)
    if target.level == "form":
        return holds.Target("form", target.subject_id, event_id=record.event_id, form=record.form)
    return holds.Target(target.level, target.subject_id, record_id=record.id, item=target.item)


def _where(target: HoldTarget) -> str:
    place = target.record or target.visit
    if place is None or not place.form:
        return url_for("casebook.show", subject_id=target.subject_id)
    return form_url(target.subject_id, place)


def _hold_page(actor: Actor, sent: Mapping[str, str], fault: str = "") -> str:
    kind = _kind(sent)
    target = _target(actor, sent, PERMISSIONS[kind])
    heading = gettext(_HEADINGS[kind, target.level])
    fields = [(name, sent[name]) for name in _FIELDS if sent.get(name)]
    return render_template(
        "hold.html", facts=subject_facts(actor, target.subject_id, clock.now()), heading=heading, button=heading,
        what=target.place or gettext("the whole subject"), kind=kind, meaning=gettext(MEANINGS[kind]),
        action=url_for("holds.add"), target=fields, checklist=_checklist(actor, target) if kind == "lock" else None,
        despite_open="despite_open" in sent, typed=sent.get("reason", ""), fault=fault, reason_required=False,
        back=_where(target),
    )  # fmt: skip


def _checklist(actor: Actor, target: HoldTarget) -> ShownChecklist | None:
    """What is open in what would be locked, each with the way to it; None for an item, which has no checklist."""
    if target.part is None:
        return None
    subject = subject_facts(actor, target.subject_id, clock.now())
    return shown_checklist(checklist(actor, target.subject_id, target.part, clock.now()), subject)


def _lift_page(actor: Actor, hold_id: str, fault: str = "") -> str:
    hold: HoldFacts = hold_facts(actor, hold_id, text_tag(), Permission.HOLD_LIFT)
    heading = gettext("Unlock") if hold.kind == "lock" else gettext("Unfreeze")
    return render_template(
        "hold.html", facts=subject_facts(actor, hold.subject_id, clock.now()) if hold.subject_id else None,
        heading=heading, button=heading, what=hold.place or gettext("the whole subject"), kind=hold.kind,
        meaning=gettext(MEANINGS["lift"]), action=url_for("holds.lift", hold_id=hold_id), target=(),
        typed=request.form.get("reason", ""), fault=fault, reason_required=True, back=_back(hold.subject_id),
    )  # fmt: skip
