"""A view that does everything wrong, so that the tests of routes are seen to fail: it asks nobody and tells nothing."""

from flask import Flask, Response, jsonify

from ecrf.db import db
from ecrf.ids import new_id
from ecrf.models.attempts import LoginAttempt
from tests.ecrf.conftest import NOON

RULE = "/planted/<record_id>"


def plant(app: Flask) -> None:
    """Add the view; before the application's first request."""
    app.add_url_rule(RULE, "planted.write", _write, methods=["POST"])


def _write(record_id: str) -> Response:
    db.session.add(LoginAttempt(name_hash=new_id().encode()[:32], failures=1, last_at=NOON))
    return jsonify(record=record_id)
