"""The pages of administration: people, their links, names and roles."""

import re

import pytest

from ecrf.edge.transactions import unit_of_work
from ecrf.policy.actors import OPERATOR
from ecrf.policy.grants import Role
from ecrf.services import people
from tests.ecrf.browser import Browser
from tests.ecrf.people import PASSWORD
from tests.ecrf.web.people.conftest import NEW, Installation, link_in, token_in


@pytest.mark.req("R-11-25", "R-SEC-16", "R-EMA-30")
def test_a_person_who_is_added_sets_the_password_by_a_link_that_works_once(place: Installation, admin: Browser) -> None:
    path = place.add_bob(admin)
    assert "not activated yet" in admin.get(place.page_of()).text
    bob = Browser(place.app)
    assert place.bob["username"] in bob.get(path).text
    for typed, fault in (("short", "at least 12"), (f"{place.bob['name']} is here", place.bob["name"].casefold())):
        refused = bob.post(path, {"password": typed, "again": typed})
        assert (refused.status_code, fault in refused.text) == (422, True)
    assert "type the new password twice" in bob.post(path, {"password": NEW, "again": NEW + "x"}).text
    assert bob.post(path, {"password": NEW, "again": NEW}).headers["Location"] == "/login"
    assert "Your password is set" in bob.get("/login").text
    assert bob.log_in(place.bob["username"], NEW).status_code == 302
    again = Browser(place.app)
    assert [again.get(path).status_code, again.post(path, {"password": NEW, "again": NEW}).status_code] == [404, 404]


@pytest.mark.req("R-SEC-16")
def test_the_trail_says_for_whom_a_link_was_made_and_which_name_was_tried(place: Installation, admin: Browser) -> None:
    _, ann = place.person(Role.DATA_MANAGER)
    admin.post("/people/new", place.bob)
    Browser(place.app).log_in("nobody.here", "wrong password")
    auditor = place.person(Role.AUDITOR)[1]
    made = auditor.get("/trail?action=account.link_issued").text
    assert place.bob["name"] in made
    assert "nobody.here" in auditor.get("/trail?action=session.log_in_refused").text
    assert "nobody.here" not in ann.get("/trail?action=session.log_in_refused").text


def test_a_link_dies_after_an_hour_and_when_a_newer_one_is_made(place: Installation, admin: Browser) -> None:
    first = place.add_bob(admin)
    second = link_in(admin.post(f"{place.page_of()}/link").text)
    stranger = Browser(place.app)
    assert [stranger.get(path).status_code for path in (first, second)] == [404, 200]
    place.clock.forward(minutes=60)
    assert [stranger.get(path).status_code for path in (second, "/link/made-up")] == [404, 404]
    told = place.browser().get("/trail?action=account.link_refused").text
    assert ("The link was too old" in told, "A newer link took its place" in told) == (True, True)


@pytest.mark.req("R-11-25", "R-SEC-19")
def test_a_reset_ends_the_password_all_sessions_and_all_tokens(place: Installation, admin: Browser) -> None:
    bob = place.activate_bob(admin)
    token = token_in(bob.post("/account/tokens", {"label": "script", "days": "5", "scope": "all"}).text)
    assert place.status_with(token) == 200
    path = link_in(admin.post(f"{place.page_of()}/link").text)
    assert (bob.get("/account").status_code, place.status_with(token)) == (302, 401)
    assert bob.log_in(place.bob["username"], NEW).status_code == 401
    bob.get(path)
    assert bob.post(path, {"password": PASSWORD, "again": PASSWORD}).status_code == 303
    assert bob.log_in(place.bob["username"], PASSWORD).status_code == 302


