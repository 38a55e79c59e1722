"""The tallies of sites: how much an act moves them is noted while it is done, and written as the last thing before the
commit, in the order of their keys, so that no two acts wait for each other crosswise."""

from collections import Counter
from typing import Any

from sqlalchemy import event, literal_column
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ecrf.db import db
from ecrf.models.summaries import SiteTally
from ecrf.services.contributions import Row, of_site

_PENDING = "tallies"
_TABLE: Any = SiteTally.__table__
_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
Key = tuple[str, str, str, str]
"""Site, measure, bucket, study."""


def note(table: str, before: Row | None, after: Row | None) -> None:
    """Note what becomes of one row: what it added to the tallies of its site goes, what it adds now comes."""
    pending: Counter[Key] = db.session().info.setdefault(_PENDING, Counter())
    for row, sign in ((before, -1), (after, 1)):
        for (measure, bucket), number in of_site(table, row).items():
            if row is not None:
                pending[str(row["site_id"]), measure, bucket, row["study_id"]] += sign * number


def settle(session: Session | None = None) -> None:
    """Write what has been noted."""
    session = session or db.session()
    pending: Counter[Key] = session.info.pop(_PENDING, Counter())
    rows = [
        {"site_id": site, "measure": measure, "bucket": bucket, "study_id": study, "number": number}
        for (site, measure, bucket, study), number in sorted(pending.items())
        if number
    ]
    if rows:
        connection = session.connection()
        insert = _INSERTS[connection.dialect.name](_TABLE)
        added = _TABLE.c.number + literal_column("excluded.number")
        key = [_TABLE.c.site_id, _TABLE.c.measure, _TABLE.c.bucket]
        connection.execute(insert.on_conflict_do_update(index_elements=key, set_={"number": added}), rows)


@event.listens_for(Session, "before_commit")
def _settle(session: Session) -> None:
    if session.info.get(_PENDING):
        settle(session)


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, _previous: object) -> None:
    session.info.pop(_PENDING, None)
