"""The contract of the API, OpenAPI 3.1 at `/api/v1/openapi.json`, made from the schemas that requests are held to."""

import json
from functools import cache
from http import HTTPStatus
from typing import Any

import flask_smorest
from flask import Flask, Response

from ecrf.api import (
    access,
    casebooks,
    drafts,
    grants,
    holds,
    items,
    listings,
    looks,
    me,
    people,
    planning,
    queries,
    records,
    sites,
    standings,
    studies,
    subjects,
    tables,
    trail,
    visits,
    worklists,
)
from ecrf.api.addresses import ROOT
from ecrf.api.described import describe
from ecrf.api.schemas.answers import AnswersField, answers_property
from ecrf.api.schemas.problems import MEDIA_TYPE, ProblemSchema
from ecrf.api.schemas.rules import Instant, Said

NOUNS = (
    me,
    standings,
    studies,
    sites,
    subjects,
    casebooks,
    records,
    drafts,
    queries,
    holds,
    items,
    trail,
    listings,
    tables,
    people,
    grants,
    access,
    visits,
    worklists,
    looks,
    planning,
)
_FIELDS = ((Instant, "string", "date-time"), (Said, "string", None), (AnswersField, "object", None))
_ABOUT = """The same acts and reads as the pages, for programs.

Send `Authorization: Bearer <token>` (`flask people token`). Every refusal is a problem of RFC 9457 in the language of
`Accept-Language`; one request is one transaction, so that what is refused leaves nothing behind but its trace in the
trail. Lists are paged by key: send `next` of one page as `after` or `before` of the next.

A POST may carry an `Idempotency-Key`: sent again, after a lost connection, it is done once and answered the same. One
person's programs together may send so many requests in a minute; beyond, the answer is 429 with `Retry-After`.

A change of a record names the state it was made against: the `ETag` of the record, sent as `If-Match`. Without it the
answer is 428; with that of an earlier state 412, holding both versions."""


class Contract(flask_smorest.Api):
    """flask-smorest without its own errors: those of this application have one door, at the edge."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Leave errors to the edge, which answers pages and programs alike."""

    def _register_responses(self) -> None:
        """Document each problem as what it is: problem+json."""
        for status in HTTPStatus:
            if status >= 400:
                self._add_problem(status.name, status.phrase)
        self._add_problem(self.DEFAULT_ERROR_RESPONSE_NAME, "Any other problem")

    def _add_problem(self, name: str, description: str) -> None:
        content = {MEDIA_TYPE: {"schema": ProblemSchema}}
        told: dict[str, Any] = {"description": description, "content": content}
        if name == HTTPStatus.TOO_MANY_REQUESTS.name:
            told["headers"] = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}}
        self.spec.components.response(name, told, lazy=True)

    def describe(self, blueprint: flask_smorest.Blueprint, app: Flask) -> None:
        """Write a noun's operations into the contract."""
        blueprint.register_views_in_doc(self, app, self.spec, name=blueprint.name, parameters=None)
        self.spec.tag({"name": blueprint.name, "description": blueprint.description})


def init_app(app: Flask) -> None:
    """Put the API into the application, and its contract at its address."""
    app.config.update(API_TITLE="eCRF", API_VERSION="v1", OPENAPI_VERSION="3.1.0")
    for noun in NOUNS:
        app.register_blueprint(noun.blueprint)
    document = cache(lambda: json.dumps(contract_of(app), ensure_ascii=False))
    app.add_url_rule(f"{ROOT}/openapi.json", "openapi", lambda: Response(document(), mimetype="application/json"))


def contract_of(app: Flask) -> dict[str, Any]:
    """The whole contract. Writing it takes a tenth of a second, so that only who asks for it waits for it."""
    contract = Contract(spec_kwargs={"info": {"description": _ABOUT}, "security": [{"token": []}]})
    for field, *shape in _FIELDS:
        contract.register_field(field, *shape)
    contract.init_app(app)
    contract.ma_plugin.converter.add_attribute_function(answers_property)
    contract.spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    for noun in NOUNS:
        contract.describe(noun.blueprint, app)
    return describe(contract.spec.to_dict())
