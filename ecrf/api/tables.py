"""Tables of the data managers: queries by check, site and age; how complete the data are."""

from typing import Any

from ecrf import clock
from ecrf.api.blueprints import Blueprint
from ecrf.api.schemas.tables import (
    COMPLETENESS,
    FINDINGS,
    CompletenessFilterSchema,
    CompletenessSchema,
    FindingFilterSchema,
    FindingTableSchema,
    findings_as_data,
)
from ecrf.edge.identity import current_actor
from ecrf.i18n import text_tag
from ecrf.reads.completeness import CompletenessFilters, completeness
from ecrf.reads.findings import FindingFilters, findings

blueprint = Blueprint("tables", "Counts: queries by check, site and age, and forms by state.")


@blueprint.get("/findings")
@blueprint.arguments(FindingFilterSchema, location="query")
@blueprint.response(200, FindingTableSchema, example=FINDINGS)
@blueprint.refuses(422)
def of_findings(sent: dict[str, Any]) -> Any:
    """Open findings and queries as a cross table."""
    return findings_as_data(findings(current_actor(), FindingFilters(**sent), clock.now(), language=text_tag()))


@blueprint.get("/completeness")
@blueprint.arguments(CompletenessFilterSchema, location="query")
@blueprint.response(200, CompletenessSchema, example=COMPLETENESS)
@blueprint.refuses(422)
def of_completeness(sent: dict[str, Any]) -> Any:
    """How many forms are expected and stand in each state, by visit, site or form."""
    return completeness(current_actor(), CompletenessFilters(**sent), language=text_tag())
