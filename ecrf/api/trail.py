"""The trail: of everything one may read of it, of one subject, of one record."""

from typing import Any

from ecrf import clock
from ecrf.api.blueprints import Blueprint
from ecrf.api.schemas.trail import EXPORTED, TRAIL, TrailExportSchema, TrailFilterSchema, TrailSchema
from ecrf.edge.identity import current_actor
from ecrf.edge.streams import file_of
from ecrf.edge.transactions import reading
from ecrf.errors import Forbidden
from ecrf.exchange import trail_csv
from ecrf.i18n import text_tag
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.reads.records import record_place
from ecrf.reads.subjects import subject_facts
from ecrf.reads.trail import trail
from ecrf.reads.trail_export import acts_taken, extent
from ecrf.reads.trail_filters import TrailFilters
from ecrf.reads.trail_reach import WHOLE, Of
from ecrf.services import trail_exports

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
    return trail(actor, TrailFilters(**sent), language=text_tag(), of=Of(subject_id), size=size)


@blueprint.get("/records/<record_id>/trail")
@blueprint.arguments(TrailFilterSchema, location="query")
@blueprint.response(200, TrailSchema, example=TRAIL)
@blueprint.refuses(404, 422)
def of_record(sent: dict[str, Any], record_id: str) -> Any:
    """One page of the acts on a record, with what they brought about."""
    actor, size = current_actor(), sent.pop("limit")
    record = record_place(actor, record_id, language=text_tag(), permission=Permission.TRAIL_READ)
    return trail(actor, TrailFilters(**sent), language=text_tag(), of=Of(record.subject_id, record), size=size)


@blueprint.post("/trail/export")
@blueprint.arguments(TrailExportSchema, example={"form": "CHEM", "now": "=79"})
@blueprint.response(200, {"type": "string"}, content_type="text/csv", example=EXPORTED)
@blueprint.refuses(403, 404, 415, 422)
def export(sent: dict[str, Any]) -> Any:
    """All acts that the filters leave, as CSV; the export is an act of the trail itself."""
    actor, language, now = current_actor(), text_tag(), clock.now()
    of = _of(actor, sent.pop("subject_id"), sent.pop("record_id"))
    filters = TrailFilters(**sent)
    with reading():
        wanted = extent(actor, filters, of, now, language=language)
    trail_exports.tell(actor, wanted, trail_csv.written(filters))
    lines = trail_csv.csv_of(acts_taken(actor, wanted, language=language), wanted, actor.name, now)
    return file_of(lines, f"trail-{now:%Y%m%dT%H%M%SZ}.csv", "text/csv")


def _of(actor: Actor, subject_id: str, record_id: str) -> Of:
    if record_id:
        record = record_place(actor, record_id, language=text_tag(), permission=Permission.TRAIL_READ)
        return Of(record.subject_id, record)
    return Of(subject_facts(actor, subject_id, clock.now()).id) if subject_id else WHOLE


def _expect_reader(actor: Actor) -> None:
    if not (actor.has(Permission.TRAIL_READ) or actor.has(Permission.SYSTEM_TRAIL_READ)):
        raise Forbidden(Permission.TRAIL_READ)
