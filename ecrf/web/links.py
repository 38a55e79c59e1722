"""Where a one-time link leads: its person sets the password, and nobody is logged in by it."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ecrf.config import settings
from ecrf.edge import own_password
from ecrf.edge.rates import limiter
from ecrf.edge.transactions import undo
from ecrf.errors import BadInput
from ecrf.messages import N_
from ecrf.web.faults import faults_of
from ecrf.web.presenting.catalogue import gettext

blueprint = Blueprint("links", __name__)

_SET = N_("Your password is set. Log in with it.")


@blueprint.get("/link/<token>")
@limiter.limit(lambda: settings().log_in_rate)
def show(token: str) -> ResponseReturnValue:
    """The page on which the password is set."""
    return _page(token)


@blueprint.post("/link/<token>")
@limiter.limit(lambda: settings().log_in_rate)
def use(token: str) -> ResponseReturnValue:
    """Set the password; the link works no more."""
    sent = (request.form.get("password", ""), request.form.get("again", ""))
    try:
        own_password.by_link(token, *sent, origin="page", request_id=g.request_id)
    except BadInput as problem:
        undo(problem, None)
        return _page(token, faults_of(problem)), problem.status
    flash(gettext(_SET))
    return redirect(url_for("login.show"), 303)


def _page(token: str, faults: dict[str, str] | None = None) -> str:
    user = own_password.of_link(token, origin="page", request_id=g.request_id)
    return render_template("people/use_link.html", token=token, username=user.username, faults=faults or {})
