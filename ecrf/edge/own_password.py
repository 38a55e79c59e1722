"""The present password given again, and a new one: in steps, because counting an attempt must outlive its refusal and
hashing must hold up nobody."""

from ecrf import clock
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.errors import BadInput, NotFound, Unauthenticated
from ecrf.messages import N_
from ecrf.models.users import User
from ecrf.policy.actors import Actor
from ecrf.services import links, lockout, passwords, people, sessions

_NOT_PRESENT = N_("This is not your present password. Nothing was changed.")
_THE_SAME = N_("This is your present password: choose another.")
_NOT_TWICE = N_("The two are not the same: type the new password twice.")


def confirm(by: Actor, session_id: str, present: str) -> str:
    """Take the present password as a fresh proof of who is there; answers the token of the session that goes on.

    Raises `BadInput` for `present` and `TooManyAttempts`, counted together with attempts to log in.
    """
    _expect_present(by, present)
    with unit_of_work(by):
        return sessions.renew(by, session_id, clock.now())


def change(by: Actor, session_id: str, present: str, password: str, again: str) -> str:
    """Change one's own password; every other session ends. Answers the token of the session that goes on.

    Raises `BadInput` for the fields and `TooManyAttempts`.
    """
    _expect_present(by, present)
    _expect_twice(password, again)
    if passwords.matches(_hash_of(by), password):
        raise BadInput({"password": _THE_SAME})
    with unit_of_work(by):
        people.set_password(by, people.named(by.id), password)
        return sessions.renew(by, session_id, clock.now())


def of_link(token: str, *, origin: str, request_id: str | None) -> User:
    """Whose link this is; raises `NotFound`, with a trace of a link that worked once."""
    try:
        return links.owner(token, clock.now())
    except NotFound:
        db.session.rollback()
        with unit_of_work():
            links.refuse(token, clock.now(), origin=origin, request_id=request_id)
        raise


def by_link(token: str, password: str, again: str, *, origin: str, request_id: str | None) -> User:
    """Set the password with a link; raises `NotFound` for the link and `BadInput` for the fields."""
    of_link(token, origin=origin, request_id=request_id)
    _expect_twice(password, again)
    db.session.rollback()
    with unit_of_work():
        return links.use(token, password, clock.now(), origin=origin, request_id=request_id)


def _expect_present(by: Actor, present: str) -> None:
    at = clock.now()
    db.session.rollback()
    with unit_of_work():
        account = sessions.account_with(by.id)
        if account is None:
            raise Unauthenticated
        lockout.count(account.username, at)
    if not passwords.matches(account.password_hash, present):
        with unit_of_work():
            sessions.refuse_password(by, "no_match", at)
        raise BadInput({"present": _NOT_PRESENT})
    with unit_of_work():
        lockout.forgive(account.username)


def _hash_of(by: Actor) -> str | None:
    account = sessions.account_with(by.id)
    db.session.rollback()
    return account.password_hash if account else None


def _expect_twice(password: str, again: str) -> None:
    if password != again:
        raise BadInput({"again": _NOT_TWICE})
