"""Bearer tokens for the API: printed once, kept as a hash, for reading alone or for all the person may do."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select

from ecrf.db import db
from ecrf.errors import BadInput, NotFound
from ecrf.ids import new_id
from ecrf.messages import N_, Message
from ecrf.models.tokens import ApiToken
from ecrf.models.users import User
from ecrf.policy.actions import Action
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.require import require
from ecrf.services.sessions import token_hash
from ecrf.services.trail import SYSTEM_CHAIN, About, Acts

PREFIX = "ecrf_"
LONGEST_LIFE = timedelta(days=365)


def issue(by: Actor, user: User, *, label: str, life: timedelta, reads_only: bool = False) -> str:
    """Make a token for a person, oneself or as an administrator; answers it, to be shown once and never again."""
    if by.id != user.id:
        by = require(by, Permission.PEOPLE_MANAGE)
    if not timedelta(0) < life <= LONGEST_LIFE:
        raise BadInput(
            {"life": Message(N_("A token lives at least a moment and at most %(days)s days."), {"days": 365})}
        )
    token = PREFIX + secrets.token_urlsafe(32)
    acts = Acts(About(SYSTEM_CHAIN))
    row = ApiToken(
        id=new_id(), user_id=user.id, token_hash=token_hash(token), label=label[:100], reads_only=reads_only,
        issued_at=acts.at, expires_at=acts.at + life,
    )  # fmt: skip
    acts.add(by, Action.TOKEN_ISSUED, [row])
    acts.write()
    return token


def revoke(by: Actor, token_id: str, at: datetime) -> None:
    """Let a token work no more."""
    acts = Acts(About(SYSTEM_CHAIN), at)
    row = db.session.scalar(select(ApiToken).where(ApiToken.id == token_id))
    if row is None:
        raise NotFound("token")
    if by.id != row.user_id:
        by = require(by, Permission.PEOPLE_MANAGE)
    row.revoked_at = row.revoked_at or acts.at
    acts.add(by, Action.TOKEN_REVOKED, [row])
    acts.write()
