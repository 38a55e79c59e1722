"""Visits: added where the plan has none, marked not done, removed, and taken back."""

from typing import Any

from ecrf import clock
from ecrf.api.addresses import event_key, visit_url
from ecrf.api.blueprints import Blueprint
from ecrf.api.schemas.casebooks import NEW_VISIT, VISIT, NewVisitSchema, VisitSchema, visit_document
from ecrf.api.schemas.states import STATE_ACT, StateActSchema
from ecrf.edge.identity import current_actor
from ecrf.i18n import text_tag
from ecrf.policy.actors import Actor
from ecrf.reads.casebook import casebook, visit_in
from ecrf.services import visits
from ecrf.services.trail import Reason
from forms.casebook import EventKey

blueprint = Blueprint("visits", "Visits of a subject, planned and unscheduled.")


@blueprint.post("/subjects/<subject_id>/visits")
@blueprint.arguments(NewVisitSchema, example=NEW_VISIT)
@blueprint.response(201, VisitSchema, example=VISIT, headers={"Location": {"schema": {"type": "string"}}})
@blueprint.refuses(400, 403, 404, 409, 413, 415, 422)
def begin(sent: dict[str, Any], subject_id: str) -> Any:
    """Add an unscheduled visit."""
    actor = current_actor()
    key = visits.begin(actor, subject_id, sent["event"], sent["instance"]).key
    return _visit(actor, subject_id, key), 201, {"Location": visit_url(subject_id, key)}


@blueprint.post("/subjects/<subject_id>/visits/<event>/state")
@blueprint.arguments(StateActSchema, example=STATE_ACT)
@blueprint.response(200, VisitSchema, example={**VISIT, "state": "removed"})
@blueprint.refuses(400, 403, 404, 409, 413, 415, 422)
def set_state(sent: dict[str, Any], subject_id: str, event: str) -> Any:
    """Mark a visit not done, remove one that was entered by mistake, or take that back."""
    actor, key = current_actor(), event_key(event)
    visits.ACTS[sent["act"]](actor, subject_id, key, Reason(**sent["reason"]))
    return _visit(actor, subject_id, key)


def _visit(actor: Actor, subject_id: str, key: EventKey) -> dict[str, Any]:
    found = casebook(actor, subject_id, clock.now(), language=text_tag())
    return visit_document(subject_id, visit_in(found, key))
