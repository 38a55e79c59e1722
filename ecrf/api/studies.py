"""Studies and their published versions, each with its definition as it was published."""

from typing import Any

from flask import Response

from ecrf.api.blueprints import Blueprint
from ecrf.api.schemas.studies import DEFINITION, STUDIES, VERSIONS, StudiesSchema, VersionsSchema
from ecrf.edge.identity import current_actor
from ecrf.reads.studies import studies, version_text, versions

blueprint = Blueprint("studies", "Studies and their published versions.")


@blueprint.get("/studies")
@blueprint.response(200, StudiesSchema, example=STUDIES)
@blueprint.refuses()
def index() -> Any:
    """The studies you may see."""
    return {"studies": studies(current_actor())}


@blueprint.get("/studies/<study>/versions")
@blueprint.response(200, VersionsSchema, example=VERSIONS)
@blueprint.refuses(404)
def history(study: str) -> Any:
    """The published versions of a study."""
    return {"versions": versions(current_actor(), study)}


@blueprint.get("/studies/<study>/versions/<int(max=99999):number>")
@blueprint.response(200, {"type": "object"}, example=DEFINITION)
@blueprint.refuses(404)
def definition(study: str, number: int) -> Any:
    """The definition of a version: the very text that was published, whose SHA-256 is its entity tag."""
    text, sha256 = version_text(current_actor(), study, number)
    response = Response(text, mimetype="application/json")
    response.set_etag(sha256)
    return response
