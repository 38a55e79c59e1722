"""The trail taken out as a file of CSV: exactly what the filters of its page leave."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from ecrf import clock
from ecrf.edge.identity import current_actor, fresh_actor
from ecrf.edge.streams import file_of
from ecrf.edge.transactions import reading
from ecrf.exchange import trail_csv
from ecrf.i18n import text_tag
from ecrf.policy.permissions import Permission
from ecrf.reads.records import record_place
from ecrf.reads.subjects import subject_facts
from ecrf.reads.trail_export import acts_taken, extent
from ecrf.reads.trail_filters import TrailFilters
from ecrf.reads.trail_reach import WHOLE, Of
from ecrf.services import trail_exports
from ecrf.web.filtering import chosen_in

blueprint = Blueprint("trail_exports", __name__)


@blueprint.post("/trail/export")
def export() -> ResponseReturnValue:
    """The acts that the filters leave, of everything, of a subject or of a record; the taking has its entry."""
    actor, language, now = fresh_actor(), text_tag(), clock.now()
    filters = chosen_in(request.form, TrailFilters)
    with reading():
        wanted = extent(actor, filters, _of(language), now, language=language)
    trail_exports.tell(actor, wanted, trail_csv.written(filters))
    lines = trail_csv.csv_of(acts_taken(actor, wanted, language=language), wanted, actor.name, now)
    return file_of(lines, f"trail-{now:%Y%m%dT%H%M%SZ}.csv", "text/csv")


def _of(language: str) -> Of:
    """Whose trail the page showed."""
    actor, record_id = current_actor(), request.form.get("record_id", "")
    if record_id:
        record = record_place(actor, record_id, language=language, permission=Permission.TRAIL_READ)
        return Of(record.subject_id, record)
    subject_id = request.form.get("subject_id", "")
    return Of(subject_facts(actor, subject_id, clock.now()).id) if subject_id else WHOLE
