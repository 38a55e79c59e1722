"""Listings: the items of one form across subjects, and the same as a file."""

from typing import Any

from flask import Response

from ecrf import clock
from ecrf.api.blueprints import Blueprint
from ecrf.api.schemas.listings import (
    CSV,
    EXPORT,
    LISTING,
    ListingExportSchema,
    ListingFilterSchema,
    ListingSchema,
    page_of,
)
from ecrf.edge.identity import current_actor
from ecrf.edge.transactions import reading
from ecrf.errors import BadInput
from ecrf.exchange.listing_files import listing_file
from ecrf.reads.listing_rows import ListingFilters
from ecrf.services import listings

blueprint = Blueprint("listings", "The items of one form across subjects.")


@blueprint.get("/listings")
@blueprint.arguments(ListingFilterSchema, location="query")
@blueprint.response(200, ListingSchema, example=LISTING)
@blueprint.refuses(404, 422)
def index(sent: dict[str, Any]) -> Any:
    """One page of a listing; a fault of the condition is told with its place."""
    size = sent.pop("limit")
    found = listings.listing(current_actor(), ListingFilters(**sent), clock.now(), size=size)
    if found.faults:
        raise BadInput({"where": listings.told(found.faults[0])})
    return page_of(found)


@blueprint.post("/listings/export")
@blueprint.arguments(ListingExportSchema, example=EXPORT)
@blueprint.response(200, {"type": "string"}, content_type="text/csv", example=CSV)
@blueprint.refuses(400, 403, 404, 413, 415, 422)
def export(sent: dict[str, Any]) -> Any:
    """The whole listing as a CSV file; the trail tells of it."""
    actor, with_bom = current_actor(), sent.pop("bom")
    with reading():
        made = listing_file(actor, ListingFilters(**sent), clock.now(), with_bom=with_bom)
    listings.exported(actor, made.page, made.rows, made.sha256)
    response = Response(made.parts(), mimetype="text/csv")
    response.call_on_close(made.file.close)
    return response
