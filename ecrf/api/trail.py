"""The trail: of everything one may read of it, of one subject, of one record."""

from typing import Any

from ecrf import clock
from ecrf.api.blueprints import Blueprint
from ecrf.api.schemas.trail import TRAIL, TrailFilterSchema, TrailSchema
from ecrf.edge.identity import current_actor
from ecrf.errors import Forbidden
from ecrf.i18n import text_tag
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.reads.records import record_place
from ecrf.reads.subjects import subject_facts
from ecrf.reads.trail import trail, trail_of_record, trail_of_subject
from ecrf.reads.trail_filters import TrailFilters

blueprint = Blueprint("trail", "Who did what, when, why, from which value to which.")


@blueprint.get("/trail")
@blueprint.arguments(TrailFilterSchema, location="query")
@blueprint.response(200, TrailSchema, example=TRAIL)
@blueprint.refuses(403, 422)
def index(sent: dict[str, Any]) -> Any:
    """One page of the acts you may read, the newest first."""
    actor, size = current_actor(), sent.pop("limit")
    _expect_reader(actor)
    return trail(actor, TrailFilters(**sent), language=text_tag(), size=size)


@blueprint.get("/subjects/<subject_id>/trail")
@blueprint.arguments(TrailFilterSchema, location="query")
@blueprint.response(200, TrailSchema, example=TRAIL)
@blueprint.refuses(404, 422)
def of_subject(sent: dict[str, Any], subject_id: str) -> Any:
    """One page of the acts on a subject."""
    actor, size = current_actor(), sent.pop("limit")
    subject_facts(actor, subject_id, clock.now())
    return trail_of_subject(actor, subject_id, TrailFilters(**sent), language=text_tag(), size=size)


@blueprint.get("/records/<record_id>/trail")
@blueprint.arguments(TrailFilterSchema, location="query")
@blueprint.response(200, TrailSchema, example=TRAIL)
@blueprint.refuses(404, 422)
def of_record(sent: dict[str, Any], record_id: str) -> Any:
    """One page of the acts on a record, with what they brought about."""
    actor, size = current_actor(), sent.pop("limit")
    record = record_place(actor, record_id, language=text_tag(), permission=Permission.TRAIL_READ)
    return trail_of_record(actor, record, TrailFilters(**sent), language=text_tag(), size=size)


def _expect_reader(actor: Actor) -> None:
    if not (actor.has(Permission.TRAIL_READ) or actor.has(Permission.SYSTEM_TRAIL_READ)):
        raise Forbidden(Permission.TRAIL_READ)
