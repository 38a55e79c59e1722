"""Sites."""

from typing import Any

from ecrf import clock
from ecrf.api.blueprints import Blueprint
from ecrf.api.schemas.sites import SITES, SitesSchema
from ecrf.edge.identity import current_actor
from ecrf.reads.studies import sites

blueprint = Blueprint("sites", "Sites of studies.")


@blueprint.get("/sites")
@blueprint.response(200, SitesSchema, example=SITES)
@blueprint.refuses()
def index() -> Any:
    """The sites you may see."""
    return {"sites": sites(current_actor(), clock.now())}
