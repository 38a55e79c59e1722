"""Freezes and locks: listed, set and lifted."""

from typing import Any

from ecrf import clock
from ecrf.api.addresses import event_key
from ecrf.api.blueprints import Blueprint
from ecrf.api.schemas.holds import (
    HOLD,
    HOLDS,
    LIFT,
    LIFTED,
    NEW,
    HoldSchema,
    HoldsSchema,
    LiftedSchema,
    LiftSchema,
    NewHoldSchema,
)
from ecrf.edge.identity import current_actor
from ecrf.i18n import text_tag
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.reads.holds import hold_facts, record_target, standing_holds
from ecrf.reads.subjects import subject_facts
from ecrf.services import holds
from ecrf.services.trail import Reason

blueprint = Blueprint("holds", "Freezes (no data change) and locks (no change at all).")

_ACTS = {"freeze": holds.freeze, "lock": holds.lock}


@blueprint.get("/subjects/<subject_id>/holds")
@blueprint.response(200, HoldsSchema, example=HOLDS)
@blueprint.refuses(404)
def of_subject(subject_id: str) -> Any:
    """What is frozen or locked of a subject."""
    actor = current_actor()
    subject = subject_facts(actor, subject_id, clock.now())
    return {"holds": standing_holds(actor, subject_id, subject.version, text_tag())}


@blueprint.post("/holds")
@blueprint.arguments(NewHoldSchema, example=NEW)
@blueprint.response(201, HoldSchema, example=HOLD)
@blueprint.refuses(400, 403, 404, 409, 413, 415, 422)
def add(sent: dict[str, Any]) -> Any:
    """Freeze or lock an item, a record, a form of a visit, or a subject."""
    actor = current_actor()
    hold = _ACTS[sent["kind"]](actor, _target(actor, sent), Reason(text=sent["reason"]))
    return hold_facts(actor, hold.id, text_tag())


@blueprint.post("/holds/<hold_id>/lift")
@blueprint.arguments(LiftSchema, example=LIFT)
@blueprint.response(200, LiftedSchema, example=LIFTED)
@blueprint.refuses(400, 403, 404, 409, 413, 415, 422)
def lift(sent: dict[str, str], hold_id: str) -> Any:
    """Lift a freeze or a lock, with a reason."""
    return holds.lift(current_actor(), hold_id, Reason(text=sent["reason"]))


def _target(actor: Actor, sent: dict[str, Any]) -> holds.Target:
    """The thing to be held; whether the actor may hold it is asked by the service."""
    if sent["level"] == "subject":
        return holds.Target("subject", sent["subject"])
    if "event" in sent:
        return holds.Target("form", sent["subject"], event=event_key(sent["event"]), form=sent["form"])
    found = record_target(
        actor, sent["level"], sent["record"], sent.get("item"), Permission.RECORD_READ, language=text_tag()
    )
    record = found.record
    if record is not None and sent["level"] == "form":
        return holds.Target("form", found.subject_id, event_id=record.event_id, form=record.form)
    return holds.Target(sent["level"], found.subject_id, record_id=sent["record"], item=sent.get("item"))
