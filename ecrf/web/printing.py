"""A form, a visit or a whole casebook as it is printed."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ecrf import clock
from ecrf.edge.identity import current_actor
from ecrf.i18n import text_tag
from ecrf.reads.histories import histories
from ecrf.reads.reading_pages import reading
from ecrf.web.addresses import event_key
from ecrf.web.presenting.readings import readings_of

blueprint = Blueprint("printing", __name__)


@blueprint.get("/subjects/<subject_id>/print")
@blueprint.get("/subjects/<subject_id>/print/<event>")
@blueprint.get("/subjects/<subject_id>/print/<event>/<form>")
def show(subject_id: str, event: str = "", form: str = "") -> ResponseReturnValue:
    """What was entered, with findings and threads whole, and with the history of each value where it is asked for."""
    actor, language, key = current_actor(), text_tag(), event_key(event) if event else None
    found = reading(actor, subject_id, key, form, clock.now(), language=language, whole=key is None)
    is_told = "history" in request.args
    return render_template(
        "print.html", page=found, forms=readings_of(found, language), by=actor, with_history=is_told,
        histories=histories(actor, subject_id, found.record_ids, language=language) if is_told else {},
        here=url_for("printing.show", **(request.view_args or {})),
    )  # fmt: skip
