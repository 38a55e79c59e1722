"""Every address of the application: that it is known here, who may come without a log-in, and that no change comes from
a foreign page."""

from dataclasses import replace

import pytest
from flask import Flask

from ecrf.app import create_app
from ecrf.edge.identity import PUBLIC
from ecrf.errors import FormRefused, Unauthenticated
from tests.ecrf.schema import settings_for
from tests.house.planted import RULE, plant
from tests.house.routes import KNOWN, ROUTES, Route, each, in_map
from tests.house.states import NOTHING, moved, state_of
from tests.house.two_sites import PEOPLE, TwoSites

OPEN = {
    "static", "health.show", "metrics.show", "login.show", "login.enter", "links.show", "links.use", "openapi",
}  # fmt: skip
"""The whole list of what answers without a log-in, said twice on purpose."""
CLOSED = [route for route in ROUTES if route.rule.endpoint not in OPEN]
CHANGING = [route for route in ROUTES if route.is_changing]


def unknown(app: Flask) -> set[str]:
    """The routes that the tables of acts lack, and those that only the tables have."""
    return {name for name, _, _ in in_map(app)} ^ KNOWN.keys()


def rightful(route: Route) -> str:
    """Somebody who may do this."""
    return next(who for who, role in PEOPLE.items() if route.is_open_to(role))


def test_every_route_is_known_with_its_valid_request() -> None:
    assert unknown(create_app(settings_for("sqlite://"))) == set()


def test_a_route_that_nobody_described_is_named() -> None:
    app = create_app(settings_for("sqlite://"))
    plant(app)
    assert unknown(app) == {f"POST {RULE}"}


@pytest.mark.req("R-11-5")
def test_what_is_open_is_listed() -> None:
    assert PUBLIC == OPEN


@pytest.mark.req("R-11-5")
@pytest.mark.parametrize("route", each(CLOSED))
def test_an_address_asks_for_a_log_in(sites: TwoSites, route: Route) -> None:
    before = state_of(sites.app)
    for tried in (route, *([] if route.is_changing else [_head(route)])):
        answer = sites.send(None, tried)
        to_login = answer.status_code == 302 and answer.location.startswith("/login")
        assert answer.status_code == 401 or (to_login and not route.of_api)
        assert "NJ01-S001" not in answer.text
    assert moved(before, state_of(sites.app)) == NOTHING


@pytest.mark.parametrize("route", each(CHANGING))
def test_a_change_from_a_foreign_page_is_refused(sites: TwoSites, route: Route) -> None:
    before = state_of(sites.app)
    answer = sites.send(rightful(route), route, csrf="made up", token="")  # what a browser sends by itself
    assert answer.status_code == (Unauthenticated if route.of_api else FormRefused).status
    assert moved(before, state_of(sites.app)) == NOTHING


def _head(route: Route) -> Route:
    return replace(route, method="HEAD")
