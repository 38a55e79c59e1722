"""Logging in: three steps, because counting an attempt must outlive its refusal, and hashing must hold up nobody."""

from ecrf import clock
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.errors import LogInRefused, TooManyAttempts
from ecrf.reads import people
from ecrf.services import lockout, passwords, sessions


def log_in(username: str, password: str, *, origin: str, request_id: str | None) -> tuple[str, str]:
    """The token of a new session and the person's id; raises `LogInRefused` and `TooManyAttempts`, both trailed."""
    at = clock.now()
    try:
        with unit_of_work():
            lockout.count(username, at)
            account = sessions.account_of(username)
    except TooManyAttempts:
        _refuse(username, "locked_out", origin, request_id)
        raise
    if not passwords.matches(account.password_hash if account else None, password) or account is None:
        _refuse(username, "no_match", origin, request_id)
        raise LogInRefused
    with unit_of_work():
        actor = people.by_username(username, at, origin=origin, request_id=request_id)
        token = sessions.begin(actor, username, password, account, at)
    return token, actor.id


def _refuse(username: str, why: str, origin: str, request_id: str | None) -> None:
    db.session.rollback()
    with unit_of_work():
        sessions.refuse(username, why, clock.now(), origin=origin, request_id=request_id)
