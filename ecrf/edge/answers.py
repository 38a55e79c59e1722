"""The one door for errors: every problem becomes a page, or problem+json for the API (RFC 9457). Ours stay in."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any

import structlog
from flask import Flask, Response, g, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from werkzeug.exceptions import (
    HTTPException,
    MethodNotAllowed,
    RequestEntityTooLarge,
    TooManyRequests,
)
from werkzeug.exceptions import (
    NotFound as NoRoute,
)
from werkzeug.wrappers import Response as WerkzeugResponse

from ecrf.access_errors import ConfirmationNeeded, PasswordTooOld
from ecrf.db import db
from ecrf.edge import faults
from ecrf.edge.identity import actor_or_none, forget_who_asks, is_api
from ecrf.edge.log_in_page import confirm_page, log_in_page
from ecrf.edge.transactions import SAFE_METHODS, undo
from ecrf.errors import (
    BadInput,
    Busy,
    Clash,
    FormRefused,
    Internal,
    NotFound,
    Problem,
    TooManyAttempts,
    Unauthenticated,
    Unreadable,
)
from ecrf.i18n import text_tag
from ecrf.messages import N_, Message
from forms.texts import Text

_log = structlog.get_logger(__name__)
_TOO_LARGE = N_("This is larger than what can be taken in one piece. Nothing was saved.")
_OUT_OF_DATE = N_("This page was out of date. Log in once more.")
_WRONG_METHOD = N_("This address does not take that kind of request.")


def init_app(app: Flask) -> None:
    """Answer every error of the application here."""
    app.register_error_handler(Problem, _refuse)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def said(message: Message | str) -> str:
    """A message in the reader's language."""
    if isinstance(message, str):
        return str(gettext(message))
    return str(gettext(message.text, **message.values))


def answer(problem: Problem) -> Response:
    """A problem as the response its reader can use."""
    response = _as_json(problem) if is_api() else _as_page(problem)
    retry_after = problem.details.get("retry_after")
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    if problem.status == Unauthenticated.status and is_api():
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _refuse(problem: Problem) -> Response:
    undo(problem, actor_or_none())
    return answer(problem)


def _http(error: HTTPException) -> Response | WerkzeugResponse:
    """What Flask itself refuses, in our words; redirects and headers such as `Allow` stay."""
    db.session.rollback()
    if error.code is None or error.code < 400:
        return error.get_response()
    response = answer(_of_http(error))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def _of_http(error: HTTPException) -> Problem:
    if isinstance(error, NoRoute):
        return NotFound()
    if isinstance(error, TooManyRequests):
        return TooManyAttempts(60)
    if isinstance(error, RequestEntityTooLarge):
        return Unreadable(413, _TOO_LARGE)
    if isinstance(error, MethodNotAllowed):
        return Unreadable(405, _WRONG_METHOD)
    return Internal() if (error.code or 500) >= 500 else Unreadable(error.code or 400)


def _unforeseen(error: Exception) -> Response:
    """The database's refusals have answers of their own; all else is a fault of ours, told to the logs alone."""
    db.session.rollback()
    if isinstance(error, IntegrityError):
        problem: Problem = Clash()
    elif isinstance(error, DataError):
        problem = BadInput({})
    elif isinstance(error, OperationalError):
        problem = Busy()
        forget_who_asks()
    else:
        problem = Internal()
    _log.error("unforeseen", problem=problem.code, request_id=g.get("request_id"), **faults.told(error))
    return answer(problem)


def _as_json(problem: Problem) -> Response:
    document = {
        "type": f"urn:ecrf:problem:{problem.code}", "title": gettext(problem.title), "status": problem.status,
        "detail": said(problem.message), "code": problem.code, "instance": f"urn:uuid:{g.request_id}",
    }  # fmt: skip
    # What was looked for is not said: whether it is not there, or belongs to another site, shows in no word.
    details = {} if isinstance(problem, NotFound) else problem.details
    response = jsonify({**plain(details), **document})
    response.status_code = problem.status
    response.mimetype = "application/problem+json"
    return response


def _as_page(problem: Problem) -> Response:
    if isinstance(problem, Unauthenticated):
        return _ask_to_log_in(problem)
    if isinstance(problem, ConfirmationNeeded):
        return Response(confirm_page(), problem.status, mimetype="text/html")
    if isinstance(problem, PasswordTooOld) and request.method in SAFE_METHODS:
        sent = redirect(url_for("account.show", _anchor="password"))
        return Response(sent.get_data(), sent.status_code, sent.headers)
    if request.endpoint == "login.enter" and not isinstance(problem, Unreadable):
        said_here = said(_OUT_OF_DATE if isinstance(problem, FormRefused) else problem.message)
        return Response(log_in_page(said_here), problem.status, mimetype="text/html")
    page = render_template(
        "problem.html", title=gettext(problem.title), message=said(problem.message), request_id=g.request_id,
        code=problem.code, fields=plain(problem.details.get("fields", {})),
    )  # fmt: skip
    return Response(page, problem.status, mimetype="text/html")


def _ask_to_log_in(problem: Problem) -> Response:
    """To the log-in; a form that was sent too late is kept there, to be sent again after it."""
    if request.headers.get("HX-Request") == "true":
        shown = Response("", problem.status, mimetype="text/html")
        if request.method in SAFE_METHODS:
            shown.headers["HX-Redirect"] = url_for("login.show")
        return shown
    if request.method in SAFE_METHODS:
        where = request.full_path if request.query_string else request.path
        sent = redirect(url_for("login.show", next=where))
        return Response(sent.get_data(), sent.status_code, sent.headers)
    return Response(log_in_page(said(problem.message)), problem.status, mimetype="text/html")


def plain(value: Any) -> Any:
    """Details as JSON-ready data, its texts in the reader's language."""
    if isinstance(value, Message):
        return said(value)
    if isinstance(value, Text):
        return value.said_in(text_tag())
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, str | int | bool):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Sequence | frozenset | set):
        return [plain(inner) for inner in value]
    return str(value)
