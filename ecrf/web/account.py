"""One's own account: the password, and the proof that it is still oneself."""

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ecrf import clock
from ecrf.config import settings
from ecrf.edge import identity, own_password
from ecrf.edge.keeping import fields_kept_before, own_path
from ecrf.edge.log_in_page import confirm_page
from ecrf.errors import BadInput, Problem, TooManyAttempts
from ecrf.policy.actors import Actor
from ecrf.reads.accounts import person
from ecrf.reads.sessions import open_sessions
from ecrf.reads.tokens import tokens_of
from ecrf.web.faults import fault_of, faults_of

blueprint = Blueprint("account", __name__)

_USUAL_DAYS = 90


@blueprint.get("/account")
def show() -> ResponseReturnValue:
    """One's own account."""
    return account_page(identity.current_actor())


@blueprint.post("/account/password")
def change_password() -> ResponseReturnValue:
    """Change one's own password with the present one; a new session takes this one's place."""
    actor, sent = identity.current_actor(), request.form
    given = (sent.get("present", ""), sent.get("password", ""), sent.get("again", ""))
    try:
        token = own_password.change(actor, identity.current_session().session_id, *given)
    except (BadInput, TooManyAttempts) as problem:
        return refused(actor, problem)
    identity.enter(token, actor.id)
    return redirect(url_for("account.show"), 303)


@blueprint.post("/confirm")
def confirm() -> ResponseReturnValue:
    """Give the password again, then send the form that waited."""
    actor, resume = identity.current_actor(), own_path(request.form.get("resume"))
    try:
        present = request.form.get("present", "")
        token = own_password.confirm(actor, identity.current_session().session_id, present)
    except (BadInput, TooManyAttempts) as problem:
        return confirm_page(fault_of(problem)), problem.status
    identity.enter(token, actor.id)
    return render_template("resume.html", resume=resume or "/", kept=fields_kept_before())


def refused(actor: Actor, problem: Problem) -> ResponseReturnValue:
    """The page again, with why something was refused."""
    faults = faults_of(problem)
    return account_page(actor, request.form, faults), problem.status


def account_page(
    actor: Actor, typed: Mapping[str, str] | None = None, faults: Mapping[str, str] | None = None
) -> str:  # fmt: skip
    """The page of one's own account."""
    at, limits, session = clock.now(), settings(), identity.current_session()
    found, oldest = person(actor, actor.id, at), limits.password_max_age
    changed = found.password_changed_at
    return render_template(
        "people/account.html", person=found, own=session.session_id, typed=typed or {}, faults=faults or {},
        sessions=open_sessions(actor, actor.id, at, idle=limits.idle_limit, absolute=limits.absolute_limit),
        tokens=tokens_of(actor, actor.id, at), longest_days=limits.token_longest.days,
        days=min(_USUAL_DAYS, limits.token_longest.days),
        must_change=oldest is not None and (changed is None or at - changed > oldest),
    )  # fmt: skip
