"""Subjects: listed, shown and registered."""

from typing import Any

from ecrf import clock
from ecrf.api.addresses import subject_url
from ecrf.api.blueprints import Blueprint
from ecrf.api.schemas.subjects import (
    ENROLLED,
    REGISTER,
    STATUS_ACT,
    SUBJECT,
    SUBJECTS,
    TRANSFER,
    RegisterSchema,
    StatusActSchema,
    SubjectFilterSchema,
    SubjectSchema,
    SubjectsSchema,
    TransferSchema,
    line,
)
from ecrf.edge.identity import current_actor
from ecrf.errors import NotFound
from ecrf.i18n import text_tag
from ecrf.reads.matrix import matrix
from ecrf.reads.subject_filters import SubjectFilters
from ecrf.reads.subjects import subject_facts
from ecrf.services import statuses, subjects, transfers
from ecrf.services.trail import Reason

blueprint = Blueprint("subjects", "Subjects of a study at their sites.")


@blueprint.get("/subjects")
@blueprint.arguments(SubjectFilterSchema, location="query")
@blueprint.response(200, SubjectsSchema, example=SUBJECTS)
@blueprint.refuses(404, 422)
def index(sent: dict[str, Any]) -> Any:
    """One page of a study's subjects, with the states of their visits."""
    size = sent.pop("limit")
    found = matrix(current_actor(), SubjectFilters(**sent), clock.now(), language=text_tag(), size=size)
    if sent["study"] and not found.columns:
        raise NotFound("study")
    lines = [line(group.code, row) for group in found.groups for row in group.rows]
    return {"study": found.filters.study, "subjects": lines, "total": found.totals.subjects, "next": found.next}


@blueprint.post("/subjects")
@blueprint.arguments(RegisterSchema, example=REGISTER)
@blueprint.response(201, SubjectSchema, example=SUBJECT, headers={"Location": {"schema": {"type": "string"}}})
@blueprint.refuses(400, 403, 404, 409, 413, 415, 422)
def register(sent: dict[str, Any]) -> Any:
    """Register a subject for screening."""
    actor = current_actor()
    subject = subjects.register(actor, sent["study"], sent["site"], sent["screening_number"])
    return subject_facts(actor, subject.id, clock.now()), 201, {"Location": subject_url(subject.id)}


@blueprint.get("/subjects/<subject_id>")
@blueprint.response(200, SubjectSchema, example=SUBJECT)
@blueprint.refuses(404)
def show(subject_id: str) -> Any:
    """One subject."""
    return subject_facts(current_actor(), subject_id, clock.now())


@blueprint.post("/subjects/<subject_id>/status")
@blueprint.arguments(StatusActSchema, example=STATUS_ACT)
@blueprint.response(200, SubjectSchema, example=ENROLLED)
@blueprint.refuses(400, 403, 404, 409, 413, 415, 422)
def set_status(sent: dict[str, Any], subject_id: str) -> Any:
    """Enrol a subject, end its part in the study, or take the last step back. Enrolment is refused with the `findings`
    that hold it up."""
    actor = current_actor()
    statuses.ACTS[sent["act"]](actor, subject_id, sent["subject_number"], Reason(text=sent["reason"]))
    return subject_facts(actor, subject_id, clock.now())


@blueprint.post("/subjects/<subject_id>/transfer")
@blueprint.arguments(TransferSchema, example=TRANSFER)
@blueprint.response(200, SubjectSchema, example={**SUBJECT, "site": "NJ02"})
@blueprint.refuses(400, 403, 404, 409, 413, 415, 422)
def transfer(sent: dict[str, str], subject_id: str) -> Any:
    """Move a subject to another site, with all its data and its history."""
    actor = current_actor()
    transfers.transfer(actor, subject_id, sent["site"], Reason(text=sent["reason"]))
    return subject_facts(actor, subject_id, clock.now())
