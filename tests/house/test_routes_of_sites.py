"""Somebody else's site does not exist, at any address and by any way in."""

import re
from uuid import uuid4

import pytest
from werkzeug.test import TestResponse

from ecrf.policy.grants import Role
from tests.house.acts import Act
from tests.house.planted import RULE
from tests.house.routes import OF_A_SITE, ROUTES, Route, each, in_map
from tests.house.states import NOTHING, moved, state_of
from tests.house.two_sites import ELSEWHERE, HERE, TwoSites

NAMING = [route for route in ROUTES if route.names_a_site]
LISTS = [route for route in ROUTES if route.is_clinical and not route.names_a_site and not route.is_changing]
NO_SITES = "administrator office"
VARYING = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=X-CSRFToken\": \")[^\"]+|(?<=csrf_token\" value=\")[^\"]+"
    r"|(?<=site=)NJ\d\d"
)
"""Ids, the numbers of requests, the tokens of forms, and the site that the address asked for."""


def said(answer: TestResponse) -> tuple[int, str]:
    """The status and all that is said, but for what varies from request to request."""
    return answer.status_code, VARYING.sub("…", answer.text)


def expect_not_found(sites: TwoSites, route: Route) -> None:
    """Those of another site and those without one are answered as if the ids were made up, and move nothing."""
    invented = {**sites.ids, **dict.fromkeys(OF_A_SITE, str(uuid4())), "site": "NJ99"}
    before = state_of(sites.app)
    asking = bool(route.rule.arguments) and not route.is_open_to(Role.ADMINISTRATOR)
    for who in (*ELSEWHERE, *((NO_SITES,) if asking else ())):
        answer = sites.send(who, route)
        assert (who, answer.status_code) == (who, 404)
        assert said(answer) == said(sites.send(who, route, invented))
    assert moved(before, state_of(sites.app)) == NOTHING


@pytest.mark.req("R-SEC-21", "R-10-1")
@pytest.mark.parametrize("route", each(NAMING))
def test_what_belongs_to_another_site_is_not_found(sites_on_both: TwoSites, route: Route) -> None:
    expect_not_found(sites_on_both, route)


@pytest.mark.req("R-SEC-21", "R-10-1")
@pytest.mark.parametrize("route", each(LISTS))
def test_no_list_tells_of_another_site(sites_on_both: TwoSites, route: Route) -> None:
    told = {who: tells(sites_on_both, sites_on_both.send(who, route)) for who in (HERE[0], *ELSEWHERE, NO_SITES)}
    assert told == {HERE[0]: route.act.tells, **dict.fromkeys((*ELSEWHERE, NO_SITES), False)}


def tells(sites: TwoSites, answer: TestResponse) -> bool:
    """Whether an answer says anything of what stands at NJ01."""
    assert answer.status_code == 200
    return any(str(sites.ids[name]) in answer.text for name in ("subject_id", "record_id", "query_id", "hold_id"))


def test_the_addresses_name_things_of_every_kind() -> None:
    named = {name for route in NAMING for name in route.rule.arguments}
    assert named == {
        "subject_id", "record_id", "query_id", "hold_id", "item", "event", "form", "row", "site", "study",
    }  # fmt: skip


def test_a_route_without_a_scope_is_found(sites: TwoSites) -> None:
    planted = next(Route(rule, method, Act()) for _, rule, method in in_map(sites.app) if rule.rule == RULE)
    with pytest.raises(AssertionError, match="coordinator NJ02"):
        expect_not_found(sites, planted)
    sites.put_back()
