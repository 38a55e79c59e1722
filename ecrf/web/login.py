"""Logging in and out."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ecrf import clock
from ecrf.config import settings
from ecrf.edge import entrance, identity
from ecrf.edge.keeping import fields_kept_before, own_path
from ecrf.edge.log_in_page import log_in_page
from ecrf.edge.rates import limiter
from ecrf.services import sessions

blueprint = Blueprint("login", __name__)

@blueprint.get("/login")
def show() -> ResponseReturnValue:
    """The log-in page."""
    return log_in_page()


@blueprint.post("/login")
@limiter.limit(lambda: settings().log_in_rate)
def enter() -> ResponseReturnValue:
    """Log in and go on to where the person wanted to go, or to sending the form that waited here.

    A refusal is answered by the log-in page, at the edge. What somebody else typed is not sent on.
    """
    username, password = request.form.get("username", "").replace("\x00", "\ufffd"), request.form.get("password", "")
    before = identity.last_user()
    token, user_id = entrance.log_in(username, password, origin="page", request_id=g.request_id)
    identity.enter(token, user_id)
    resume = own_path(request.form.get("resume"))
    if resume and before in (None, user_id):
        return render_template("resume.html", resume=resume, kept=fields_kept_before())
    return redirect(own_path(request.form.get("next")) or "/")


@blueprint.post("/logout")
def leave() -> ResponseReturnValue:
    """End the session, on the server as in the browser."""
    sessions.end(identity.current_actor(), identity.current_session().session_id, clock.now())
    identity.leave()
    return redirect(url_for("login.show"))
