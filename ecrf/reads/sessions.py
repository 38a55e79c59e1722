"""Who sends a request: the session or token it carries, the person and the grants in force, in one query."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from audit.instants import Instant
from ecrf.db import db
from ecrf.models.sessions import UserSession
from ecrf.models.tokens import ApiToken
from ecrf.models.users import User
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.require import require
from ecrf.reads.people import WHO, actor_from, expect_account, with_grants

SEEN_TO_THE = timedelta(minutes=1)
"""How exactly the last use of a session is known: writing it at each request would make every reader a writer."""


@dataclass(frozen=True)
class SignedIn:
    """A session in force and whose it is."""

    session_id: str
    actor: Actor
    opened_at: datetime
    seen_at: datetime
    confirmed_at: datetime
    password_changed_at: datetime | None

    def is_due(self, at: datetime) -> bool:
        """Whether its use should be noted again."""
        return at - self.seen_at >= SEEN_TO_THE


@dataclass(frozen=True)
class SessionFacts:
    """A session that is in force; last used to the minute."""

    id: str
    opened_at: datetime
    seen_at: datetime


_SESSION = with_grants(
    select(
        *WHO, UserSession.id.label("session_id"), UserSession.opened_at, UserSession.seen_at, UserSession.confirmed_at,
        User.password_changed_at,
    )
    .select_from(UserSession)
    .join(User, User.id == UserSession.user_id)
    .where(
        UserSession.token_hash == bindparam("hash"),
        UserSession.ended_at.is_(None),
        UserSession.seen_at > bindparam("idle_since"),
        UserSession.opened_at > bindparam("opened_after"),
    )
)
_TOKEN = with_grants(
    select(*WHO, ApiToken.reads_only, ApiToken.expires_at)
    .select_from(ApiToken)
    .join(User, User.id == ApiToken.user_id)
    .where(
        ApiToken.token_hash == bindparam("hash"),
        ApiToken.revoked_at.is_(None),
        ApiToken.expires_at > bindparam("at", type_=Instant()),
    )
)


def by_session(hashed: bytes, at: datetime, *, idle: timedelta, absolute: timedelta, **how: Any) -> SignedIn | None:
    """The session with this hash of its token: not ended, used within `idle`, opened within `absolute`."""
    limits = {"hash": hashed, "at": at, "idle_since": at - idle, "opened_after": at - absolute}
    rows = db.session.execute(_SESSION, limits).all()
    if not rows:
        return None
    row = rows[0]
    return SignedIn(
        row.session_id, actor_from(rows, **how), row.opened_at, row.seen_at, row.confirmed_at or row.opened_at,
        row.password_changed_at,
    )  # fmt: skip


def open_sessions(
    actor: Actor, user_id: str, at: datetime, *, idle: timedelta, absolute: timedelta
) -> tuple[SessionFacts, ...]:  # fmt: skip
    """The sessions of a person that are in force, the newest first; everybody sees their own."""
    if actor.id != user_id:
        require(actor, Permission.PEOPLE_READ)
        expect_account(user_id)
    alive = UserSession.ended_at.is_(None), UserSession.seen_at > at - idle, UserSession.opened_at > at - absolute
    rows = db.session.scalars(
        select(UserSession).where(UserSession.user_id == user_id, *alive).order_by(UserSession.id.desc())
    )
    return tuple(SessionFacts(row.id, row.opened_at, row.seen_at) for row in rows)


def by_token(hashed: bytes, at: datetime, **how: Any) -> Actor | None:
    """The person whose token has this hash, where it has neither ended nor been revoked."""
    rows = db.session.execute(_TOKEN, {"hash": hashed, "at": at}).all()
    return actor_from(rows, reads_only=rows[0].reads_only, until=rows[0].expires_at, **how) if rows else None
