"""What every noun of the API is drawn on: our parser, and the problems that each of its operations may tell."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import flask_smorest
from flask import request

from ecrf.api.requests import Parser
from ecrf.api.schemas.keys import IdempotencySchema
from ecrf.edge.once import once
from ecrf.errors import NotFound

View = Callable[..., Any]


class Blueprint(flask_smorest.Blueprint):
    """A noun's operations, under `/api/v1`."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, noun: str, description: str) -> None:
        super().__init__(f"api_{noun}", f"ecrf.api.{noun}", url_prefix="/api/v1", description=description)
        self.before_request(_expect_storable_address)

    def route(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Register a view; every POST is done once for each `Idempotency-Key`."""
        register: Callable[[View], View] = super().route(rule, **options)
        if "POST" not in options.get("methods", ()):
            return register
        keyed = self.arguments(IdempotencySchema, location="headers", as_kwargs=True)

        def registered(view: View) -> View:
            return register(keyed(self.refuses(422)(once(view))))

        return registered

    def refuses(self, *statuses: int) -> Callable[[View], View]:
        """Document the problems of an operation; what every one of them may tell is there already."""

        def decorated(view: View) -> View:
            for status in sorted({*statuses, 401, 429}, reverse=True):
                view = self.alt_response(status, HTTPStatus(status).name)(view)
            return view

        return decorated


def _expect_storable_address() -> None:
    """No database holds a NUL, so nothing is at such an address."""
    if any("\x00" in str(part) for part in (request.view_args or {}).values()):
        raise NotFound("address")