@pytest.mark.req("R-11-19", "R-11-26")
@pytest.mark.parametrize(
    ("changed", "status", "said"),
    [
        ({"username": "ZOE"}, 409, "already in use"), ({"username": "a b"}, 422, "2 to 64 letters"),
        ({"name": " "}, 422, "Write 1 to 200"), ({"organisation": "x" * 201}, 422, "Write 1 to 200"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_new_person_is_told_and_what_was_typed_stays(
    place: Installation, admin: Browser, changed: dict[str, str], status: int, said: str
) -> None:
    refused = admin.post("/people/new", {**place.bob, **changed})
    assert (refused.status_code, said in refused.text) == (status, True)
    assert all(f'value="{value}"' in refused.text for value in {**place.bob, **changed}.values())


@pytest.mark.req("R-11-17")
def test_a_new_printed_name_leaves_the_old_one_where_it_was_printed(place: Installation, admin: Browser) -> None:
    bob, old = place.activate_bob(admin), place.bob["name"]
    page, new = place.page_of(), f"{place.bob['name']} Li"
    assert admin.post(f"{page}/name", {"name": new, "organisation": "North Clinic"}).status_code == 422
    renamed = {"name": new, "organisation": "South Clinic", "reason": "married"}
    assert admin.post(f"{page}/name", renamed).status_code == 303
    assert new in bob.get("/account").text
    told = admin.get("/trail?action=account.password_changed").text
    assert (old in told, new in told) == (True, False)
    assert admin.post(f"{page}/name", renamed).status_code == 409


def test_a_closed_account_ends_and_is_opened_again_without_roles(place: Installation, admin: Browser) -> None:
    bob, page = place.activate_bob(admin), place.page_of()
    assert admin.post(f"{page}/grants", {"role": "auditor", "place": "BEAM"}).status_code == 303
    assert admin.post(f"{page}/close", {"reason": ""}).status_code == 422
    assert admin.post(f"{page}/close", {"reason": "left"}).status_code == 303
    assert bob.get("/account").status_code == 302
    assert "ended" in admin.get(page).text
    assert [admin.post(f"{page}{act}", {"reason": "again"}).status_code for act in ("/close", "/link")] == [409, 409]
    assert admin.post(f"{page}/reopen", {"reason": "came back"}).status_code == 303
    assert bob.log_in(place.bob["username"], NEW).status_code == 302
    assert "none" in bob.get("/account").text


@pytest.mark.req("R-FDA-6")
def test_a_role_is_planned_and_ended_and_each_day_has_its_own_answer(place: Installation, admin: Browser) -> None:
    place.activate_bob(admin)
    page = place.page_of()
    given = {"role": "monitor", "place": "BEAM/NJ01", "from": "2026-03-10", "until": "2026-03-20"}
    assert admin.post(f"{page}/grants", given).status_code == 303
    shown = admin.get(page).text
    assert ("to come" in shown, "BEAM NJ01" in shown) == (True, True)
    grant = re.search(r"/grants/([^/]+)/end", shown)[1]
    assert admin.post(f"/grants/{grant}/end", {"until": "2026-03-25", "reason": "x"}).status_code == 409
    assert admin.post(f"/grants/{grant}/end", {"until": "2026-03-15", "reason": "new task"}).status_code == 303
    days = {day: admin.get(f"/people/rights?day=2026-03-{day}").text for day in ("09", "10", "14", "15")}
    on = {day: place.bob["username"] in text for day, text in days.items()}
    assert on == {"09": False, "10": True, "14": True, "15": False}
    assert admin.get("/people/rights?day=nonsense").status_code == 422


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        ({"role": "monitor", "place": ""}, 422, "held at a site"),
        ({"role": "auditor", "from": "soon"}, 422, "YYYY-MM-DD"),
        ({"role": "auditor", "until": "2026-03-04"}, 422, "ends after it begins"),
        ({"role": "king"}, 404, "nothing here"),
        ({"role": "auditor", "place": "BEAM/NJ99"}, 404, "nothing here"),
    ],
)
def test_a_role_that_cannot_be_given_is_refused_with_what_is_wrong(
    place: Installation, admin: Browser, sent: dict[str, str], status: int, said: str
) -> None:
    refused = admin.post(f"{place.page_of(place.person()[0])}/grants", sent)
    assert (refused.status_code, said in refused.text) == (status, True)


@pytest.mark.req("R-EMA-27")
def test_the_page_tells_why_two_roles_do_not_go_together(place: Installation, admin: Browser) -> None:
    page = place.page_of(place.person(Role.AUDITOR)[0])
    refused = admin.post(f"{page}/grants", {"role": "administrator", "place": ""})
    assert (refused.status_code, "holds no other role" in refused.text) == (409, True)


def test_people_are_searched_and_paged_by_key(place: Installation, admin: Browser) -> None:
    with place.app.app_context(), unit_of_work():
        for number in range(60):
            people.add(OPERATOR, f"user{number:02}", name=f"Name {number}", organisation="East Clinic")
    first = admin.get("/people?q=user").text
    following = re.search(r'href="(/people\?[^"]*after=[^"]+)" rel="next"', first)[1]
    second = admin.get(following.replace("&amp;", "&")).text
    assert ("user00" in first, "user59" in first, "user59" in second, "user00" in second) == (True, False, True, False)
    found = admin.get("/people?q=Name+5&role=").text
    assert ("user05" in found, "user59" in found, "user40" in found) == (True, True, False)
    assert ("zoe" in admin.get("/people?q=zo&role=administrator").text) is True
    assert "Nothing matches." in admin.get("/people?q=100%25").text


@pytest.mark.req("R-11-25")
def test_nobody_makes_a_link_for_or_closes_their_own_account(place: Installation, admin: Browser) -> None:
    own = place.page_of("zoe")
    assert [admin.post(f"{own}{act}", {"reason": "x"}).status_code for act in ("/link", "/close")] == [409, 409]


@pytest.mark.parametrize(("role", "status"), [(Role.AUDITOR, 200), (Role.DATA_MANAGER, 403)])
def test_who_administers_nothing_sees_no_way_to(place: Installation, role: Role, status: int) -> None:
    username, ann = place.person(role)
    page = place.page_of(username)
    assert [ann.get(path).status_code for path in ("/people", page, "/people/new")] == [status, status, 403]
    assert not re.search(r"Give the role|Reset the password|End all|Close the account", ann.get(page).text)


@pytest.mark.req("R-11-10")
def test_the_table_of_roles_is_shown_to_whoever_is_logged_in(place: Installation) -> None:
    shown = place.person()[1].get("/roles").text
    row = re.search(r"<code>record.edit</code></th>(.*?)</tr>", shown, re.DOTALL)[1]
    assert re.findall(r"may not|may", row) == ["may", "may", *["may not"] * 5]
