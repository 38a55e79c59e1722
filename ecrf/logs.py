"""Structured logs: one JSON line for each request and each fault, never a clinical value, a name or a secret.

What came from outside is escaped to ASCII, so that one event is one line and shows what it holds.
"""

import logging
import sys
import time
from typing import Any, TextIO, cast

import structlog
from flask import Flask, Response, g, request

from ecrf.edge.identity import actor_or_none

_log = structlog.get_logger(__name__)


def init_app(app: Flask) -> None:
    """Write a line for each request but those for static files."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=cast(TextIO, _Stderr())),
    )
    app.before_request(_start)
    app.after_request(_finish)


class _Stderr:
    """Standard error as it is when a line is written, so that tests and servers may put another in its place."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def _start() -> None:
    g.started = time.perf_counter()


def _finish(response: Response) -> Response:
    if request.endpoint == "static":
        return response
    actor = actor_or_none()
    facts: dict[str, Any] = {
        "method": request.method,
        "route": str(request.url_rule or ""),
        "status": response.status_code,
    }
    took = time.perf_counter() - g.get("started", time.perf_counter())
    _log.info("request", **facts, ms=round(took * 1000, 1), actor=actor and actor.id, request_id=g.get("request_id"))
    return response
