"""Whether this server and its database can do their work, for load balancers and monitors."""

from flask import Blueprint, Response, jsonify

from ecrf import clock
from ecrf.reads import health

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def show() -> Response:
    """200 with `ok`, or `degraded` where something runs low; 503 with `failing` where no work is to be sent here."""
    checks = health.checked(clock.now())
    states = set(checks.values())
    status = "failing" if health.FAILING in states else "degraded" if health.LOW in states else "ok"
    answer = jsonify(status=status, checks=checks)
    answer.status_code = 503 if status == "failing" else 200
    return answer
