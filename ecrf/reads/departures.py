"""Who said that a form, a row or a visit was not done or entered by mistake, when, and why: from the trail."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, func, select

from audit.tables import trail_changes, trail_entries, trail_values
from ecrf.db import db

_WORDS = trail_changes.alias("words")


class Said(NamedTuple):
    """The act that set a state: by whom, when, with which reason of the list, in which words."""

    by: str
    at: datetime
    reason: str | None
    note: str | None


def said_of(chain: str, table: str, row_id: str) -> Said:
    """The act that set the state of a row."""
    return said_of_all(chain, table, [row_id])[row_id]


def said_of_all(chain: str, table: str, row_ids: Iterable[str]) -> dict[str, Said]:
    """The same for several rows, by id, in one statement."""
    paths = {f"{table}/{row_id}/state": row_id for row_id in row_ids}
    latest = (
        select(trail_changes.c.path, func.max(trail_changes.c.sequence).label("sequence"))
        .where(trail_changes.c.chain == chain, trail_changes.c.path.in_(paths), trail_changes.c.mark == "set")
        .group_by(trail_changes.c.path)
        .subquery()
    )
    entry, value = trail_entries.c, trail_values.c
    words = and_(_WORDS.c.chain == chain, _WORDS.c.sequence == latest.c.sequence, _WORDS.c.path == "reason")
    own = and_(value.chain == chain, value.sequence == _WORDS.c.sequence, value.ordinal == _WORDS.c.ordinal)
    told = (
        select(latest.c.path, entry.actor_name, entry.recorded_at, entry.reason_code, value.value)
        .select_from(latest)
        .join(trail_entries, and_(entry.chain == chain, entry.sequence == latest.c.sequence))
        .outerjoin(_WORDS, words)
        .outerjoin(trail_values, own)
    )
    return {paths[path]: Said(*said) for path, *said in db.session.execute(told)}
