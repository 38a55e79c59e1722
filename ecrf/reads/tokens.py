"""Tokens for the API, as their person and administrators see them: never the token itself."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from ecrf.db import db
from ecrf.errors import NotFound
from ecrf.models.tokens import ApiToken
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.require import require
from ecrf.reads.people import expect_account

SHOWN = 100


@dataclass(frozen=True)
class TokenFacts:
    """One token; `state` is live, expired or revoked at the moment asked."""

    id: str
    user_id: str
    label: str
    reads_only: bool
    issued_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    state: str


def tokens_of(actor: Actor, user_id: str, at: datetime) -> tuple[TokenFacts, ...]:
    """The newest tokens of a person; everybody sees their own."""
    if actor.id != user_id:
        require(actor, Permission.PEOPLE_READ)
        expect_account(user_id)
    newest = select(ApiToken).where(ApiToken.user_id == user_id).order_by(ApiToken.id.desc()).limit(SHOWN)
    return tuple(_facts(row, at) for row in db.session.scalars(newest))


def token_facts(actor: Actor, token_id: str, at: datetime) -> TokenFacts:
    """One token by its id, one's own or as whoever reads accounts; raises `NotFound`."""
    row = db.session.get(ApiToken, token_id)
    if row is None or (actor.id != row.user_id and not actor.may(Permission.PEOPLE_READ, None, None)):
        raise NotFound("token")
    if actor.id != row.user_id:
        require(actor, Permission.PEOPLE_READ)
    return _facts(row, at)


def _facts(row: ApiToken, at: datetime) -> TokenFacts:
    state = "revoked" if row.revoked_at else "expired" if row.expires_at <= at else "live"
    return TokenFacts(
        row.id, row.user_id, row.label, row.reads_only, row.issued_at, row.expires_at, row.revoked_at, state
    )  # fmt: skip
