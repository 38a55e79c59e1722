"""Log-in sessions: opened with a random token of which only the SHA-256 is kept, ended by the server at once."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from audit.entries import Change
from ecrf.db import db
from ecrf.models.passwords import Password
from ecrf.models.sessions import UserSession
from ecrf.models.users import User
from ecrf.names import name_key, printable
from ecrf.policy.actions import Action
from ecrf.policy.actors import ANONYMOUS, Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.require import require
from ecrf.services import lockout, passwords
from ecrf.services.trail import SYSTEM_CHAIN, About, Acts, Reason


@dataclass(frozen=True)
class Account:
    """What a log-in looks at: the open account of a user name and the hash of its password."""

    user_id: str
    password_hash: str


def token_hash(token: str) -> bytes:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def account_of(username: str) -> Account | None:
    """The open account of a user name, if there is one."""
    query = select(User.id, Password.hash).join(Password, Password.user_id == User.id)
    row = db.session.execute(
        query.where(User.username_key == name_key(username), User.deactivated_at.is_(None))
    ).first()
    return Account(row.id, row.hash) if row else None


def begin(by: Actor, username: str, password: str, account: Account, at: datetime) -> str:
    """Open a session for whoever gave the right password; answers its token. The password's hash is kept up to date."""
    token = secrets.token_urlsafe(32)
    db.session.add(UserSession(user_id=by.id, token_hash=token_hash(token), opened_at=at, seen_at=at))
    lockout.forgive(username)
    if passwords.is_outdated(account.password_hash):
        db.session.merge(Password(user_id=by.id, hash=passwords.hashed(password)))
    _write(by, Action.LOGGED_IN, at)
    return token


def refuse(username: str, why: str, at: datetime, *, origin: str, request_id: str | None) -> None:
    """Leave the trace of a refused log-in: the name as it was typed, on one line and cut."""
    nobody = ANONYMOUS.coming_by(origin, request_id)
    typed = Change("username", printable(username), mark="refused", reason_code=why)
    _write(nobody, Action.LOG_IN_REFUSED, at, notes=(typed,), reason=Reason(why))


def see(session_id: str, at: datetime) -> None:
    """Note that a session was used."""
    used = update(UserSession).where(UserSession.id == session_id, UserSession.seen_at < at)
    db.session.execute(used.values(seen_at=at))


def end(by: Actor, session_id: str, at: datetime) -> None:
    """End the session that asks for it."""
    db.session.execute(update(UserSession).where(UserSession.id == session_id).values(ended_at=at))
    _write(by, Action.LOGGED_OUT, at)


def end_all(by: Actor, user_id: str, at: datetime) -> None:
    """Sign out everywhere: one's own sessions, or anybody's as an administrator."""
    if by.id != user_id:
        by = require(by, Permission.PEOPLE_MANAGE)
    close_all(user_id, at)
    _write(by, Action.SESSION_ENDED, at, notes=(Change("user", user_id, mark="note"),))


def close_all(user_id: str, at: datetime) -> None:
    """Close all sessions of an account, as a part of an act that has its own entry."""
    open_ones = update(UserSession).where(UserSession.user_id == user_id, UserSession.ended_at.is_(None))
    db.session.execute(open_ones.values(ended_at=at))


def _write(
    by: Actor, action: Action, at: datetime, *, notes: tuple[Change, ...] = (), reason: Reason | None = None
) -> None:
    db.session.flush()
    acts = Acts(About(SYSTEM_CHAIN), at)
    acts.add(by, action, notes=notes, reason=reason)
    acts.write()
