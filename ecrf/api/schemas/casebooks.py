"""One subject's casebook: its visits with their forms and states."""

from typing import Any

from marshmallow import Schema, fields, pre_dump

from ecrf.api.addresses import record_url
from ecrf.api.schemas.rules import told
from ecrf.api.schemas.subjects import SUBJECT, SubjectSchema
from ecrf.reads.casebook import Casebook, FormLine, VisitPanel
from forms.casebook import EventKey


class FormLineSchema(Schema):
    """One form of one visit."""

    form = told(example="CHEM")
    label = told(example="Serum chemistry")
    state = told(example="in_progress")
    rows = fields.Integer(metadata={"description": "How many rows a repeating form has."})
    open_queries = fields.Integer()
    record = told("The id of the record; none where it has not been started.")
    href = told("The address of the record.")


class VisitSchema(Schema):
    """One visit."""

    event = told(example="SE.SCR")
    label = told(example="Screening")
    state = told(example="in_progress")
    date = told("As it was entered.", example="2026-03-04")
    open_queries = fields.Integer()
    forms = fields.List(fields.Nested(FormLineSchema))


class CasebookSchema(Schema):
    """A casebook; `complete` of `total` forms are."""

    subject = fields.Nested(SubjectSchema)
    visits = fields.List(fields.Nested(VisitSchema))
    complete = fields.Integer()
    total = fields.Integer()

    @pre_dump
    def tell(self, found: Casebook, **_: Any) -> dict[str, Any]:
        """The facts as data."""
        visits = [_visit(found.subject.id, visit) for visit in found.visits if visit.forms]
        return {"subject": found.subject, "visits": visits, "complete": found.complete, "total": found.total}


def _visit(subject_id: str, visit: VisitPanel) -> dict[str, Any]:
    first = visit.forms[0]
    return {
        "event": EventKey(first.event, first.instance).written, "label": visit.label, "state": visit.state,
        "date": visit.date, "open_queries": visit.open_queries,
        "forms": [_form(subject_id, line) for line in visit.forms],
    }  # fmt: skip


def _form(subject_id: str, line: FormLine) -> dict[str, Any]:
    return {
        "form": line.form, "label": line.label, "state": line.state, "rows": line.rows,
        "open_queries": line.open_queries, "record": line.record_id,
        "href": record_url(subject_id, EventKey(line.event, line.instance), line.form, line.row),
    }  # fmt: skip


CASEBOOK = {
    "subject": SUBJECT, "complete": 3, "total": 4,
    "visits": [{
        "event": "SE.SCR", "label": "Screening", "state": "in_progress", "date": "2026-03-04", "open_queries": 1,
        "forms": [{
            "form": "CHEM", "label": "Serum chemistry", "state": "in_progress", "rows": 0, "open_queries": 1,
            "record": "019f3c5e-8a10-7c4e-9d55-0b6f4c1a2e10", "href": f"{SUBJECT['href']}/records/SE.SCR/CHEM/0",
        }],
    }],
}  # fmt: skip
