"""Tokens for the API: made for oneself, revoked by oneself or an administrator."""

from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ecrf import clock
from ecrf.config import settings
from ecrf.edge.identity import current_actor, fresh_actor
from ecrf.edge.transactions import undo
from ecrf.errors import BadInput
from ecrf.services import people, tokens
from ecrf.web import account

blueprint = Blueprint("tokens", __name__)


@blueprint.post("/account/tokens")
def issue() -> ResponseReturnValue:
    """Make a token, and show it this once."""
    actor, sent = fresh_actor(), request.form
    days = sent.get("days", "")
    try:
        made = tokens.make(
            actor, people.named(actor.id), label=sent.get("label", ""), reads_only=sent.get("scope") != "all",
            life=timedelta(days=int(days) if days.isascii() and days.isdigit() and len(days) < 6 else 0),
            longest=settings().token_longest,
        )  # fmt: skip
    except BadInput as problem:
        undo(problem, actor)
        return account.refused(actor, problem)
    return render_template("people/token.html", token=made.token)


@blueprint.post("/tokens/<token_id>/revoke")
def revoke(token_id: str) -> ResponseReturnValue:
    """Let a token work no more."""
    actor = current_actor()
    whose = tokens.revoke(actor, token_id, clock.now()).user_id
    own = whose == actor.id
    return redirect(url_for("account.show") if own else url_for("people.show", person_id=whose), 303)
