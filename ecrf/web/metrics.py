"""Figures for Prometheus, to whoever shows the token of the settings."""

from flask import Blueprint, Response
from prometheus_client import CONTENT_TYPE_LATEST

from ecrf.edge import meters

blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics")
def show() -> Response:
    """All counters; 404 for whoever may not read them."""
    meters.expect_reader()
    return Response(meters.told(), content_type=CONTENT_TYPE_LATEST)
