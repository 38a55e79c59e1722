"""Everybody's own account: the password, sessions, tokens, and the proof that it is still oneself."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from ecrf.policy.grants import Role
from tests.ecrf.browser import Browser
from tests.ecrf.conftest import Clock
from tests.ecrf.people import PASSWORD, add_person
from tests.ecrf.web.people.conftest import NEW, Installation, token_in

CHANGE = {"present": PASSWORD, "password": NEW, "again": NEW}


@pytest.mark.req("R-SEC-20")
def test_an_act_that_gives_access_wants_the_password_again_and_then_goes_on(
    place: Installation, admin: Browser
) -> None:
    place.clock.forward(minutes=11)
    asked = admin.post("/people/new", place.bob)
    kept = f'name="kept.username" value="{place.bob["username"]}"'
    assert (asked.status_code, kept in asked.text) == (403, True)
    waiting = {"resume": "/people/new", **{f"kept.{name}": value for name, value in place.bob.items()}}
    refused = admin.post("/confirm", {**waiting, "present": "wrong"})
    assert (refused.status_code, "not your present password" in refused.text, kept in refused.text) == (422, True, True)
    before = admin.cookie()
    resumed = admin.post("/confirm", {**waiting, "present": PASSWORD})
    assert f'name="username" value="{place.bob["username"]}"' in resumed.text
    assert admin.cookie() != before
    assert admin.post("/people/new", place.bob).status_code == 200


@pytest.mark.req("R-SEC-20")
@pytest.mark.parametrize("act", ["/people/new", "/people/x/link", "/people/x/grants", "/people/x/reopen"])
def test_every_act_that_gives_access_wants_it(place: Installation, admin: Browser, act: str) -> None:
    place.clock.forward(minutes=11)
    assert admin.post(act).status_code == 403


@pytest.mark.req("R-SEC-14", "R-11-29")
def test_the_present_password_is_not_guessed_at(place: Installation) -> None:
    _, ann = place.person()
    wrong = {**CHANGE, "present": "wrong"}
    assert [ann.post("/account/password", wrong).status_code for _ in range(6)] == [422] * 5 + [429]
    assert ann.post("/account/password", CHANGE).status_code == 429
    place.clock.forward(seconds=30)
    assert ann.post("/account/password", CHANGE).status_code == 303


@pytest.mark.req("R-SEC-17", "R-SEC-19")
def test_ones_own_password_changes_with_the_present_one_and_other_sessions_end(place: Installation) -> None:
    username, here = place.person()
    there, before = place.browser(username), here.cookie()
    same = {**CHANGE, "password": PASSWORD, "again": PASSWORD}
    assert "choose another" in here.post("/account/password", same).text
    assert here.post("/account/password", CHANGE).status_code == 303
    assert (here.get("/account").status_code, there.get("/account").status_code) == (200, 302)
    assert here.cookie() != before
    assert [Browser(place.app).log_in(username, word).status_code for word in (PASSWORD, NEW)] == [401, 302]


@pytest.mark.req("R-SEC-12", "R-11-27")
@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_a_password_ages_only_where_the_installation_says_so(make_app, time: Clock) -> None:
    app: Flask = make_app(password_max_age=timedelta(days=90))
    add_person(app, "ann", Role.AUDITOR)
    ann = Browser(app)
    ann.log_in("ann", PASSWORD)
    assert ann.get("/subjects").status_code == 200
    time.forward(days=91)
    ann.log_in("ann", PASSWORD)
    assert ann.get("/subjects").headers["Location"] == "/account#password"
    assert "older than is allowed" in ann.get("/account").text
    assert ann.post("/sessions/x/end").status_code == 403
    assert ann.post("/account/password", CHANGE).status_code == 303
    assert ann.get("/subjects").status_code == 200


@pytest.mark.req("R-SEC-19")
def test_sessions_are_listed_and_ended_by_their_person_and_by_an_administrator(
    place: Installation, admin: Browser
) -> None:
    username, here = place.person()
    there = place.browser(username)
    (other,) = re.findall(r"/sessions/([0-9a-f-]{36})/end", here.get("/account").text)
    assert [place.person(*roles)[1].post(f"/sessions/{other}/end").status_code for roles in ((), (Role.AUDITOR,))] == [
        404, 403,
    ]  # fmt: skip
    assert here.post(f"/sessions/{other}/end").status_code == 303
    assert (here.get("/account").status_code, there.get("/account").status_code) == (200, 302)
    there.log_in(username, PASSWORD)
    assert here.post("/account/sessions/end").status_code == 303
    assert (here.get("/account").status_code, there.get("/account").status_code) == (200, 302)
    assert admin.post(f"{place.page_of(username)}/sessions/end").status_code == 303
    assert here.get("/account").status_code == 302


def test_ones_own_tokens_are_made_shown_once_and_revoked(place: Installation) -> None:
    _, ann = place.person()
    for sent, said in (
        ({"label": "", "days": "5"}, "1 to 100"), ({"label": "x", "days": "366"}, "at most 365 days"),
        ({"label": "x", "days": "soon"}, "at most 365 days"),
    ):  # fmt: skip
        refused = ann.post("/account/tokens", sent)
        assert (refused.status_code, said in refused.text) == (422, True)
    token = token_in(ann.post("/account/tokens", {"label": "nightly", "days": "5", "scope": "read"}).text)
    shown = ann.get("/account").text
    assert (token in shown, "nightly" in shown, "read only" in shown) == (False, True, True)
    assert place.status_with(token) == 200
    known = re.search(r"/tokens/([^/]+)/revoke", shown)[1]
    assert place.person(Role.AUDITOR)[1].post(f"/tokens/{known}/revoke").status_code == 403
    assert place.person()[1].post(f"/tokens/{known}/revoke").status_code == 404
    assert ann.post(f"/tokens/{known}/revoke").status_code == 303
    assert ("revoked" in ann.get("/account").text, place.status_with(token)) == (True, 401)
