"""Forms and rows that were not done or entered by mistake: marked so, and taken back, from their own page."""

from dataclasses import replace

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue

from ecrf.edge.identity import current_actor
from ecrf.edge.transactions import undo
from ecrf.errors import BadInput, Held, IllegalState, NotFound, Problem, ReasonMissing, Stale
from ecrf.messages import N_
from ecrf.policy.actors import Actor
from ecrf.reads.holds import FormPlace
from ecrf.services import record_states
from ecrf.services.records import Address
from ecrf.services.trail import Reason
from ecrf.web.addresses import event_key, form_url
from ecrf.web.answers import revision_of
from ecrf.web.faults import fault_of
from ecrf.web.forms import tried
from ecrf.web.presenting.catalogue import gettext
from ecrf.web.presenting.sheets import Typing

blueprint = Blueprint("states", __name__)

REFUSALS = (BadInput, Held, IllegalState, ReasonMissing, Stale)
DONE = {
    "not_done": N_("Marked not done"), "resume": N_("Taken back"), "remove": N_("Removed"), "restore": N_("Restored"),
}  # fmt: skip
_FORM = "/subjects/<subject_id>/<event>/<form>"


@blueprint.post(f"{_FORM}/state")
@blueprint.post(f"{_FORM}/<int:row>/state")
def of_record(subject_id: str, event: str, form: str, row: int = 0) -> ResponseReturnValue:
    """Mark a form or a row, or take that back; what is refused comes back as it was typed."""
    actor, address = current_actor(), Address(subject_id, event_key(event), form, row)
    code, why = sent_act(), sent_reason()
    try:
        record_states.ACTS[code](actor, address, why, revision=revision_of(request.form.get("revision", "")))
    except REFUSALS as problem:
        return _given_back(actor, address, Typing(act=code, why=why), problem)
    flash(gettext(DONE[code]), "ok")
    return redirect(_after(address, code), 303)


def _after(address: Address, code: str) -> str:
    """The page of the form; of a row that was removed, the rows that are left."""
    row = 0 if code == "remove" else address.row
    return form_url(address.subject_id, FormPlace(address.event.oid, address.event.instance, address.form, row))


def sent_act() -> str:
    """The act that is meant."""
    code = request.form.get("act", "")
    if code not in DONE:
        raise NotFound("act")
    return code


def sent_reason() -> Reason:
    """The reason as it was typed: a code of the list, words, or both."""
    return Reason(request.form.get("code") or None, request.form.get("text", "").strip() or None)


def _given_back(actor: Actor, address: Address, typing: Typing, problem: Problem) -> ResponseReturnValue:
    undo(problem, actor)
    back = replace(typing, fault=fault_of(problem), is_held=isinstance(problem, Held))
    return tried(actor, address, back), problem.status
