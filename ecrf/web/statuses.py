"""A subject as a whole, on the casebook's page: enrolled, ended, corrected, moved to another site."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ecrf.edge.identity import current_actor
from ecrf.edge.transactions import undo
from ecrf.errors import BadInput, Conflict, Held, IllegalState, NotFound, Problem, ReasonMissing
from ecrf.i18n import text_tag
from ecrf.services import statuses, transfers
from ecrf.services.trail import Reason
from ecrf.web.addresses import event_code
from ecrf.web.casebook import Tried, casebook_page
from ecrf.web.faults import fault_of
from ecrf.web.presenting.catalogue import gettext
from ecrf.web.presenting.summaries import Link
from forms.casebook import EventKey

blueprint = Blueprint("statuses", __name__)

_REFUSALS = (BadInput, Conflict, Held, IllegalState, ReasonMissing)


@blueprint.post("/subjects/<subject_id>/status")
def set_status(subject_id: str) -> ResponseReturnValue:
    """Enrol the subject, end its part in the study, or take the last step back."""
    actor, code, why = current_actor(), request.form.get("act", ""), _why()
    number = request.form.get("number", "").strip()
    if code not in statuses.ACTS:
        raise NotFound("act")
    try:
        statuses.ACTS[code](actor, subject_id, number or None, why)
    except _REFUSALS as problem:
        undo(problem, actor)
        tried = Tried(None, code, why, fault_of(problem), number=number, problems=_problems(subject_id, problem))
        return casebook_page(actor, subject_id, tried), problem.status
    flash(gettext("The status of the subject is set"), "ok")
    return redirect(url_for("casebook.show", subject_id=subject_id), 303)


@blueprint.post("/subjects/<subject_id>/transfer")
def transfer(subject_id: str) -> ResponseReturnValue:
    """Move the subject to another site."""
    actor, why, site = current_actor(), _why(), request.form.get("site", "")
    try:
        transfers.transfer(actor, subject_id, site, why)
    except _REFUSALS as problem:
        undo(problem, actor)
        tried = Tried(None, "transfer", why, fault_of(problem), site=site)
        return casebook_page(actor, subject_id, tried), problem.status
    flash(gettext("The subject is at its new site"), "ok")
    return redirect(url_for("casebook.show", subject_id=subject_id), 303)


def _why() -> Reason:
    return Reason(text=request.form.get("text", "").strip() or None)


def _problems(subject_id: str, problem: Problem) -> tuple[Link, ...]:
    """Each finding that holds enrolment up, with the way to its form."""
    return tuple(_link(subject_id, each) for each in problem.details.get("findings", ()))


def _link(subject_id: str, found: dict[str, Any]) -> Link:
    oid, _, instance = str(found["event"]).partition("#")
    code = event_code(EventKey(oid, int(instance or 0)))
    row = f"/{found['row']}" if found["row"] else ""
    text = found["message"].said_in(text_tag())
    if found["check"]:
        text = gettext("%(item)s: %(text)s", item=found["check"], text=text)
    return Link(f"/subjects/{subject_id}/{code}/{found['form']}{row}", text)
