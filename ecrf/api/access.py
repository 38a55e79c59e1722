"""Sessions and tokens: one's own, and anybody's for administrators."""

from datetime import timedelta
from typing import Any

from ecrf import clock
from ecrf.api.blueprints import Blueprint
from ecrf.api.schemas.access import (
    MADE,
    NEW_TOKEN,
    SESSIONS,
    TOKEN,
    TOKENS,
    MadeTokenSchema,
    NewTokenSchema,
    SessionsSchema,
    TokenSchema,
    TokensSchema,
)
from ecrf.config import settings
from ecrf.edge.identity import current_actor
from ecrf.policy.actors import Actor
from ecrf.reads.sessions import open_sessions
from ecrf.reads.tokens import token_facts, tokens_of
from ecrf.services import people, sessions, tokens

blueprint = Blueprint("access", "Sessions and tokens: the ways in that are open.")


@blueprint.get("/people/<person_id>/sessions")
@blueprint.response(200, SessionsSchema, example=SESSIONS)
@blueprint.refuses(403, 404)
def of_person(person_id: str) -> Any:
    """The sessions of an account that are in force; everybody sees their own."""
    return _sessions(current_actor(), person_id)


@blueprint.post("/people/<person_id>/sessions/end")
@blueprint.response(200, SessionsSchema, example={"sessions": []})
@blueprint.refuses(403, 404)
def end_all(person_id: str) -> Any:
    """End all sessions of an account: one's own, or anybody's as an administrator."""
    actor = current_actor()
    sessions.end_all(actor, person_id, clock.now())
    return _sessions(actor, person_id)


@blueprint.post("/sessions/<session_id>/end")
@blueprint.response(200, SessionsSchema, example=SESSIONS)
@blueprint.refuses(403, 404)
def end(session_id: str) -> Any:
    """End one session; answers those of its person that go on."""
    actor = current_actor()
    return _sessions(actor, sessions.end_one(actor, session_id, clock.now()))


@blueprint.get("/people/<person_id>/tokens")
@blueprint.response(200, TokensSchema, example=TOKENS)
@blueprint.refuses(403, 404)
def list_tokens(person_id: str) -> Any:
    """The newest tokens of an account; everybody sees their own."""
    return {"tokens": tokens_of(current_actor(), person_id, clock.now())}


@blueprint.post("/tokens")
@blueprint.arguments(NewTokenSchema, example=NEW_TOKEN)
@blueprint.response(201, MadeTokenSchema, example=MADE)
@blueprint.refuses(400, 403, 413, 415, 422)
def issue(sent: dict[str, Any]) -> Any:
    """Make a token for oneself, told this once."""
    actor = current_actor()
    made = tokens.make(
        actor, people.named(actor.id), label=sent["label"], reads_only=sent["scope"] == "read",
        life=timedelta(days=min(max(sent["days"], 0), 99999)), longest=settings().token_longest,
    )  # fmt: skip
    return {"secret": made.token, "token": token_facts(actor, made.id, clock.now())}, 201


@blueprint.post("/tokens/<token_id>/revoke")
@blueprint.response(200, TokenSchema, example={**TOKEN, "state": "revoked"})
@blueprint.refuses(403, 404)
def revoke(token_id: str) -> Any:
    """Let a token work no more: one's own, or anybody's as an administrator."""
    actor = current_actor()
    tokens.revoke(actor, token_id, clock.now())
    return token_facts(actor, token_id, clock.now())


def _sessions(actor: Actor, person_id: str) -> dict[str, Any]:
    limits = settings()
    found = open_sessions(actor, person_id, clock.now(), idle=limits.idle_limit, absolute=limits.absolute_limit)
    return {"sessions": found}
