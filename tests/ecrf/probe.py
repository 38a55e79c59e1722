"""Views that tests add to an application: one that says who asks, and others that fail in every way there is."""

from flask import Flask, Response, jsonify
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from werkzeug.exceptions import BadRequest

from ecrf.db import db
from ecrf.edge.identity import current_actor
from ecrf.errors import Busy, Forbidden, Place, Stale
from ecrf.ids import new_id
from ecrf.models.attempts import LoginAttempt
from tests.ecrf.conftest import NOON

FAILURES = {
    "forbidden": (lambda: Forbidden("record.edit"), 403),
    "stale": (lambda: Stale({"ALT": "81"}, 3).at(Place(subject="s1", form="CHEM")), 412),
    "busy": (Busy, 503),
    "bad-request": (BadRequest, 400),
    "integrity": (lambda: IntegrityError("INSERT secret", {}, ValueError("81 U/L")), 409),
    "data": (lambda: DataError("INSERT secret", {}, ValueError("81 U/L")), 422),
    "operational": (lambda: OperationalError("INSERT secret", {}, ValueError("81 U/L")), 503),
    "fault": (lambda: RuntimeError("81 U/L"), 500),
}


def install(app: Flask) -> Flask:
    """Add the views; before the application's first request."""
    app.add_url_rule("/probe", "probe.show", _who)
    app.add_url_rule("/api/v1/probe", "probe.api", _who, methods=["GET", "POST"])
    app.add_url_rule("/probe/write", "probe.write", _write, methods=["GET", "POST"])
    app.add_url_rule("/probe/<kind>", "probe.fail", _fail, methods=["GET", "POST"])
    app.add_url_rule("/api/v1/probe/<kind>", "probe.fail_api", _fail, methods=["GET", "POST"])
    return app


def _who() -> Response:
    actor = current_actor()
    return jsonify(name=actor.name, origin=actor.origin, roles=[grant.role for grant in actor.grants])


def _write() -> Response:
    row = LoginAttempt(name_hash=new_id().encode()[:32], failures=1, last_at=NOON)
    db.session.add(row)
    db.session.flush()
    return jsonify(written=True)


def _fail(kind: str) -> Response:
    db.session.execute(db.select(1))
    make, _ = FAILURES[kind]
    raise make()
