"""One subject's casebook."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ecrf import clock
from ecrf.edge.identity import current_actor
from ecrf.i18n import text_tag
from ecrf.policy.permissions import Permission
from ecrf.reads.casebook import casebook
from ecrf.web.holds import choices_for

blueprint = Blueprint("casebook", __name__)


@blueprint.get("/subjects/<subject_id>")
def show(subject_id: str) -> ResponseReturnValue:
    """Visits, forms, open queries and holds of one subject."""
    actor = current_actor()
    found = casebook(actor, subject_id, clock.now(), language=text_tag())
    subject = found.subject
    return render_template(
        "casebook.html", casebook=found, hold_choices=choices_for(actor, subject, "subject", subject=subject.id),
        may_edit=actor.may(Permission.RECORD_EDIT, subject.study_id, subject.site_id),
        may_lift=actor.may(Permission.HOLD_LIFT, subject.study_id, subject.site_id),
    )  # fmt: skip
