"""The approved reference ranges of a study as checks see them, kept in this process by their revision."""

from collections import OrderedDict

from sqlalchemy import Select, select

from ecrf.db import db
from ecrf.models.laboratories import ReferenceRange
from forms.ranges import RangeTable

_TABLES: OrderedDict[tuple[str, int], RangeTable] = OrderedDict()
_KEPT = 32


def range_table(study_id: str, revision: int) -> RangeTable:
    """The approved ranges of a study as of its ranges' revision."""
    key = (study_id, revision)
    if key not in _TABLES:
        _TABLES[key] = RangeTable(row.as_row() for row in db.session.scalars(approved_ranges(study_id)))
        while len(_TABLES) > _KEPT:
            _TABLES.popitem(last=False)
    return _TABLES[key]


def approved_ranges(study_id: str) -> Select[ReferenceRange]:
    """The rows that count."""
    return select(ReferenceRange).where(ReferenceRange.study_id == study_id, ReferenceRange.state == "approved")
