"""What every noun of the API is drawn on: our parser, and the problems that each of its operations may tell."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import flask_smorest
from flask import request

from ecrf.api.requests import Parser
from ecrf.errors import NotFound

View = Callable[..., Any]


class Blueprint(flask_smorest.Blueprint):
    """A noun's operations, under `/api/v1`."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, noun: str, description: str) -> None:
        super().__init__(f"api_{noun}", f"ecrf.api.{noun}", url_prefix="/api/v1", description=description)
        self.before_request(_expect_storable_address)

    def refuses(self, *statuses: int) -> Callable[[View], View]:
        """Document the problems of an operation; what every one of them may tell is there already."""

        def decorated(view: View) -> View:
            for status in sorted({*statuses, 401}, reverse=True):
                view = self.alt_response(status, HTTPStatus(status).name)(view)
            return view

        return decorated


def _expect_storable_address() -> None:
    """No database holds a NUL, so nothing is at such an address."""
    if any("\x00" in str(part) for part in (request.view_args or {}).values()):
        raise NotFound("address")
