"""Listings: the items of one form across subjects."""

from typing import Any

from marshmallow import Schema, fields

from ecrf.api.addresses import record_url
from ecrf.api.schemas.answers import AnswersField
from ecrf.api.schemas.rules import choice, limit, told, words
from ecrf.services.listing_lines import Line
from ecrf.services.listings import Listing

STATES = ("in_progress", "complete", "not_done", "removed", "frozen", "locked")


class ListingChoiceSchema(Schema):
    """Which records of which form a listing shows, and which of their items."""

    study = words(64, load_default="", metadata={"description": "Short name; without it the first study you see."})
    form = words(64, required=True, metadata={"description": "OID of a form."})
    level = choice("rows", "form", load_default="", metadata={"description": "Rows of a repeating form, or itself."})
    columns = words(4000, load_default="", metadata={"description": "OIDs of items, with blanks between."})
    where = words(2000, load_default="", metadata={"description": "A condition in the study language."})
    truth = choice("unknown", load_default="", metadata={"description": "Those on which it is not evaluable."})
    site = words(32, load_default="", metadata={"description": "Code of a site."})
    event = words(96, load_default="", metadata={"description": "An event: SE.SCR, SE.UNS~2."})
    subject = words(32, load_default="", metadata={"description": "Number of a subject."})
    state = choice(*STATES, load_default="", metadata={"description": "Without it any but removed."})
    sort = words(65, load_default="", metadata={"description": "An item, subject, event or state; -ALT from the end."})


class ListingFilterSchema(ListingChoiceSchema):
    """The same, a page at a time."""

    after = words(36, load_default="", metadata={"description": "`next` of the page before."})
    limit = limit(200, 50)


class ListingExportSchema(ListingChoiceSchema):
    """The same as a file."""

    bom = fields.Boolean(load_default=False, metadata={"description": "Begin as Excel likes UTF-8 to begin."})


class ListingLineSchema(Schema):
    """One record with the chosen items, as they were typed."""

    record = told("The id of the record.")
    subject = told("The id of the subject.")
    subject_number = told(example="NJ01-S001")
    site = told(example="NJ01")
    event = told(example="SE.SCR")
    form = told(example="CHEM")
    row = fields.Integer()
    state = told(example="complete")
    study_version = fields.Integer()
    values = AnswersField(dump_only=True)
    href = told("The address of the record.")


class ListingSchema(Schema):
    """One page; `searched` counts the records looked at for it, `not_evaluable` those of them on which the
    condition is UNKNOWN, `total` what the filters beside the condition leave, where it was counted."""

    study = told(example="BEAM")
    form = told(example="CHEM")
    columns = fields.List(fields.String())
    records = fields.List(fields.Nested(ListingLineSchema))
    searched = fields.Integer()
    not_evaluable = fields.Integer()
    upto = told("The number of the subject where the search stopped.")
    total = fields.Integer(allow_none=True)
    next = told("To be sent as `after` to go on; none at the end.")


def page_of(found: Listing) -> dict[str, Any]:
    """A page as data."""
    columns = [item.oid for item in found.columns]
    return {
        "study": found.study.name if found.study else None, "form": found.filters.form, "columns": columns,
        "records": [_line(line, columns) for line in found.lines], "searched": found.searched,
        "not_evaluable": found.unknown, "upto": found.upto, "total": found.total, "next": found.next,
    }  # fmt: skip


def _line(line: Line, columns: list[str]) -> dict[str, Any]:
    chosen = {item: datum for item in columns if (datum := line.datum(item)) is not None}
    return {
        "record": line.id, "subject": line.subject_id, "subject_number": line.number, "site": line.site,
        "event": line.key.event.written, "form": line.form, "row": line.row, "state": line.state,
        "study_version": line.study_version, "values": chosen,
        "href": record_url(line.subject_id, line.key.event, line.form, line.row),
    }  # fmt: skip


_SUBJECT = "019f3c5e-7b00-7a11-8f00-3c2d1e0f9a8b"
EXPORT = {"form": "CHEM", "columns": "ALT", "where": "ALT > 80 'U/L'"}
CSV = "subject,site,event,form,row,state,study_version,ALT,ALT.unit,ALT.missing\r\n"
LISTING = {
    "study": "BEAM", "form": "CHEM", "columns": ["ALT"], "searched": 1, "not_evaluable": 0, "upto": "NJ01-S001",
    "total": None, "next": None,
    "records": [{
        "record": "019f3c5e-8a10-7c4e-9d55-0b6f4c1a2e10", "subject": _SUBJECT, "subject_number": "NJ01-S001",
        "site": "NJ01", "event": "SE.SCR", "form": "CHEM", "row": 0, "state": "complete", "study_version": 1,
        "values": {"ALT": {"value": "81", "unit": "U/L", "comparator": None, "missing": None}},
        "href": f"/api/v1/subjects/{_SUBJECT}/records/SE.SCR/CHEM/0",
    }],
}  # fmt: skip
