"""Freezes and locks: listed, set and lifted."""

from typing import Any

from ecrf import clock
from ecrf.api.addresses import event_key
from ecrf.api.blueprints import Blueprint
from ecrf.api.schemas.holds import (
    BULK,
    BULK_HELD,
    CHECKLIST,
    HOLD,
    HOLDS,
    LIFT,
    LIFTED,
    NEW,
    PLACE_CHECKLIST,
    WIDE_HOLDS,
    BulkHeldSchema,
    BulkHoldSchema,
    ChecklistChoiceSchema,
    ChecklistSchema,
    HoldSchema,
    HoldsSchema,
    LiftedSchema,
    LiftSchema,
    NewHoldSchema,
    PlaceChoiceSchema,
)
from ecrf.edge.identity import current_actor
from ecrf.edge.pieces import in_pieces
from ecrf.i18n import text_tag
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.reads.hold_candidates import HoldFilters, following
from ecrf.reads.holds import hold_facts, record_target, standing_holds
from ecrf.reads.holds import wide_holds as standing_wide_holds
from ecrf.reads.open_points import Part
from ecrf.reads.subjects import subject_facts
from ecrf.reads.wholes import whole
from ecrf.services import holds, wide_holds
from ecrf.services.bulk_holds import Outcome, hold_subject
from ecrf.services.checked_holds import hold_one
from ecrf.services.checklists import checklist
from ecrf.services.trail import Reason
from forms.findings import Finding

blueprint = Blueprint("holds", "Freezes (no data change) and locks (no change at all).")


@blueprint.get("/subjects/<subject_id>/holds")
@blueprint.response(200, HoldsSchema, example=HOLDS)
@blueprint.refuses(404)
def of_subject(subject_id: str) -> Any:
    """What is frozen or locked of a subject."""
    actor = current_actor()
    subject = subject_facts(actor, subject_id, clock.now())
    return {"holds": standing_holds(actor, subject_id, subject.version, text_tag())}


@blueprint.get("/subjects/<subject_id>/checklist")
@blueprint.arguments(ChecklistChoiceSchema, location="query")
@blueprint.response(200, ChecklistSchema, example=CHECKLIST)
@blueprint.refuses(403, 404, 422)
def of_part(sent: dict[str, str], subject_id: str) -> Any:
    """What is open in a subject, a visit or a form before it is locked."""
    part = Part(event_key(sent["event"]) if sent["event"] else None, sent["form"] or None)
    found = checklist(current_actor(), subject_id, part, clock.now())
    return {
        "is_clean": found.open.is_clean, "open": dict(found.open.points),
        "unevaluated": [_not_told(finding) for finding in found.unevaluated],
    }  # fmt: skip


@blueprint.get("/studies/<study>/holds")
@blueprint.response(200, HoldsSchema, example=WIDE_HOLDS)
@blueprint.refuses(404)
def of_study(study: str) -> Any:
    """What is frozen or locked of a study and its sites as a whole."""
    return {"holds": standing_wide_holds(current_actor(), study, text_tag())}


@blueprint.get("/studies/<study>/checklist")
@blueprint.arguments(PlaceChoiceSchema, location="query")
@blueprint.response(200, ChecklistSchema, example=PLACE_CHECKLIST)
@blueprint.refuses(403, 404, 422)
def of_place(sent: dict[str, str], study: str) -> Any:
    """What is open in a study or a site of it before it is locked; checks are evaluated subject by subject alone."""
    actor = current_actor()
    opened = wide_holds.open_of(actor, whole(actor, study, sent["site"] or None))
    return {"is_clean": opened.is_clean, "open": dict(opened.points), "unevaluated": []}


@blueprint.post("/holds")
@blueprint.arguments(NewHoldSchema, example=NEW)
@blueprint.response(201, HoldSchema, example=HOLD)
@blueprint.refuses(400, 403, 404, 409, 413, 415, 422)
def add(sent: dict[str, Any]) -> Any:
    """Freeze or lock an item, a record, a form of a visit, a visit, a subject, a site or a study. Where the checklist
    is not clean, a lock needs `despite_open` and a reason."""
    actor, kind, how = current_actor(), sent["kind"], {"despite_open": sent["despite_open"]}
    reason = Reason(text=sent["reason"])
    if "study" in sent:
        hold = wide_holds.hold(actor, whole(actor, sent["study"], sent.get("site")), kind, reason, **how)
    else:
        hold = hold_one(actor, _target(actor, sent), kind, reason, **how)
    return hold_facts(actor, hold.id, text_tag())


@blueprint.post("/holds/bulk")
@blueprint.arguments(BulkHoldSchema, example=BULK)
@blueprint.response(200, BulkHeldSchema, example=BULK_HELD)
@blueprint.refuses(400, 403, 404, 409, 413, 415, 422)
def bulk(sent: dict[str, Any]) -> Any:
    """Freeze, lock, unfreeze or unlock many subjects, a piece at a time; each is done by itself, with its entries."""
    actor, size, named = current_actor(), sent.pop("limit"), sent.pop("subjects")
    reason, despite_open = Reason(text=sent.pop("reason")), sent.pop("despite_open")
    filters = HoldFilters(**sent)
    waiting = [(subject, "") for subject in named] if named else following(actor, filters, size + 1)

    def hold(subject_id: str) -> Outcome:
        return hold_subject(actor, subject_id, filters.act, filters.part, reason, despite_open=despite_open)

    done = in_pieces(actor, [id_ for id_, _ in waiting[: None if named else size]], hold)
    return {"outcomes": [_told(outcome) for outcome in done], "next": _next(waiting, len(done))}


@blueprint.post("/holds/<hold_id>/lift")
@blueprint.arguments(LiftSchema, example=LIFT)
@blueprint.response(200, LiftedSchema, example=LIFTED)
@blueprint.refuses(400, 403, 404, 409, 413, 415, 422)
def lift(sent: dict[str, str], hold_id: str) -> Any:
    """Lift a freeze or a lock, with a reason."""
    return holds.lift(current_actor(), hold_id, Reason(text=sent["reason"]))


def _not_told(finding: Finding) -> dict[str, Any]:
    at = finding.record
    return {"check": finding.check, "event": at.event.written, "form": at.form, "row": at.row, "items": finding.items}


def _told(outcome: Outcome) -> dict[str, Any]:
    return {**vars(outcome), "open": dict(outcome.open.points)}


def _next(waiting: list[tuple[str, str]], done: int) -> str | None:
    """The key to go on from; of subjects that were named, the id of the last one that was done."""
    if done == len(waiting):
        return None
    id_, number = waiting[done - 1]
    return number or id_


def _target(actor: Actor, sent: dict[str, Any]) -> holds.Target:
    """The thing to be held; whether the actor may hold it is asked by the service."""
    if sent["level"] == "subject":
        return holds.Target("subject", sent["subject"])
    if "event" in sent:
        return holds.Target(sent["level"], sent["subject"], event=event_key(sent["event"]), form=sent.get("form"))
    found = record_target(
        actor, sent["level"], sent["record"], sent.get("item"), Permission.RECORD_READ, language=text_tag()
    )
    record = found.record
    if record is not None and sent["level"] == "form":
        return holds.Target("form", found.subject_id, event_id=record.event_id, form=record.form)
    return holds.Target(sent["level"], found.subject_id, record_id=sent["record"], item=sent.get("item"))
