"""Tables of the data managers: queries by check, site and age; how complete the data are."""

from typing import Any

from marshmallow import Schema, fields

from ecrf.api.schemas.rules import choice, told, words
from ecrf.reads.completeness import BY
from ecrf.reads.findings import DIMENSIONS, FindingTable


class FindingFilterSchema(Schema):
    """What the rows and the columns are, and which queries are counted."""

    rows = choice(*DIMENSIONS, load_default="check")
    columns = choice(*DIMENSIONS, load_default="age")
    state = choice("open", "answered", load_default="open")
    site = words(32, load_default="", metadata={"description": "Code of a site."})
    check = words(64, load_default="", metadata={"description": "Id of a check."})


class FindingRowSchema(Schema):
    """One row: its counts stand in the order of the columns."""

    key = told("A check, a code of a site, or the least age in days; empty for what people asked.", example="EC031")
    counts = fields.List(fields.Integer())
    total = fields.Integer()


class FindingTableSchema(Schema):
    """The table, the rows with the most first."""

    columns = fields.List(fields.String())
    rows = fields.List(fields.Nested(FindingRowSchema))
    totals = fields.List(fields.Integer())
    total = fields.Integer()


class CompletenessFilterSchema(Schema):
    """What the rows are, and which forms are counted."""

    by = choice(*BY, load_default="event")
    study = words(64, load_default="", metadata={"description": "Short name; without it the first study you see."})
    site = words(32, load_default="", metadata={"description": "Code of a site."})
    event = words(64, load_default="", metadata={"description": "OID of an event."})
    form = words(64, load_default="", metadata={"description": "OID of a form."})


class CompletenessRowSchema(Schema):
    """One visit, site or form; `counts` are by state."""

    key = told(example="SE.SCR")
    text = told(example="Screening")
    expected = fields.Integer()
    finished = fields.Integer()
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())


class CompletenessSchema(Schema):
    """The table, and the sum of its rows."""

    rows = fields.List(fields.Nested(CompletenessRowSchema))
    total = fields.Nested(CompletenessRowSchema, allow_none=True)


def findings_as_data(found: FindingTable) -> dict[str, Any]:
    """The table as data."""
    rows = [{"key": row.heading.key, "counts": row.counts, "total": row.total} for row in found.rows]
    columns = [column.key for column in found.columns]
    return {"columns": columns, "rows": rows, "totals": found.totals, "total": found.total}


FINDINGS = {
    "columns": ["0", "3", "8", "15", "31"], "totals": [1, 0, 0, 0, 0], "total": 1,
    "rows": [{"key": "EC031", "counts": [1, 0, 0, 0, 0], "total": 1}],
}  # fmt: skip
_ROW = {
    "key": "SE.SCR", "text": "Screening", "expected": 17, "finished": 4,
    "counts": {"not_started": 12, "in_progress": 1, "complete": 4, "frozen": 0, "locked": 0, "not_done": 0},
}  # fmt: skip
COMPLETENESS = {"rows": [_ROW], "total": {**_ROW, "key": "", "text": ""}}
