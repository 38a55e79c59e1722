"""Counting attempts to log in, in the database, before each password is looked at.

The attempt is counted first and forgiven by success, so that attempts in parallel cannot exceed the limit. From the
fifth on each failure makes the next wait twice as long, up to a quarter of an hour: nobody is locked out for ever.
"""

import hashlib
import math
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from ecrf.db import db
from ecrf.errors import TooManyAttempts
from ecrf.models.attempts import LoginAttempt
from ecrf.names import name_key

FREE_ATTEMPTS = 5
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)


def count(username: str, at: datetime) -> None:
    """Count one attempt under a user name, known or not; raises `TooManyAttempts` while it has to wait."""
    attempt = _locked(username, at)
    if attempt.blocked_until is not None and attempt.blocked_until > at:
        raise TooManyAttempts(math.ceil((attempt.blocked_until - at).total_seconds()))
    forgotten = at - attempt.last_at > FORGOTTEN_AFTER
    attempt.failures = 1 if forgotten else attempt.failures + 1
    attempt.last_at = at
    attempt.blocked_until = at + wait_after(attempt.failures) if attempt.failures >= FREE_ATTEMPTS else None
    db.session.execute(delete(LoginAttempt).where(LoginAttempt.last_at < at - FORGOTTEN_AFTER))
    db.session.flush()


def forgive(username: str) -> None:
    """Start counting anew, after a log-in."""
    db.session.execute(delete(LoginAttempt).where(LoginAttempt.name_hash == _hash(username)))


def wait_after(failures: int) -> timedelta:
    """How long the next attempt has to wait after so many failures."""
    doublings: int = min(max(failures - FREE_ATTEMPTS, 0), 10)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def _locked(username: str, at: datetime) -> LoginAttempt:
    """The name's row, held until this transaction ends."""
    insert = sqlite_insert if db.session.get_bind().dialect.name == "sqlite" else postgres_insert
    first = insert(LoginAttempt).values(name_hash=_hash(username), failures=0, last_at=at)
    db.session.execute(first.on_conflict_do_nothing())
    held = select(LoginAttempt).where(LoginAttempt.name_hash == _hash(username)).with_for_update()
    return db.session.scalars(held.execution_options(populate_existing=True)).one()


def _hash(username: str) -> bytes:
    return hashlib.sha256(name_key(username).encode("utf-8", "surrogatepass")).digest()
