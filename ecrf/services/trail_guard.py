"""Nothing may bypass the trail: watched rows are written only while entries that tell of them are (design section 9).

The session shows which rows a flush would write; the engine shows every statement, whichever face of the library it
came through: bulk updates, Core, SQL by hand. What goes past the library, the verifier finds.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

from ecrf.db import MIGRATES, Model
from ecrf.models.watched import WATCHED

_TELLING = "telling"
_VERBS = (
    r"INSERT\s+(?:OR\s+\w+\s+)?INTO|REPLACE\s+INTO|MERGE\s+INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM|"
    r"TRUNCATE(?:\s+TABLE)?"
)
_WRITES = re.compile(rf'\b(?:{_VERBS})\s+(?:ONLY\s+)?(?:"?\w+"?\.)?"?({"|".join(WATCHED)})\b', re.IGNORECASE)


class UntrailedChange(RuntimeError):
    """A watched row was about to be written with no entry that tells of it. Always a fault of ours."""


@contextmanager
def telling(session: Session, rows: Iterable[Model]) -> Iterator[None]:
    """The rows that entries now tell of may be flushed, and no other ones."""
    info = session.connection().info
    session.info[_TELLING] = set(rows)
    info[_TELLING] = True
    try:
        yield
    finally:  # a connection that was lost meanwhile has forgotten it already
        info.pop(_TELLING, None)
        del session.info[_TELLING]


def watch(engine: Engine) -> None:
    """Refuse every statement on this engine that would write a watched table while no entry is written."""
    event.listen(engine, "before_cursor_execute", _refuse_untrailed_statements)


@event.listens_for(Session, "before_flush")
def _refuse_untrailed_rows(session: Session, *_: object) -> None:
    told = session.info.get(_TELLING, ())
    touched = [*session.new, *session.deleted, *(row for row in session.dirty if session.is_modified(row))]
    untold = [row for row in touched if getattr(row, "__tablename__", None) in WATCHED and row not in told]
    if untold:
        raise UntrailedChange(", ".join(sorted({row.__tablename__ for row in untold})))


def _refuse_untrailed_statements(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
    table = _written_by(statement)
    if table is None or _TELLING in connection.info or connection.get_execution_options().get(MIGRATES):
        return
    raise UntrailedChange(table)


@lru_cache(maxsize=2048)
def _written_by(statement: str) -> str | None:
    """The watched table that a statement writes."""
    found = None if statement.startswith("SELECT") else _WRITES.search(statement)
    return found[1].lower() if found else None
