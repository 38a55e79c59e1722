"""Bearer tokens for the API: printed once, kept as a hash, for reading alone or for all the person may do."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from ecrf.db import db
from ecrf.errors import BadInput, Forbidden, NotFound
from ecrf.ids import new_id
from ecrf.messages import N_, Message
from ecrf.models.tokens import ApiToken
from ecrf.models.users import User
from ecrf.policy.actions import Action
from ecrf.policy.actors import OPERATOR, Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.require import expect_writer, require
from ecrf.services.sessions import token_hash
from ecrf.services.trail import SYSTEM_CHAIN, About, Acts

PREFIX = "ecrf_"
LONGEST_LIFE = timedelta(days=365)


@dataclass(frozen=True)
class Made:
    """A token just made, to be shown once and never again, and the id by which it is known."""

    token: str
    id: str


def issue(by: Actor, user: User, *, label: str, life: timedelta, reads_only: bool = False) -> str:
    """Make a token of any length of life there may be; answers it alone."""
    return make(by, user, label=label, life=life, reads_only=reads_only).token


def make(
    by: Actor, user: User, *, label: str, life: timedelta, reads_only: bool = False, longest: timedelta = LONGEST_LIFE
) -> Made:  # fmt: skip
    """Make a token for a person: oneself, or anybody for the operator of the machine (an administrator who held one
    would act in somebody's name). `longest` is what the installation allows; a token made by a token ends no later than
    that one. Raises `BadInput` for `days` and `label`.
    """
    if by.id != user.id:
        by = require(by, Permission.PEOPLE_MANAGE)
        if by.fixed_role != OPERATOR.fixed_role:
            raise Forbidden(Permission.PEOPLE_MANAGE)
    expect_writer(by)
    _expect_fields(label, life, longest)
    token = PREFIX + secrets.token_urlsafe(32)
    acts = Acts(About(SYSTEM_CHAIN))
    row = ApiToken(
        id=new_id(), user_id=user.id, token_hash=token_hash(token), label=label.strip(), reads_only=reads_only,
        issued_at=acts.at, expires_at=min(acts.at + life, by.until or datetime.max.replace(tzinfo=UTC)),
    )  # fmt: skip
    acts.add(by, Action.TOKEN_ISSUED, [row])
    acts.write()
    return Made(token, row.id)


def revoke(by: Actor, token_id: str, at: datetime) -> ApiToken:
    """Let a token work no more; raises `NotFound` for one that is neither one's own nor an administrator's business."""
    acts = Acts(About(SYSTEM_CHAIN), at)
    row = db.session.scalar(select(ApiToken).where(ApiToken.id == token_id))
    if row is None or (by.id != row.user_id and not by.has(Permission.PEOPLE_READ)):
        raise NotFound("token")
    if by.id != row.user_id:
        by = require(by, Permission.PEOPLE_MANAGE)
    expect_writer(by)
    row.revoked_at = row.revoked_at or acts.at
    acts.add(by, Action.TOKEN_REVOKED, [row])
    acts.write()
    return row


def revoke_all(user_id: str, at: datetime) -> list[ApiToken]:
    """Let all tokens of a person work no more, as a part of an act that tells of them: answers those it moved."""
    live = select(ApiToken).where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None), ApiToken.expires_at > at)
    rows = list(db.session.scalars(live))
    for row in rows:
        row.revoked_at = at
    return rows


def _expect_fields(label: str, life: timedelta, longest: timedelta) -> None:
    faults: dict[str, Message | str] = {}
    if not (label.strip() and label.strip().isprintable() and len(label.strip()) <= 100):
        faults["label"] = N_("Write 1 to 100 characters on one line.")
    if not timedelta(0) < life <= longest:
        told = {"days": longest.days}
        faults["days"] = Message(N_("A token lives at least a moment and at most %(days)s days."), told)
    if faults:
        raise BadInput(faults)
