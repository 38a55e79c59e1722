"""The tallies of sites: how much an act moves them is noted while it is done, and written as the last thing before the
commit, in the order of their keys, so that no two acts wait for each other crosswise."""

from collections import Counter
from typing import Any

from sqlalchemy import event, literal_column
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ecrf.db import db
from ecrf.models.summaries import PlaceTally, SiteTally
from ecrf.services.contributions import Row, of_place, of_site

_PENDING, _PENDING_PLACES = "tallies", "place_tallies"
_SITES: Any = SiteTally.__table__
_PLACES: Any = PlaceTally.__table__
_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
Pending = Counter[tuple[str | int, ...]]
"""How much moves, by the key and the study of a row."""


def note(table: str, before: Row | None, after: Row | None) -> None:
    """Note what becomes of one row: what it added to the tallies of its site goes, what it adds now comes."""
    info = db.session().info
    sites: Pending = info.setdefault(_PENDING, Counter())
    places: Pending = info.setdefault(_PENDING_PLACES, Counter())
    for row, sign in ((before, -1), (after, 1)):
        if row is None:
            continue
        for key, number in of_site(table, row).items():
            sites[row["site_id"], *key, row["study_id"]] += sign * number
        for place, number in of_place(table, row).items():
            places[row["site_id"], *place, row["study_id"]] += sign * number


def settle(session: Session | None = None) -> None:
    """Write what has been noted."""
    session = session or db.session()
    for name, table in ((_PENDING, _SITES), (_PENDING_PLACES, _PLACES)):
        _write(session, table, session.info.pop(name, Counter()))


def _write(session: Session, table: Any, pending: Pending) -> None:
    names = [*(column.name for column in table.primary_key), "study_id"]
    moved = sorted((key, number) for key, number in pending.items() if number)
    rows = [{**dict(zip(names, key, strict=True)), "number": number} for key, number in moved]
    if rows:
        connection = session.connection()
        insert = _INSERTS[connection.dialect.name](table)
        added = table.c.number + literal_column("excluded.number")
        key = list(table.primary_key)
        connection.execute(insert.on_conflict_do_update(index_elements=key, set_={"number": added}), rows)


@event.listens_for(Session, "before_commit")
def _settle(session: Session) -> None:
    if session.info.get(_PENDING) or session.info.get(_PENDING_PLACES):
        settle(session)


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, _previous: object) -> None:
    session.info.pop(_PENDING, None)
    session.info.pop(_PENDING_PLACES, None)
