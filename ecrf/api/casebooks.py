"""One subject's casebook."""

from typing import Any

from ecrf import clock
from ecrf.api.blueprints import Blueprint
from ecrf.api.schemas.casebooks import CASEBOOK, CasebookSchema
from ecrf.edge.identity import current_actor
from ecrf.i18n import text_tag
from ecrf.reads.casebook import casebook

blueprint = Blueprint("casebooks", "What a subject's visits hold.")


@blueprint.get("/subjects/<subject_id>/casebook")
@blueprint.response(200, CasebookSchema, example=CASEBOOK)
@blueprint.refuses(404)
def show(subject_id: str) -> Any:
    """The visits of a subject with their forms and states."""
    return casebook(current_actor(), subject_id, clock.now(), language=text_tag())
