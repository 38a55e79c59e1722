"""Logging in and out, what ends a session, and what the trail says of it."""

import hashlib
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from audit.tables import trail_changes, trail_entries, trail_values
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.models.passwords import Password
from ecrf.models.sessions import UserSession
from ecrf.policy.actors import OPERATOR
from ecrf.policy.grants import Role
from ecrf.services import passwords, people, sessions
from ecrf.services.trail import Reason
from tests.ecrf.browser import Browser
from tests.ecrf.conftest import Clock
from tests.ecrf.people import PASSWORD, add_person
from tests.ecrf.probe import install

SQLITE = pytest.mark.parametrize("server", ["sqlite"], indirect=True)


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return install(make_app())


@pytest.fixture
def ann(app: Flask) -> str:
    return add_person(app, "ann", Role.DATA_MANAGER)


@pytest.fixture
def client(app: Flask, ann: str) -> Browser:
    """A browser in which Ann is logged in."""
    browser = Browser(app)
    assert browser.log_in("ann", PASSWORD).status_code == 302
    return browser


def is_in(browser: Browser) -> bool:
    return browser.get("/probe").status_code == 200


def entries(app: Flask) -> list[tuple[str, str, str | None]]:
    """Action, actor's name and reason of each entry of the system's chain since the account and its grant."""
    columns = trail_entries.c.action, trail_entries.c.actor_name, trail_entries.c.reason_code
    with app.app_context():
        query = select(*columns).where(trail_entries.c.chain == "system").order_by(trail_entries.c.sequence)
        return [tuple(row) for row in db.session.execute(query)][2:]


@SQLITE
def test_a_log_in_knows_the_person_and_the_role(client: Browser) -> None:
    assert client.get("/probe").json == {"name": "Ann Lee", "origin": "page", "roles": ["data_manager"]}


@SQLITE
@pytest.mark.req("R-SEC-17")
def test_each_log_in_has_a_new_token(app: Flask, ann: str) -> None:
    browser = Browser(app)
    browser.get("/login")
    before = browser.cookie()
    browser.log_in("ann", PASSWORD)
    first = browser.cookie()
    browser.log_in("ANN", PASSWORD)
    assert len({before, first, browser.cookie()}) == 3


