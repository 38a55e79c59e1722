"""No answer at any address tells what is withheld from who asks: a new route is tried as soon as it is there."""

from collections.abc import Iterator

import pytest

from tests.conftest import Servers
from tests.house.blinding import BLIND, CHECK, PERSON, blinded_site, ids_of
from tests.house.routes import ROUTES, Route, each
from tests.house.two_sites import TwoSites

READING = [route for route in ROUTES if not route.is_changing]
SEEING = ("coordinator", "investigator")
NOT_SEEING = ("monitor", "data_manager", "auditor", "study_builder", "administrator")
DEFINITIONS = "GET /api/v1/studies/<study>/versions/<int(max=99999):number>"
"""The definitions name every check and no value."""
MARKS = {PERSON: "DM", BLIND: "IP", CHECK: "IP"}


@pytest.fixture(scope="module")
def blinded(servers: Servers) -> Iterator[TwoSites]:
    with blinded_site(servers("sqlite")) as opened:
        yield opened


def told(opened: TwoSites, who: str, route: Route) -> set[str]:
    """The marks that somebody finds in the answers of a route, asked for both kinds of items."""
    answers = [opened.send(who, route, ids_of(opened, form)).data for form in ("DM", "IP")]
    return {mark for mark in MARKS if any(mark.encode() in answer for answer in answers)}


@pytest.mark.req("R-EMA-2", "R-EMA-16")
@pytest.mark.parametrize("route", each(READING))
def test_no_answer_tells_what_is_withheld(blinded: TwoSites, route: Route) -> None:
    known = {CHECK} if route.name == DEFINITIONS else set()
    assert {who: told(blinded, who, route) - known for who in NOT_SEEING} == {who: set() for who in NOT_SEEING}


SHOWING = {
    "GET /subjects/<subject_id>/<event>/<form>": {PERSON, BLIND, CHECK},
    "GET /subjects/<subject_id>/print": {PERSON, BLIND, CHECK},
    "GET /subjects/<subject_id>/trail": {PERSON, BLIND},
    "GET /records/<record_id>/items/<item>": {PERSON, BLIND},
    "GET /api/v1/trail": {PERSON, BLIND, CHECK},
    "GET /api/v1/queries/<query_id>": {PERSON, BLIND, CHECK},
    "GET /api/v1/listings": {PERSON, BLIND},
    "GET /findings": {CHECK},
}
"""Some routes on which site staff find what nobody else does: the marks are there to be found."""


@pytest.mark.req("R-EMA-2", "R-EMA-16")
@pytest.mark.parametrize("name", SHOWING)
def test_site_staff_see_what_they_enter(blinded: TwoSites, name: str) -> None:
    route = next(route for route in READING if route.name == name)
    assert {who: told(blinded, who, route) & SHOWING[name] for who in SEEING} == dict.fromkeys(SEEING, SHOWING[name])
