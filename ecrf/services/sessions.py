"""Log-in sessions: opened with a random token of which only the SHA-256 is kept, ended by the server at once."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, update

from audit.entries import Change
from ecrf.db import db
from ecrf.errors import NotFound
from ecrf.models.passwords import Password
from ecrf.models.sessions import UserSession
from ecrf.models.users import User
from ecrf.names import name_key, printable
from ecrf.policy.actions import Action
from ecrf.policy.actors import ANONYMOUS, Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.require import expect_writer, require
from ecrf.services import lockout, passwords
from ecrf.services.trail import SYSTEM_CHAIN, About, Acts, Reason


@dataclass(frozen=True)
class Account:
    """What a log-in looks at: the open account of a user name and the hash of its password."""

    user_id: str
    password_hash: str
    username: str = ""


def token_hash(token: str) -> bytes:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def account_of(username: str) -> Account | None:
    """The open account of a user name, if there is one."""
    return _account(User.username_key == name_key(username))


def account_with(user_id: str) -> Account | None:
    """The open account of an id, if there is one."""
    return _account(User.id == user_id)


def begin(by: Actor, username: str, password: str, account: Account, at: datetime) -> str:
    """Open a session for whoever gave the right password; answers its token. The password's hash is kept up to date."""
    token = _opened(by, at)
    lockout.forgive(username)
    if passwords.is_outdated(account.password_hash):
        db.session.merge(Password(user_id=by.id, hash=passwords.hashed(password)))
    _write(by, Action.LOGGED_IN, at)
    return token


def renew(by: Actor, session_id: str, at: datetime) -> str:
    """Put a new session in the place of one whose person has just given the password again; answers its token. A
    session's token never outlives such a moment (OWASP ASVS 7.2.4)."""
    db.session.execute(update(UserSession).where(UserSession.id == session_id).values(ended_at=at))
    token = _opened(by, at)
    _write(by, Action.SESSION_CONFIRMED, at)
    return token


def refuse_password(by: Actor, why: str, at: datetime) -> None:
    """Leave the trace of a present password that was given and was not the right one."""
    _write(by, Action.PASSWORD_REFUSED, at, reason=Reason(why))


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


def end_one(by: Actor, session_id: str, at: datetime) -> str:
    """End a session, one's own or anybody's as an administrator; answers whose it was. Raises `NotFound`."""
    row = db.session.get(UserSession, session_id, populate_existing=True)
    if row is None or (by.id != row.user_id and not by.has(Permission.PEOPLE_READ)):
        raise NotFound("session")
    if by.id != row.user_id:
        by = require(by, Permission.PEOPLE_MANAGE)
    expect_writer(by)
    row.ended_at = row.ended_at or at
    _write(by, Action.SESSION_ENDED, at, notes=(Change("user", row.user_id, mark="note"),))
    return row.user_id


def end_others(by: Actor, session_id: str, at: datetime) -> None:
    """End all one's own sessions but the one in use."""
    others = UserSession.user_id == by.id, UserSession.id != session_id, UserSession.ended_at.is_(None)
    db.session.execute(update(UserSession).where(*others).values(ended_at=at))
    _write(by, Action.SESSION_ENDED, at, notes=(Change("user", by.id, mark="note"),))


def end_all(by: Actor, user_id: str, at: datetime) -> None:
    """Sign out everywhere: one's own sessions, or anybody's as an administrator."""
    if by.id != user_id:
        by = require(by, Permission.PEOPLE_MANAGE)
        if db.session.get(User, user_id) is None:
            raise NotFound("account")
    expect_writer(by)
    close_all(user_id, at)
    _write(by, Action.SESSION_ENDED, at, notes=(Change("user", user_id, mark="note"),))


def close_all(user_id: str, at: datetime) -> None:
    """Close all sessions of an account, as a part of an act that has its own entry."""
    open_ones = update(UserSession).where(UserSession.user_id == user_id, UserSession.ended_at.is_(None))
    db.session.execute(open_ones.values(ended_at=at))


def _account(which: ColumnElement[bool]) -> Account | None:
    query = select(User.id, User.username, Password.hash).join(Password, Password.user_id == User.id)
    row = db.session.execute(query.where(which, User.deactivated_at.is_(None))).first()
    return Account(row.id, row.hash, row.username) if row else None


def _opened(by: Actor, at: datetime) -> str:
    """The token of a new session."""
    token = secrets.token_urlsafe(32)
    db.session.add(
        UserSession(user_id=by.id, token_hash=token_hash(token), opened_at=at, seen_at=at, confirmed_at=at)
    )
    return token


def _write(
    by: Actor, action: Action, at: datetime, *, notes: tuple[Change, ...] = (), reason: Reason | None = None
) -> None:
    db.session.flush()
    acts = Acts(About(SYSTEM_CHAIN), at)
    acts.add(by, action, notes=notes, reason=reason)
    acts.write()
