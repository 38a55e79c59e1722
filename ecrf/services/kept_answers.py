"""Requests that are sent twice with one key are done once: the key is taken in the transaction of the act, and what the
act was answered is kept with it for a day.

Keys are kept as hashes. Whoever sends the same key at the same moment waits for the first to end. An act that was
refused left nothing behind, and neither did its key: it may be sent again.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from ecrf.access_errors import KeyReused
from ecrf.db import db
from ecrf.ids import new_id
from ecrf.models.kept_answers import KeptAnswer

KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True)
class Answer:
    """What a request was answered: the status, the headers that say something of the act, and the body's text."""

    status: int
    headers: dict[str, Any]
    body: str


def take(user_id: str, key: str, request: bytes, at: datetime) -> Answer | None:
    """Take a person's key for a request, given as all that says what it asks for; answers what was answered before
    where the same request came with it already. Raises `KeyReused` where another one did."""
    db.session.execute(delete(KeptAnswer).where(KeptAnswer.kept_at < at - KEPT_FOR))
    insert = sqlite_insert if db.session.get_bind().dialect.name == "sqlite" else postgres_insert
    new = {"id": new_id(), "user_id": user_id, "key_hash": _hash(key.encode()), "request_hash": _hash(request),
           "kept_at": at}  # fmt: skip
    db.session.execute(insert(KeptAnswer).values(new).on_conflict_do_nothing())
    row = db.session.scalars(_of(user_id, key).execution_options(populate_existing=True)).one()
    if row.request_hash != new["request_hash"]:
        raise KeyReused
    return Answer(row.status, row.headers or {}, row.body or "") if row.status is not None else None


def keep(user_id: str, key: str, answer: Answer) -> None:
    """Keep what was answered under a key just taken, for when it comes again."""
    mine = KeptAnswer.user_id == user_id, KeptAnswer.key_hash == _hash(key.encode())
    told = {"status": answer.status, "headers": answer.headers, "body": answer.body}
    db.session.execute(update(KeptAnswer).where(*mine).values(told))


def _of(user_id: str, key: str) -> Any:
    return select(KeptAnswer).where(KeptAnswer.user_id == user_id, KeptAnswer.key_hash == _hash(key.encode()))


def _hash(sent: bytes) -> bytes:
    return hashlib.sha256(sent).digest()
