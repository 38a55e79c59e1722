"""Forms by their state: what the numbers of worklists lead to."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ecrf import clock
from ecrf.edge.identity import current_actor
from ecrf.i18n import text_tag
from ecrf.messages import N_
from ecrf.reads.form_lists import FormFilters, FormListing, form_list
from ecrf.web.filtering import applied, chosen, label_in, readdress
from ecrf.web.presenting.catalogue import gettext

blueprint = Blueprint("form_lists", __name__)

STATES = {
    "in_progress": N_("In progress"), "complete": N_("Complete"), "unlocked": N_("Complete and not locked"),
    "locked": N_("Complete and locked"),
}  # fmt: skip


@blueprint.get("/forms")
def index() -> ResponseReturnValue:
    """The forms of one page of subjects."""
    found = form_list(current_actor(), chosen(FormFilters), clock.now(), language=text_tag())
    return render_template(
        "form_list.html", listing=found, filtered=readdress(found.filters), applied=_applied(found),
        state_choices=_states(), heading=label_in(_states(), found.filters.chosen_state),
    )  # fmt: skip


def _states() -> tuple[tuple[str, str], ...]:
    return tuple((state, gettext(text)) for state, text in STATES.items())


def _applied(found: FormListing) -> tuple[tuple[str, str], ...]:
    filters = found.filters
    texts = {"study": filters.study, "site": label_in(found.site_choices, filters.site),
             "state": label_in(_states(), filters.state), "event": label_in(found.event_choices, filters.event),
             "form": label_in(found.form_choices, filters.form)}  # fmt: skip
    return applied(filters, texts)
