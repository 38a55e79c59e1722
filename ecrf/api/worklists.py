"""The lists behind the numbers of a worklist."""

from typing import Any

from ecrf import clock
from ecrf.api.blueprints import Blueprint
from ecrf.api.schemas.worklists import (
    FORMS,
    RESULTS,
    FormFilterSchema,
    FormsSchema,
    ResultFilterSchema,
    ResultsSchema,
)
from ecrf.edge.identity import current_actor
from ecrf.i18n import text_tag
from ecrf.reads.form_lists import FormFilters, form_list
from ecrf.reads.results import ResultFilters, unjudged_results

blueprint = Blueprint("worklists", "What the numbers of a worklist count: forms by state, results not judged.")


@blueprint.get("/forms")
@blueprint.arguments(FormFilterSchema, location="query")
@blueprint.response(200, FormsSchema, example=FORMS)
@blueprint.refuses(422)
def forms(sent: dict[str, Any]) -> Any:
    """Forms by their state, a page of subjects at a time; `limit` counts subjects."""
    size = sent.pop("limit")
    return form_list(current_actor(), FormFilters(**sent), clock.now(), language=text_tag(), size=size)


@blueprint.get("/results")
@blueprint.arguments(ResultFilterSchema, location="query")
@blueprint.response(200, ResultsSchema, example=RESULTS)
@blueprint.refuses(422)
def results(sent: dict[str, Any]) -> Any:
    """Results out of range of which nobody has said whether they matter; `limit` counts subjects."""
    size = sent.pop("limit")
    return unjudged_results(current_actor(), ResultFilters(**sent), clock.now(), language=text_tag(), size=size)
