"""Whether this server and its database answer, for load balancers."""

from flask import Blueprint, Response, jsonify

from ecrf.reads import health

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def show() -> Response:
    """200 where the database answers; the edge makes anything else of it otherwise."""
    health.answers()
    return jsonify(status="ok")
