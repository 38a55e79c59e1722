"""One subject's casebook: its visits with their forms and states."""

from typing import Any

from marshmallow import Schema, fields, pre_dump

from ecrf.api.addresses import record_url, visit_url
from ecrf.api.schemas.rules import Between, Instant, told, words
from ecrf.api.schemas.subjects import SUBJECT, SubjectSchema
from ecrf.reads.casebook import Casebook
from ecrf.reads.visit_panels import FormLine, VisitPanel
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


class GoneSchema(Schema):
    """Who said that a visit did not take place or was entered by mistake, and why."""

    by = told(example="Wang Min")
    at = Instant()
    reason = told(example="subject_absent")
    note = told("In words.")


class VisitSchema(Schema):
    """One visit."""

    event = told(example="SE.SCR")
    label = told(example="Screening")
    state = told(example="in_progress")
    date = told("As it was entered.", example="2026-03-04")
    open_queries = fields.Integer()
    gone = fields.Nested(GoneSchema, allow_none=True, metadata={"description": "Of a visit not done or removed."})
    href = told("Where it is marked not done, removed, and taken back.", example="…/visits/SE.SCR/state")
    forms = fields.List(fields.Nested(FormLineSchema))


class NewVisitSchema(Schema):
    """A visit that the plan does not foresee."""

    event = words(64, required=True, metadata={"description": "OID of an unscheduled event.", "example": "SE.UNS"})
    instance = fields.Integer(
        load_default=None, allow_none=True, validate=Between(0, 99999),
        metadata={"description": "The number it is meant to have; the same sent twice adds one visit."},
    )  # fmt: skip


class CasebookSchema(Schema):
    """A casebook; `complete` of `total` forms are."""

    subject = fields.Nested(SubjectSchema)
    visits = fields.List(fields.Nested(VisitSchema))
    complete = fields.Integer()
    total = fields.Integer()

    @pre_dump
    def tell(self, found: Casebook, **_: Any) -> dict[str, Any]:
        """The facts as data."""
        visits = [visit_document(found.subject.id, visit) for visit in found.visits if visit.forms]
        return {"subject": found.subject, "visits": visits, "complete": found.complete, "total": found.total}


def visit_document(subject_id: str, visit: VisitPanel) -> dict[str, Any]:
    """A visit as data."""
    key = EventKey(visit.event, visit.instance)
    return {
        "event": key.written, "label": visit.label, "state": visit.state,
        "date": visit.date, "open_queries": visit.open_queries,
        "gone": visit.gone and visit.gone._asdict(), "href": visit_url(subject_id, key),
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
        "gone": None, "href": f"{SUBJECT['href']}/visits/SE.SCR/state",
        "forms": [{
            "form": "CHEM", "label": "Serum chemistry", "state": "in_progress", "rows": 0, "open_queries": 1,
            "record": "019f3c5e-8a10-7c4e-9d55-0b6f4c1a2e10", "href": f"{SUBJECT['href']}/records/SE.SCR/CHEM/0",
        }],
    }],
}  # fmt: skip
VISIT = CASEBOOK["visits"][0]  # type: ignore[index]
NEW_VISIT = {"event": "SE.UNS", "instance": 1}
