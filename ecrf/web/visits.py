"""Visits on the casebook's page: added, marked not done, removed, and taken back."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ecrf.edge.identity import current_actor
from ecrf.edge.transactions import undo
from ecrf.reads.definitions import anchor
from ecrf.services import visits
from ecrf.web.addresses import event_key
from ecrf.web.casebook import Tried, casebook_page
from ecrf.web.faults import fault_of
from ecrf.web.presenting.catalogue import gettext
from ecrf.web.states import DONE, REFUSALS, sent_act, sent_reason
from forms.casebook import EventKey

blueprint = Blueprint("visits", __name__)


@blueprint.post("/subjects/<subject_id>/visits")
def begin(subject_id: str) -> ResponseReturnValue:
    """Add an unscheduled visit, once, however often its button is pressed."""
    asked = event_key(request.form.get("event", ""))
    key = visits.begin(current_actor(), subject_id, asked.oid, asked.instance).key
    flash(gettext("The visit is added"), "ok")
    return redirect(_place(subject_id, key), 303)


@blueprint.post("/subjects/<subject_id>/visits/<event>/state")
def set_state(subject_id: str, event: str) -> ResponseReturnValue:
    """Mark a visit, or take that back; what is refused comes back as it was typed."""
    actor, key, code, why = current_actor(), event_key(event), sent_act(), sent_reason()
    try:
        visits.ACTS[code](actor, subject_id, key, why)
    except REFUSALS as problem:
        undo(problem, actor)
        return casebook_page(actor, subject_id, Tried(key, code, why, fault_of(problem))), problem.status
    flash(gettext(DONE[code]), "ok")
    return redirect(_place(subject_id, key), 303)


def _place(subject_id: str, key: EventKey) -> str:
    """The visit on the casebook's page."""
    return url_for("casebook.show", subject_id=subject_id, _anchor=anchor(key))
