"""Sessions ended: one's own, and anybody's by an administrator."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from ecrf import clock
from ecrf.edge.identity import current_actor, current_session
from ecrf.services import sessions

blueprint = Blueprint("sessions", __name__)


@blueprint.post("/sessions/<session_id>/end")
def end(session_id: str) -> ResponseReturnValue:
    """End one session."""
    actor = current_actor()
    whose = sessions.end_one(actor, session_id, clock.now())
    own = whose == actor.id
    return redirect(url_for("account.show") if own else url_for("people.show", person_id=whose), 303)


@blueprint.post("/account/sessions/end")
def end_others() -> ResponseReturnValue:
    """End all one's own sessions but this one."""
    sessions.end_others(current_actor(), current_session().session_id, clock.now())
    return redirect(url_for("account.show"), 303)


@blueprint.post("/people/<person_id>/sessions/end")
def end_all(person_id: str) -> ResponseReturnValue:
    """End all sessions of an account."""
    sessions.end_all(current_actor(), person_id, clock.now())
    return redirect(url_for("people.show", person_id=person_id), 303)
