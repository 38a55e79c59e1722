"""What is new since one's last look, and marking a subject or a form as looked at."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ecrf.edge.identity import current_actor
from ecrf.errors import BadInput
from ecrf.messages import N_
from ecrf.reads.looks import NewsFilters, NewsPage, news
from ecrf.reads.reading_pages import Step
from ecrf.services import looks
from ecrf.web.addresses import event_key, step_url
from ecrf.web.filtering import applied, chosen, label_in, readdress
from ecrf.web.presenting.catalogue import gettext

blueprint = Blueprint("looks", __name__)
_NO_SUCH = N_("There is no such entry yet.")


@blueprint.get("/looks")
def index() -> ResponseReturnValue:
    """The subjects of which something is new."""
    found = news(current_actor(), chosen(NewsFilters))
    return render_template(
        "news.html", page=found, filtered=readdress(found.filters), applied=_applied(found), order_choices=_orders()
    )


@blueprint.post("/subjects/<subject_id>/look")
def mark(subject_id: str) -> ResponseReturnValue:
    """Mark as looked at what the page showed: up to the last entry that it knew of."""
    seen, event, form = (request.form.get(name, "") for name in ("seen", "event", "form"))
    if not (seen.isascii() and seen.isdecimal() and len(seen) < 10):
        raise BadInput({"seen": _NO_SUCH})
    looks.mark(current_actor(), subject_id, int(seen), event_key(event) if form else None, form)
    flash(gettext("Marked as looked at"), "ok")
    if not form:
        return redirect(url_for("looks.index"), 303)
    return redirect(step_url(subject_id, Step(event_key(event), "", form if "alone" in request.form else "")), 303)


def _orders() -> tuple[tuple[str, str], ...]:
    return (("most", gettext("Most acts first")),)


def _applied(found: NewsPage) -> tuple[tuple[str, str], ...]:
    filters = found.filters
    texts = {"site": label_in(found.site_choices, filters.site), "order": label_in(_orders(), filters.order)}
    return applied(filters, texts)
