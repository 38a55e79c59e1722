"""How complete the data are, by visit, site or form; each number leads to the subjects behind it."""

from dataclasses import replace

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ecrf.edge.identity import current_actor
from ecrf.i18n import text_tag
from ecrf.messages import N_
from ecrf.reads.completeness import BY, STATES, Completeness, CompletenessFilters, completeness
from ecrf.web.filtering import applied, chosen, label_in, readdress
from ecrf.web.presenting.catalogue import gettext

blueprint = Blueprint("completeness", __name__)

_NAMES = {"event": N_("Visit"), "site": N_("Site"), "form": N_("Form")}


@blueprint.get("/completeness")
def show() -> ResponseReturnValue:
    """The table."""
    asked = chosen(CompletenessFilters)
    filters = asked if asked.by in BY else replace(asked, by=BY[0])
    found = completeness(current_actor(), filters, language=text_tag())
    names = {by: gettext(name) for by, name in _NAMES.items()}
    return render_template(
        "completeness.html", found=found, filtered=readdress(filters), applied=_applied(found), names=names,
        by_choices=tuple(names.items()), states=STATES,
    )  # fmt: skip


def _applied(found: Completeness) -> tuple[tuple[str, str], ...]:
    filters = found.filters
    texts = {
        "site": label_in(found.site_choices, filters.site), "event": label_in(found.event_choices, filters.event),
        "form": label_in(found.form_choices, filters.form),
    }  # fmt: skip
    return applied(filters, texts)
