"""One-time links: an administrator makes one, the person sets the password with it, which nobody else ever knows.

At least 128 random bits, kept as a hash, used once, gone after an hour at the latest (OWASP ASVS 6.4.1 to 6.4.3).
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from audit.entries import Change
from ecrf.db import db
from ecrf.errors import IllegalState, NotFound
from ecrf.messages import N_
from ecrf.models.links import AccountLink
from ecrf.models.passwords import Password
from ecrf.models.users import User
from ecrf.policy.actions import Action
from ecrf.policy.actors import ANONYMOUS, Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.require import require
from ecrf.reads.people import by_username
from ecrf.services import people, sessions, tokens
from ecrf.services.sessions import token_hash
from ecrf.services.trail import SYSTEM_CHAIN, About, Acts, Reason

NO_HASH = ""
"""Stands where a password was until its reset: nothing matches it."""


@dataclass(frozen=True)
class Made:
    """A link just made: its token, to be shown once, what it is for and until when it works."""

    token: str
    purpose: str
    expires_at: datetime


def issue(by: Actor, user: User, life: timedelta) -> Made:
    """Make the link of an account, in place of earlier ones: to activate it, or, where it has a password, to reset it;
    then the old password, all sessions and all tokens end at once."""
    by = require(by, Permission.PEOPLE_MANAGE)
    if by.id == user.id:
        raise IllegalState(N_("Change your own password on the page of your account."), state="own")
    if user.deactivated_at is not None:
        raise IllegalState(N_("This account is closed: open it first."), state="closed", needed=("open",))
    acts = Acts(About(SYSTEM_CHAIN))
    had = db.session.get(Password, user.id)
    made = Made(secrets.token_urlsafe(32), "reset" if had else "activation", acts.at + life)
    revoked = tokens.revoke_all(user.id, acts.at)
    notes = (Change("user", user.id, mark="note"), Change("purpose", made.purpose, mark="note"))
    acts.add(by, Action.LINK_ISSUED, revoked, notes=notes)
    acts.write()
    if had is not None:
        had.hash = NO_HASH
        sessions.close_all(user.id, acts.at)
    people.withdraw_links(user.id, acts.at)
    db.session.add(
        AccountLink(
            user_id=user.id, purpose=made.purpose, token_hash=token_hash(made.token), issued_at=acts.at,
            expires_at=made.expires_at,
        )
    )  # fmt: skip
    db.session.flush()
    return made


def owner(token: str, at: datetime) -> User:
    """Whose link this is; raises `NotFound` for one that is none, was used, taken back or is too old."""
    alive = AccountLink.used_at.is_(None), AccountLink.withdrawn_at.is_(None), AccountLink.expires_at > at
    chosen = select(User).join(AccountLink, AccountLink.user_id == User.id)
    user = db.session.scalar(chosen.where(AccountLink.token_hash == token_hash(token), *alive))
    if user is None or user.deactivated_at is not None:
        raise NotFound("link")
    return user


def use(token: str, password: str, at: datetime, *, origin: str, request_id: str | None) -> User:
    """Set the password of the link's person, who acts; the link works no more. Raises `NotFound`, and `BadInput` for a
    password that is not taken, with which the link stays good."""
    user = owner(token, at)
    unused = AccountLink.used_at.is_(None), AccountLink.withdrawn_at.is_(None)
    still_good = update(AccountLink).where(AccountLink.token_hash == token_hash(token), *unused)
    taken = db.session.execute(still_good.values(used_at=at))
    if taken.rowcount != 1:  # type: ignore[attr-defined]  # used or taken back at this very moment
        raise NotFound("link")
    person = by_username(user.username, at, origin=origin, request_id=request_id)
    people.set_password(person, user, password, how="link")
    return user


def refuse(token: str, at: datetime, *, origin: str, request_id: str | None) -> None:
    """Leave the trace of a link that was tried when it worked no more; one that never was leaves none."""
    link = db.session.scalar(select(AccountLink).where(AccountLink.token_hash == token_hash(token)))
    if link is None:
        return
    acts = Acts(About(SYSTEM_CHAIN), at)
    why = "used" if link.used_at else "withdrawn" if link.withdrawn_at else "expired"
    notes = (Change("user", link.user_id, mark="note"),)
    acts.add(ANONYMOUS.coming_by(origin, request_id), Action.LINK_REFUSED, notes=notes, reason=Reason(why))
    acts.write()
