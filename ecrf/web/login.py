"""Logging in and out."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from werkzeug.wrappers import Response

from ecrf import clock
from ecrf.config import settings
from ecrf.edge import entrance, identity
from ecrf.edge.answers import said
from ecrf.edge.keeping import fields_kept_before, own_path
from ecrf.errors import LogInRefused, Problem, TooManyAttempts
from ecrf.services import sessions

blueprint = Blueprint("login", __name__)
limiter = Limiter(get_remote_address, storage_uri="memory://")

Answer = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]


@blueprint.get("/login")
def show() -> Answer:
    """The log-in page."""
    return _page(next_path=request.args.get("next", ""))


@blueprint.post("/login")
@limiter.limit(lambda: settings().log_in_rate)
def enter() -> Answer:
    """Log in and go on to where the person wanted to go, or send on the form that waited here."""
    username, password = request.form.get("username", ""), request.form.get("password", "")
    before = identity.last_user()
    try:
        token, user_id = entrance.log_in(username, password, origin="page", request_id=g.request_id)
    except (LogInRefused, TooManyAttempts) as refused:
        return _page(refused, username=username, next_path=request.form.get("next", ""))
    identity.enter(token, user_id)
    resume = own_path(request.form.get("resume"))
    if resume and before == user_id:
        return render_template("resume.html", resume=resume, kept=fields_kept_before())
    return redirect(own_path(request.form.get("next")) or "/")


@blueprint.post("/logout")
def leave() -> Answer:
    """End the session, on the server as in the browser."""
    sessions.end(identity.current_actor(), identity.current_session().session_id, clock.now())
    identity.leave()
    return redirect(url_for("login.show"))


def _page(problem: Problem | None = None, *, username: str = "", next_path: str = "") -> Answer:
    page = render_template(
        "login.html", message=said(problem.message) if problem else "", username=username[:100],
        next=own_path(next_path) or "", resume=own_path(request.form.get("resume")) or "", kept=fields_kept_before(),
    )  # fmt: skip
    wait = problem.details.get("retry_after") if problem else None
    return page, problem.status if problem else 200, {"Retry-After": str(wait)} if wait else {}
