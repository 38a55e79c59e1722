"""The sums as they are kept, and as they come out computed anew: two pictures that must be the same."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from ecrf.db import db
from ecrf.models.summaries import PlaceTally, SiteTally, SubjectSummary, VisitSummary
from ecrf.services import summing, tallies

TABLES: tuple[Any, ...] = (SubjectSummary.__table__, VisitSummary.__table__)
Picture = dict[str, Any]


def kept() -> Picture:
    """What stands in the database."""
    tallies.settle()
    rows = {table.name: sorted(map(repr, db.session.execute(select(table)).mappings())) for table in TABLES}
    counted = db.session.execute(select(SiteTally.site_id, SiteTally.measure, SiteTally.bucket, SiteTally.number))
    of_places = [each for each in db.session.execute(select(PlaceTally.__table__)) if each.number]
    return {
        **rows, "site_tallies": {(row[0], row[1], row[2]): row[3] for row in counted if row[3]},
        "place_tallies": {each[:5]: each.number for each in of_places},
    }  # fmt: skip


def anew(at: datetime) -> Picture:
    """What a rebuild makes of all rows and the trail; nothing of it stays."""
    summing.rebuild(at)
    found = kept()
    db.session.rollback()
    return found
