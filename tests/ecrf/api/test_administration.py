"""People, roles, sites and tokens by program: one story, and the states that changes are made against."""

import pytest

from tests.ecrf.api.conftest import Office
from tests.ecrf.api.program import Program
from tests.ecrf.browser import Browser

NEW = {"username": "li.na", "name": "Li Na", "organisation": "North Clinic"}
WORDS = "walnut orchard seventeen"


@pytest.mark.req("R-FDA-6", "R-11-25", "R-SEC-16")
def test_a_person_is_added_given_a_role_and_ended_by_program(office: Office) -> None:
    admin = office["administrator"]
    added = admin.post("/people", NEW)
    person, link = added.json["person"]["href"], added.json["link"]
    assert (added.headers["Location"], link["purpose"], added.json["person"]["password"]) == (
        person, "activation", "never",
    )  # fmt: skip
    li_na = Browser(office.app)
    li_na.get(link["path"])
    assert li_na.post(link["path"], {"password": WORDS, "again": WORDS}).status_code == 303
    given = admin.post(f"{person}/grants", {"role": "monitor", "study": "BEAM", "site": "NJ02"})
    assert (given.status_code, given.json["state"], given.json["site"]) == (201, "in_force", "NJ02")
    assert "li.na" in [each["username"] for each in admin.get("/rights").json["rights"]]
    assert "li.na" not in [each["username"] for each in admin.get("/rights?day=2026-03-03").json["rights"]]
    ended = admin.post(f"/grants/{given.json['id']}/end", {"reason": "New task."})
    assert (ended.status_code, ended.json["state"]) == (200, "ended")
    assert admin.post(f"{person}/close", {"reason": "Left."}).json["state"] == "closed"
    assert admin.post(f"{person}/links").status_code == 409
    assert admin.get("/people?state=closed&q=li.na").json["total"] == 1


def test_a_role_at_a_site_of_no_study_is_not_given_everywhere(office: Office) -> None:
    admin = office["administrator"]
    person = admin.post("/people", {**NEW, "username": "gao.yi"}).json["person"]["href"]
    assert admin.post(f"{person}/grants", {"role": "data_manager", "site": "NJ01"}).status_code == 404
    assert admin.get(person).json["grants"] == []


def test_a_link_of_an_account_that_was_closed_does_not_work_when_it_is_open_again(office: Office) -> None:
    admin = office["administrator"]
    added = admin.post("/people", {**NEW, "username": "he.ping"}).json
    for act in ("close", "reopen"):
        assert admin.post(f"{added['person']['href']}/{act}", {"reason": "A mistake."}).status_code == 200
    assert Browser(office.app).get(added["link"]["path"]).status_code == 404


@pytest.mark.parametrize("noun", ["people", "sites"])
def test_a_change_names_the_state_it_was_made_against(office: Office, noun: str) -> None:
    admin = office["administrator"]
    first = next(each for each in admin.get(f"/{noun}").json[noun])
    place, sent = f"/{noun}/{first['id']}", {"name": "Another Name", "reason": "A mistake."}
    tag = {"If-Match": admin.get(place).headers["ETag"]}
    assert admin.send("PATCH", place, sent).status_code == 428
    changed = admin.send("PATCH", place, sent, headers=tag)
    assert (changed.status_code, changed.json["name"]) == (200, "Another Name")
    late = admin.send("PATCH", place, {**sent, "name": "A Third"}, headers=tag)
    assert (late.status_code, late.json["code"]) == (412, "stale")
    assert admin.get(place).json["name"] == "Another Name"


@pytest.mark.req("R-11-25")
def test_a_token_is_made_by_its_person_alone_and_revoked(office: Office) -> None:
    monitor = office["monitor"]
    made = monitor.post("/tokens", {"label": "nightly", "days": 3})
    reading = Program(office.app, made.json["secret"])
    assert (made.json["token"]["reads_only"], reading.get("/me").json["reads_only"]) == (True, True)
    assert reading.post("/tokens", {"label": "more"}).status_code == 403
    assert monitor.post("/tokens", {"label": "long", "days": 366}).status_code == 422
    own = monitor.get("/me").json["id"]
    assert made.json["token"]["id"] in [each["id"] for each in monitor.get(f"/people/{own}/tokens").json["tokens"]]
    assert monitor.post(f"/tokens/{made.json['token']['id']}/revoke").json["state"] == "revoked"
    assert reading.get("/me").status_code == 401
    assert office["coordinator"].get(f"/people/{own}/tokens").status_code == 403


def test_a_role_given_twice_is_given_once(office: Office) -> None:
    admin = office["administrator"]
    person = admin.post("/people", {"username": "twice", "name": "T", "organisation": "Clinic"}).json["person"]["id"]
    given = {"role": "monitor", "study": "BEAM", "site": "NJ01"}
    answers = [admin.post(f"/people/{person}/grants", given) for _ in "ab"]
    assert [answer.status_code for answer in answers] == [201, 409]
    assert admin.post(f"/people/{person}/grants", {**given, "site": "NJ02"}).status_code == 201


@pytest.mark.parametrize("place", ["sessions", "tokens"])
def test_of_no_account_there_is_no_way_in(office: Office, place: str) -> None:
    admin = office["administrator"]
    assert admin.get(f"/people/01990000-0000-7000-8000-000000000000/{place}").status_code == 404
    assert admin.post("/people/nonsense/sessions/end").status_code == 404


@pytest.mark.req("R-11-25")
def test_a_token_made_by_a_token_ends_no_later_than_it(office: Office) -> None:
    made = office["monitor"].post("/tokens", {"label": "nightly", "days": 3, "scope": "all"})
    nightly = Program(office.app, made.json["secret"])
    ends = made.json["token"]["expires_at"]
    assert nightly.post("/tokens", {"label": "on and on", "days": 4}).json["token"]["expires_at"] == ends
    assert nightly.post("/tokens", {"label": "shorter", "days": 2}).json["token"]["expires_at"] < ends
