"""Laboratory results out of range that wait for a word on whether they matter."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ecrf import clock
from ecrf.edge.identity import current_actor
from ecrf.i18n import text_tag
from ecrf.reads.results import ResultFilters, unjudged_results
from ecrf.web.filtering import applied, chosen, label_in, readdress
from ecrf.web.presenting.signs import unit_sign

blueprint = Blueprint("results", __name__)


@blueprint.get("/results")
def index() -> ResponseReturnValue:
    """One page of them."""
    found = unjudged_results(current_actor(), chosen(ResultFilters), clock.now(), language=text_tag())
    return render_template(
        "results.html", listing=found, filtered=readdress(found.filters), unit_sign=unit_sign,
        applied=applied(found.filters, {"site": label_in(found.site_choices, found.filters.site)}),
    )  # fmt: skip