@SQLITE
@pytest.mark.req("R-SEC-24")
def test_the_cookie_is_a_host_cookie(app: Flask, ann: str) -> None:
    said = Browser(app).log_in("ann", PASSWORD).headers["Set-Cookie"]
    name, *flags = (part.strip() for part in said.split(";"))
    assert name.startswith("__Host-ecrf=")
    assert set(flags) == {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"}


def test_the_database_keeps_only_the_hash_of_a_token(app: Flask, client: Browser) -> None:
    with client.client.session_transaction(base_url="https://ecrf.example") as cookie, app.app_context():
        kept = db.session.scalars(select(UserSession.token_hash)).all()
        assert kept == [hashlib.sha256(cookie["_user_id"].encode()).digest()]


@SQLITE
@pytest.mark.req("R-SEC-14")
@pytest.mark.parametrize(("username", "password"), [("ann", "wrong"), ("nobody", PASSWORD), ("ann", ""), ("", "")])
def test_a_wrong_name_and_a_wrong_password_are_refused_alike(
    app: Flask, ann: str, username: str, password: str
) -> None:
    browser = Browser(app)
    answer = browser.log_in(username, password)
    assert answer.status_code == 401
    assert "User name and password do not match." in answer.text
    assert not is_in(browser)


@SQLITE
@pytest.mark.req("R-SEC-18")
@pytest.mark.parametrize(("minutes", "stays"), [(14, True), (15, False), (16, False)])
def test_a_session_ends_after_a_quarter_of_an_hour_without_work(
    time: Clock, client: Browser, minutes: int, stays: bool
) -> None:
    time.forward(minutes=minutes)
    assert is_in(client) is stays


@SQLITE
@pytest.mark.req("R-SEC-18")
def test_work_keeps_a_session_open_until_twelve_hours_have_passed(time: Clock, client: Browser) -> None:
    for _ in range(71):
        time.forward(minutes=10)
        assert is_in(client)
    time.forward(minutes=10)
    assert not is_in(client)


@SQLITE
@pytest.mark.req("R-SEC-18")
def test_a_refused_request_is_work_too(time: Clock, client: Browser) -> None:
    for _ in range(3):
        time.forward(minutes=10)
        assert client.post("/probe/stale").status_code == 412
    assert is_in(client)


@pytest.mark.req("R-SEC-19")
def test_a_log_out_ends_the_session_on_the_server(app: Flask, client: Browser) -> None:
    stolen = client.cookie()
    assert client.post("/logout").headers["Location"] == "/login"
    assert not is_in(client)
    client.client.set_cookie("__Host-ecrf", stolen, domain="ecrf.example", secure=True)
    assert not is_in(client)


def by_new_password(user_id: str) -> None:
    people.set_password(OPERATOR, people.find("ann"), "another long enough phrase")


def by_deactivation(user_id: str) -> None:
    people.deactivate(OPERATOR, people.find("ann"), Reason("other", "left the clinic"))


def by_signing_out_everywhere(user_id: str) -> None:
    sessions.end_all(OPERATOR, user_id, people.clock.now())


@pytest.mark.req("R-SEC-19", "R-SEC-23", "R-EMA-3")
@pytest.mark.parametrize("end", [by_new_password, by_deactivation, by_signing_out_everywhere])
def test_every_session_of_an_account_can_be_ended_at_once(
    app: Flask, client: Browser, ann: str, end: Callable[[str], None]
) -> None:
    other = Browser(app)
    other.log_in("ann", PASSWORD)
    with app.app_context(), unit_of_work():
        end(ann)
    assert not is_in(client)
    assert not is_in(other)


@pytest.mark.req("R-SEC-23", "R-EMA-3")
def test_a_role_ends_with_the_next_request(app: Flask, client: Browser) -> None:
    with app.app_context(), unit_of_work():
        held = people.now_in_force(people.find("ann"))
        people.revoke(OPERATOR, held[0].id, Reason("other", "new task"))
    assert client.get("/probe").json["roles"] == []


@pytest.mark.req("R-SEC-29", "R-11-6")
def test_each_log_in_refused_log_in_and_log_out_is_an_entry(app: Flask, client: Browser) -> None:
    client.post("/logout")
    client.log_in("ann", "wrong")
    assert entries(app) == [
        ("session.logged_in", "Ann Lee", None),
        ("session.logged_out", "Ann Lee", None),
        ("session.log_in_refused", "Not logged in", "no_match"),
    ]


@SQLITE
@pytest.mark.req("R-SEC-28")
def test_a_refused_name_is_kept_as_typed_on_one_line_and_cut(app: Flask, ann: str) -> None:
    Browser(app).log_in("a\r\nINFO admin ok \u202e\x1b[31m" + "x" * 200, "wrong")
    with app.app_context():
        query = select(trail_values.c.value).where(trail_values.c.chain == "system")
        of_name = trail_changes.c.path == "username"
        kept = db.session.scalars(
            query.join(
                trail_changes,
                (trail_changes.c.chain == trail_values.c.chain)
                & (trail_changes.c.sequence == trail_values.c.sequence)
                & (trail_changes.c.ordinal == trail_values.c.ordinal),
            ).where(of_name)
        ).one()
    assert "a\\r\\nINFO admin ok \\u202e\\x1b[31mxxx" in kept
    assert len(kept) < 130


@SQLITE
def test_a_hash_is_renewed_when_the_cost_has_changed(app: Flask, ann: str) -> None:
    with app.app_context():
        before = db.session.scalars(select(Password.hash)).one()
    try:
        passwords.hash_cheaply(cheaply=False)
        Browser(app).log_in("ann", PASSWORD)
        with app.app_context():
            renewed = db.session.scalars(select(Password.hash)).one()
    finally:
        passwords.hash_cheaply(cheaply=True)
    assert before.startswith("$argon2id$v=19$m=8,")
    assert renewed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


@SQLITE
@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nSet-Cookie: x"])
def test_a_log_in_leads_to_no_other_place(app: Flask, ann: str, target: str) -> None:
    assert Browser(app).log_in("ann", PASSWORD, next=target).headers["Location"] == "/"


@SQLITE
def test_a_log_in_leads_on_to_where_one_wanted(app: Flask, ann: str) -> None:
    browser = Browser(app)
    sent = browser.get("/probe?page=2").headers["Location"]
    assert sent == "/login?next=/probe?page%3D2"
    assert 'name="next" value="/probe?page=2"' in browser.get(sent).text
    assert browser.log_in("ann", PASSWORD, next="/probe?page=2").headers["Location"] == "/probe?page=2"
