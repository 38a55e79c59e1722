"""The casebook as it is read: a visit with all its forms, or one form after the other."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ecrf import clock
from ecrf.edge.identity import current_actor
from ecrf.i18n import text_tag
from ecrf.policy.permissions import Permission
from ecrf.reads.reading_pages import reading
from ecrf.web.addresses import event_code, event_key, step_url
from ecrf.web.presenting.readings import readings_of

blueprint = Blueprint("reading", __name__)
_ACTS = ("raise", "answer", "close", "reopen")


@blueprint.get("/subjects/<subject_id>/reading")
@blueprint.get("/subjects/<subject_id>/reading/<event>")
@blueprint.get("/subjects/<subject_id>/reading/<event>/<form>")
def show(subject_id: str, event: str = "", form: str = "") -> ResponseReturnValue:
    """The values, their queries and what is new, with the way on."""
    actor, key = current_actor(), event_key(event) if event else None
    found = reading(actor, subject_id, key, form, clock.now(), language=text_tag())
    at = (found.subject.study_id, found.subject.site_id)
    return render_template(
        "reading.html", page=found, forms=readings_of(found, text_tag()),
        step_url=lambda step: step_url(subject_id, step),
        may={each: actor.may(Permission(f"query.{each}"), *at) for each in _ACTS},
        may_look=actor.may(Permission.LOOK_MARK, *at), may_trail=actor.may(Permission.TRAIL_READ, *at),
        event=event_code(found.here.event) if found.here else "",
    )  # fmt: skip
