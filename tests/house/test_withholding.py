"""No answer at any address tells what is withheld from who asks: a new route is tried as soon as it is there."""

import pytest
from werkzeug.test import TestResponse

from ecrf.policy.grants import Role
from ecrf.policy.withholding import CLEAR
from ecrf.reads import masks, trail_sight, withholding
from tests.house.blinding import BLIND, CHECK, PERSON, ids_of
from tests.house.routes import ROUTES, Route, each
from tests.house.two_sites import TwoSites

READING = [route for route in ROUTES if not route.is_changing]
SEEING = ("coordinator", "investigator")
NOT_SEEING = ("monitor", "data_manager", "auditor", "study_builder", "administrator")
DEFINITIONS = "GET /api/v1/studies/<study>/versions/<int(max=99999):number>"
"""The definitions name every check and no value."""
MARKS = (PERSON, BLIND, CHECK)


def answers(opened: TwoSites, who: str, route: Route) -> list[TestResponse]:
    """What somebody is answered who asks for the form of the person, and for that of the kit."""
    return [opened.send(who, route, ids_of(opened, form)) for form in ("DM", "IP")]


def marks_in(told: list[TestResponse]) -> set[str]:
    return {mark for mark in MARKS if any(mark.encode() in answer.data for answer in told)}


@pytest.mark.req("R-EMA-2", "R-EMA-16")
@pytest.mark.parametrize("route", each(READING))
def test_no_answer_tells_what_is_withheld(blinded: TwoSites, route: Route) -> None:
    reading = [who for who in NOT_SEEING if route.is_open_to(Role(who))]
    told = {who: answers(blinded, who, route) for who in reading}
    known = {CHECK} if route.name == DEFINITIONS else set()
    assert {who: marks_in(found) - known for who, found in told.items()} == {who: set() for who in reading}
    assert {who: of_person.status_code for who, (of_person, _) in told.items()} == dict.fromkeys(
        reading, route.act.status
    )  # what is withheld is not refused


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
    told = {who: marks_in(answers(blinded, who, route)) & SHOWING[name] for who in SEEING}
    assert told == dict.fromkeys(SEEING, SHOWING[name])


@pytest.mark.parametrize("name", [name for name in SHOWING if "listings" not in name and name != "GET /findings"])
def test_a_read_that_withholds_nothing_is_found(
    blinded: TwoSites, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    for room in (withholding, trail_sight, masks):
        monkeypatch.setattr(room, "sight", lambda *_: CLEAR)
    route = next(route for route in READING if route.name == name)
    with pytest.raises(AssertionError, match=PERSON):
        test_no_answer_tells_what_is_withheld(blinded, route)
