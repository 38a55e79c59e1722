"""What is counted of requests and of what they did, for Prometheus: never an id, a name, a number of a subject or a
value. Each label is one of a closed set: rules of routes, methods, statuses, actions, origins."""

import time
from hmac import compare_digest
from ipaddress import ip_address
from typing import Any

from flask import Flask, Response, g, has_request_context, request
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.orm import Session

from ecrf.config import settings
from ecrf.db import db
from ecrf.errors import NotFound
from ecrf.services import happenings

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
REQUESTS = Counter("ecrf_requests", "Requests by the rule of their route.", ("route", "method", "status"))
LATENCY = Histogram("ecrf_request_seconds", "Seconds to an answer.", ("route", "method"), buckets=_SECONDS)
CONNECTIONS = Counter("ecrf_database_failures", "Connections to the database not made, or lost.", ("kind",))
_COUNTED = {
    happenings.ENTRY: Counter("ecrf_trail_entries", "Entries of the trail.", ("action", "origin")),
    happenings.REFUSED_VALUE: Counter("ecrf_refused_values", "Values not accepted.", ("action", "origin")),
    happenings.QUERY: Counter("ecrf_queries", "Queries by what became of them.", ("became", "asked_by")),
}


def init_app(app: Flask) -> None:
    """Count every request of this application, and the failures of its database."""
    app.before_request(_start)
    app.after_request(_finish)
    with app.app_context():
        watch(db.engine)


def watch(engine: Engine) -> None:
    """Count the connections that this engine cannot make or loses."""
    event.listen(engine, "handle_error", _count_failure)


def expect_reader() -> None:
    """Whoever shows the token of the settings may read; without one, the demonstration's own machine. Raises `NotFound`
    for everybody else, who learns nothing."""
    limits = settings()
    shown = request.authorization.token if request.authorization else None
    if limits.metrics_token:
        may = compare_digest((shown or "").encode(), limits.metrics_token.encode())
    else:
        may = limits.demo and bool(request.remote_addr) and ip_address(request.remote_addr or "").is_loopback
    if not may:
        raise NotFound


def told() -> bytes:
    """The figures of all processes that share `PROMETHEUS_MULTIPROC_DIR`; without it those of this process."""
    if values.ValueClass is values.MutexValue:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def _start() -> None:
    g.metered_from = time.perf_counter()


def _finish(response: Response) -> Response:
    route, method = str(request.url_rule or "none"), request.method if request.method in _METHODS else "other"
    REQUESTS.labels(route, method, str(response.status_code)).inc()
    if "metered_from" in g:
        LATENCY.labels(route, method).observe(time.perf_counter() - g.metered_from)
    return response


@event.listens_for(Session, "after_commit")
def _count_done(session: Session) -> None:
    done = happenings.taken(session.info)
    if has_request_context():  # what commands do is not the server's
        for (kind, *labels), many in done.items():
            _COUNTED[kind].labels(*labels).inc(many)


@event.listens_for(Session, "after_rollback")
def _forget_undone(session: Session) -> None:
    happenings.taken(session.info)


def _count_failure(context: ExceptionContext) -> Any:
    if context.connection is None and not context.is_pre_ping:
        CONNECTIONS.labels("not_made").inc()
    elif context.is_disconnect:
        CONNECTIONS.labels("lost").inc()
