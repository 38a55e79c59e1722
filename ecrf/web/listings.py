"""Listings: the items of one form across subjects, and the same as a file."""

from collections.abc import Mapping

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from ecrf import clock
from ecrf.edge.identity import current_actor, fresh_actor
from ecrf.edge.transactions import reading
from ecrf.exchange.listing_files import listing_file
from ecrf.i18n import text_tag
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.reads.definitions import plan
from ecrf.reads.held import held_states
from ecrf.reads.listing_rows import ListingFilters
from ecrf.reads.matrix import sites_seen
from ecrf.services import listings
from ecrf.services.listings import LONGEST, Listing
from ecrf.web.filtering import applied, label_in, readdress
from ecrf.web.presenting.catalogue import gettext
from ecrf.web.presenting.listings import rows_of
from ecrf.web.words import state_name
from forms.definitions import Study

blueprint = Blueprint("listings", __name__)

_STATES = ("in_progress", "complete", "not_done", "frozen", "locked", "removed")
_SHORT = 100
Choices = Mapping[str, tuple[tuple[str, str], ...]]


@blueprint.get("/listings")
def index() -> ResponseReturnValue:
    """One page of a listing."""
    found = listings.listing(current_actor(), _filters(request.args), clock.now())
    page = _page(current_actor(), found, text_tag())
    return (page, 422) if found.faults else page


@blueprint.post("/listings/export")
def export() -> ResponseReturnValue:
    """The whole listing as a CSV file; the trail tells of it."""
    actor, filters = fresh_actor(), _filters(request.form)
    with reading():
        made = listing_file(actor, filters, clock.now(), with_bom="bom" in request.form)
    listings.exported(actor, made.page, made.rows, made.sha256)
    response = Response(made.parts(), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"{made.page.filters.form}.csv")
    response.call_on_close(made.file.close)
    return response


def _filters(sent: "MultiDict[str, str]") -> ListingFilters:
    """What was chosen: each text cut to length, but for the condition, of which nothing may be lost."""
    names = [name for name in ListingFilters.__dataclass_fields__ if name not in ("columns", "where")]
    short = {name: sent.get(name, "").strip()[:_SHORT] for name in names}
    columns = " ".join([*sent.getlist("column"), sent.get("columns", "")]).strip()
    return ListingFilters(**short, columns=columns, where=sent.get("where", "").strip().replace("\r\n", "\n"))


def _page(actor: Actor, found: Listing, language: str) -> str:
    if found.study is None:
        return render_template("listings.html", listing=found, heading="")
    choices = _choices(actor, found, found.study, language)
    heading = label_in(choices["form"], found.filters.form)
    return render_template(
        "listings.html", listing=found, filtered=readdress(found.filters), choices=choices, heading=heading,
        rows=rows_of(found, held_states(found.lines), language), applied=_applied(found, choices), language=language,
        longest=LONGEST, fields=_fields(found), may_export=actor.has(Permission.RECORD_EXPORT),
        example=f"missing({found.columns[0].oid})" if found.columns else "",
    )  # fmt: skip


def _fields(found: Listing) -> Mapping[str, str]:
    """What a form of the page sends along so that nothing of the listing is lost."""
    return {name: value for name, value in vars(found.filters).items() if value and name != "after"}


def _choices(actor: Actor, found: Listing, study: Study, language: str) -> Choices:
    return {
        "form": tuple((oid, form.label.said_in(language)) for oid, form in study.forms.items()),
        "site": sites_seen(actor, found.study_id),
        "event": tuple((event.oid, event.label.said_in(language)) for event in plan(study)),
        "state": tuple((state, state_name(state)) for state in _STATES),
        "level": tuple((level, gettext("Rows") if level == "rows" else gettext("The form itself"))
                       for level in found.levels),
        "truth": (("unknown", gettext("Not evaluable alone")),),
    }  # fmt: skip


def _applied(found: Listing, choices: Choices) -> tuple[tuple[str, str], ...]:
    filters = found.filters
    texts = {name: label_in(choices[name], getattr(filters, name)) for name in ("site", "event", "state")}
    texts |= {"subject": filters.subject, "where": filters.where if not found.faults else ""}
    texts |= {"truth": label_in(choices["truth"], filters.truth) if filters.where else ""}
    return tuple((name, text) for name, text in applied(filters, texts) if text)
