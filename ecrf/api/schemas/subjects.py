"""Subjects."""

from typing import Any

from marshmallow import Schema, fields, pre_dump

from ecrf.api.addresses import subject_url
from ecrf.api.schemas.rules import LONGEST, choice, limit, told, words
from ecrf.reads.matrix import MatrixRow
from ecrf.reads.subject_filters import EVER_ENROLLED
from ecrf.reads.subjects import SubjectFacts

STATUSES = ("screening", "enrolled", "completed", "withdrawn", "screen_failure")
STATES = ("not_started", "in_progress", "complete", "not_done", "frozen", "locked")


class SubjectFilterSchema(Schema):
    """Which subjects a list shows."""

    study = words(64, load_default="", metadata={"description": "Short name; without it the first study you see."})
    site = words(32, load_default="", metadata={"description": "Code of a site."})
    number = words(32, load_default="", metadata={"description": "A part of one of its numbers, in any case."})
    status = choice(*STATUSES, EVER_ENROLLED, load_default="")
    enrolled_by = words(7, load_default="", metadata={
        "description": "Enrolled by the end of this month.", "example": "2026-06",
    })  # fmt: skip
    event = words(64, load_default="", metadata={"description": "OID of an event that has begun."})
    state = choice(*STATES, load_default="", metadata={"description": "State of some form, in `event` where given."})
    queries = choice("with", "without", load_default="", metadata={"description": "With or without open queries."})
    level = choice("subject", "visit", "form", load_default="", metadata={"description": "What is told of each."})
    after = words(32, load_default="", metadata={"description": "`next` of the page before."})
    limit = limit(200, 50)


class RegisterSchema(Schema):
    """A subject to be registered; without a number the site's scheme assigns one."""

    study = words(64, required=True, metadata={"description": "Short name of the study."})
    site = words(32, required=True, metadata={"description": "Code of the site."})
    screening_number = words(32, load_default=None, allow_none=True)


class StatusActSchema(Schema):
    """One step of a subject's status."""

    act = choice("enrol", "screen_failure", "complete", "withdraw", "correct", required=True, metadata={
        "description": "enrol and screen_failure from screening, complete and withdraw from enrolled; correct takes "
        "the last step back.",
    })  # fmt: skip
    subject_number = words(32, load_default=None, allow_none=True, metadata={
        "description": "For enrol: the number; else that of the form, or the next of the site's scheme.",
    })  # fmt: skip
    reason = words(LONGEST, load_default=None, allow_none=True, metadata={
        "description": "Why; needed for all but enrol and complete.",
    })  # fmt: skip


class TransferSchema(Schema):
    """Where a subject moves to, and why."""

    site = words(32, required=True, metadata={"description": "Code of another open site of the study."})
    reason = words(LONGEST, required=True)


class SubjectSchema(Schema):
    """A subject."""

    id = told()
    number = told("The number people call the subject by.", example="NJ01-S001")
    screening_number = told(example="NJ01-S001")
    subject_number = told("Comes with enrolment.")
    status = told(example="screening")
    study = told(example="BEAM")
    site = told(example="NJ01")
    version = fields.Integer(allow_none=True, metadata={"description": "The version in force at the site."})
    held = told("frozen or locked, where the whole subject is.")
    href = told("The address of the subject.")

    @pre_dump
    def tell(self, facts: SubjectFacts, **_: Any) -> dict[str, Any]:
        """The facts as data."""
        return {
            "id": facts.id, "number": facts.number, "screening_number": facts.screening_number,
            "subject_number": facts.subject_number, "status": facts.status, "study": facts.study_name,
            "site": facts.site_code, "version": facts.version, "held": facts.held, "href": subject_url(facts.id),
        }  # fmt: skip


class VisitStateSchema(Schema):
    """The state of one visit of the plan, of one form of it (level form), or (event empty) of the whole subject."""

    event = told(example="SE.SCR")
    form = told("The form, for the level form.")
    state = told("None where the visit is not expected; overdue where its window has passed.", example="in_progress")
    open_queries = fields.Integer()


class SubjectLineSchema(Schema):
    """A subject in a list, with the state of its visits."""

    id = told()
    number = told(example="NJ01-S001")
    screening_number = told(example="NJ01-S001")
    status = told(example="screening")
    site = told(example="NJ01")
    open_queries = fields.Integer()
    visits = fields.List(fields.Nested(VisitStateSchema))
    href = told("The address of the subject.")


class SubjectsSchema(Schema):
    """One page of subjects; `total` counts all that pass the filters."""

    study = told(example="BEAM")
    subjects = fields.List(fields.Nested(SubjectLineSchema))
    total = fields.Integer()
    next = told("To be sent as `after` for the next page; none at the end.")


def line(site: str, row: MatrixRow) -> dict[str, Any]:
    """A row of the matrix as data."""
    visits = [
        {"event": column.oid, "form": column.form or None, "state": cell.state, "open_queries": cell.open_queries}
        for column, cell in row.cells
    ]
    return {
        "id": row.subject_id, "number": row.number, "screening_number": row.screening_number, "status": row.status,
        "site": site, "open_queries": row.open_queries, "visits": visits, "href": subject_url(row.subject_id),
    }  # fmt: skip


_ID = "019f3c5e-7b00-7a11-8f00-3c2d1e0f9a8b"
REGISTER = {"study": "BEAM", "site": "NJ01", "screening_number": "NJ01-S001"}
SUBJECT = {
    "id": _ID, "number": "NJ01-S001", "screening_number": "NJ01-S001", "subject_number": None, "status": "screening",
    "study": "BEAM", "site": "NJ01", "version": 1, "held": None, "href": f"/api/v1/subjects/{_ID}",
}  # fmt: skip
STATUS_ACT = {"act": "enrol", "subject_number": "NJ01-001"}
ENROLLED = {**SUBJECT, "number": "NJ01-001", "subject_number": "NJ01-001", "status": "enrolled"}
TRANSFER = {"site": "NJ02", "reason": "The family moved."}
SUBJECTS = {
    "study": "BEAM", "total": 1, "next": None,
    "subjects": [{
        "id": _ID, "number": "NJ01-S001", "screening_number": "NJ01-S001", "status": "screening", "site": "NJ01",
        "open_queries": 1, "visits": [{"event": "SE.SCR", "form": None, "state": "in_progress", "open_queries": 1}],
        "href": f"/api/v1/subjects/{_ID}",
    }],
}  # fmt: skip
