"""Every address for every role: who may not is refused and moves nothing but the trail, who may leaves an entry."""

from collections.abc import Iterator

import pytest

from ecrf.policy.actions import Action
from ecrf.services import attempts
from tests.house.acts import Act
from tests.house.api_acts import RECORD
from tests.house.page_acts import FORM, NEW_ROW, ROW
from tests.house.planted import RULE
from tests.house.routes import ROUTES, Route, each, in_map
from tests.house.states import NOTHING, Moved, moved, state_of
from tests.house.two_sites import HERE, PEOPLE, TwoSites

NOTHING_TO_TELL = {
    f"POST {FORM}/check": "says what a save would say, and saves nothing",
    f"POST {ROW}/check": "says what a save would say, and saves nothing",
    f"POST {NEW_ROW}/check": "says what a save would say, and saves nothing",
}
KEEPS_TYPING = {
    *(f"POST {place}/{act}" for place in (FORM, ROW, NEW_ROW) for act in ("draft", "discard")),
    f"PUT {RECORD}/draft", f"DELETE {RECORD}/draft",
}  # fmt: skip
"""What is typed is kept beside the trail, which tells of what is saved."""
TAKEN_OUT = {route.name for route in ROUTES if route.act.writes.endswith(".exported")}
"""What takes data out of the system moves nothing in it, and is told of."""
OWN_MARKS = {"POST /subjects/<subject_id>/look", "PUT /api/v1/subjects/<subject_id>/look"}
"""What moves a person's own mark alone: it is no data, and the trail does not tell of it (`ecrf.models.looks`)."""
REFUSED = {403, 404}
CHANGING = [route for route in ROUTES if route.is_changing]
READING = [route for route in ROUTES if not route.is_changing]
GUARDED = [route for route in ROUTES if route.act.needs]
CLOSE = next(route for route in ROUTES if route.name == "POST /queries/<query_id>/close")


@pytest.fixture
def fresh(sites: TwoSites) -> Iterator[TwoSites]:
    """The two sites, whose data are put back afterwards."""
    yield sites
    sites.put_back()


def expect_refused(sites: TwoSites, route: Route) -> None:
    """Whoever lacks the permission is refused, or shown a list of nothing; a refusal of who knows the thing is told."""
    before = state_of(sites.app)
    answers = {who: sites.send(who, route) for who in HERE if not route.is_open_to(PEOPLE[who])}
    statuses = {who: answer.status_code for who, answer in answers.items()}
    allowed = REFUSED if route.is_changing or route.names_a_site else {*REFUSED, 200}
    assert {who: status for who, status in statuses.items() if status not in allowed} == {}
    assert {who for who, answer in answers.items() if "NJ01-S001" in answer.text} == set()
    told = (Action.REFUSED,) * list(statuses.values()).count(403)
    assert moved(before, state_of(sites.app)) == Moved(frozenset(), told)


def expect_told(sites: TwoSites, route: Route) -> None:
    """Whoever may do this does it, and the trail tells of it."""
    who = next(who for who in HERE if route.is_open_to(PEOPLE[who]))
    before = state_of(sites.app)
    answer = sites.send(who, route)
    assert answer.status_code == route.act.status
    done = moved(before, state_of(sites.app))
    if route.name in KEEPS_TYPING:
        assert done == Moved(frozenset({"drafts"}), ())
        return
    assert set(done.actions) == route.act.actions
    assert bool(done.actions) == (route.name not in {*NOTHING_TO_TELL, *OWN_MARKS})
    assert bool(done.tables) == (route.name not in {*NOTHING_TO_TELL, *TAKEN_OUT})


@pytest.mark.req("R-10-1")
@pytest.mark.parametrize("route", each(GUARDED))
def test_who_may_not_is_refused_and_changes_nothing(fresh: TwoSites, route: Route) -> None:
    expect_refused(fresh, route)


@pytest.mark.req("R-11-5")
@pytest.mark.parametrize("route", each(CHANGING))
def test_a_change_has_its_entry(fresh: TwoSites, route: Route) -> None:
    expect_told(fresh, route)


@pytest.mark.parametrize("route", each(READING))
def test_a_page_that_is_read_changes_nothing(sites: TwoSites, route: Route) -> None:
    before = state_of(sites.app)
    for who in (who for who in HERE if route.is_open_to(PEOPLE[who])):
        assert (who, sites.send(who, route).status_code) == (who, route.act.status)
    assert moved(before, state_of(sites.app)) == NOTHING


@pytest.mark.parametrize("route", each([route for route in CHANGING if route.of_api]))
def test_a_token_for_reading_changes_nothing(fresh: TwoSites, route: Route) -> None:
    who = next(who for who in HERE if route.is_open_to(PEOPLE[who]))
    before = state_of(fresh.app)
    assert fresh.send(who, route, token=fresh.people[who].reading).status_code == 403
    assert moved(before, state_of(fresh.app)) == Moved(frozenset(), (Action.REFUSED,))


def test_every_way_to_say_nothing_is_a_route() -> None:
    assert NOTHING_TO_TELL.keys() | KEEPS_TYPING <= {route.name for route in CHANGING}


def test_a_service_that_asks_for_no_permission_is_found(fresh: TwoSites, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "require_at", lambda by, *_: by)
    with pytest.raises(AssertionError, match="coordinator NJ01"):
        expect_refused(fresh, CLOSE)


def test_a_route_without_an_entry_is_found(fresh: TwoSites) -> None:
    planted = next(Route(rule, method, Act()) for _, rule, method in in_map(fresh.app) if rule.rule == RULE)
    with pytest.raises(AssertionError, match="login_attempts"):
        expect_told(fresh, planted)
