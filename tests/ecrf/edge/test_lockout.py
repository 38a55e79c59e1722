"""Attempts to log in, counted in the database."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select

from audit.tables import trail_entries
from ecrf import clock
from ecrf.db import db
from ecrf.edge.entrance import log_in
from ecrf.errors import LogInRefused, Problem, TooManyAttempts
from ecrf.models.attempts import LoginAttempt
from ecrf.services import passwords
from ecrf.services.lockout import wait_after
from tests.ecrf.browser import Browser
from tests.ecrf.conftest import Clock
from tests.ecrf.people import PASSWORD, add_person

WRONG = "no such password"


def attempt(app: Flask, password: str = WRONG, username: str = "ann") -> str:
    with app.app_context():
        try:
            log_in(username, password, origin="page", request_id=None)
        except Problem as refused:
            return refused.code
    return "in"


@pytest.mark.req("R-SEC-14", "R-11-29")
@pytest.mark.parametrize("username", ["ann", "nobody"])
def test_after_five_failures_even_the_right_password_waits_known_or_not(app: Flask, time: Clock, username: str) -> None:
    add_person(app)
    assert [attempt(app, username=username) for _ in range(6)] == ["log_in_refused"] * 5 + ["too_many_attempts"]
    assert attempt(app, PASSWORD, username) == "too_many_attempts"


@pytest.mark.req("R-SEC-14")
def test_nobody_is_locked_out_for_ever(app: Flask, time: Clock) -> None:
    add_person(app)
    for _ in range(5):
        attempt(app)
    time.forward(seconds=29)
    assert attempt(app, PASSWORD) == "too_many_attempts"
    time.forward(seconds=1)
    assert attempt(app, PASSWORD) == "in"
    assert attempt(app) == "log_in_refused"


def test_each_failure_doubles_the_wait_up_to_a_quarter_of_an_hour() -> None:
    waits = [int(wait_after(failures).total_seconds()) for failures in (5, 6, 7, 8, 9, 10, 11, 10**6)]
    assert waits == [30, 60, 120, 240, 480, 900, 900, 900]


def test_a_name_is_counted_in_whatever_way_it_is_written(app: Flask, time: Clock) -> None:
    add_person(app)
    written = ["ann", "ANN", " ann", "ａｎｎ", "Ann "]
    assert [attempt(app, username=name) for name in written] == ["log_in_refused"] * 5
    assert attempt(app, PASSWORD) == "too_many_attempts"


def test_counts_are_forgotten_after_a_day(app: Flask, time: Clock) -> None:
    attempt(app, username="somebody")
    time.forward(days=1, seconds=1)
    attempt(app, username="else")
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(LoginAttempt)) == 1


@pytest.mark.req("R-SEC-14")
def test_twenty_attempts_at_once_get_no_further_than_five(app: Flask, time: Clock) -> None:
    add_person(app)
    with ThreadPoolExecutor(20) as threads:
        answers = Counter(threads.map(lambda _: attempt(app), range(20)))
    assert answers == {"log_in_refused": 5, "too_many_attempts": 15}
    with app.app_context():
        refused = trail_entries.c.action == "session.log_in_refused"
        assert db.session.scalar(select(func.count()).select_from(trail_entries).where(refused)) == 20


@pytest.mark.req("R-SEC-32")
def test_a_page_says_how_long_to_wait(client: Browser, time: Clock) -> None:
    for _ in range(5):
        client.log_in("ann", "wrong")
    answer = client.log_in("ann", "wrong")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")
    assert "Try again in 30 seconds." in answer.text


@pytest.mark.req("R-SEC-32")
def test_one_address_may_not_try_many_names(make_app) -> None:
    client = Browser(make_app(log_in_rate="3 per minute"))
    assert [client.log_in(f"name{number}", "wrong").status_code for number in range(4)] == [401, 401, 401, 429]


def test_the_unknown_name_costs_a_hash_too(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    add_person(app)
    verified = []

    class Counting:
        def verify(self, kept: str, typed: str) -> bool:
            verified.append(kept[:9])
            raise passwords.VerificationError

        def hash(self, password: str) -> str:
            return "$argon2id$decoy"

    monkeypatch.setattr(passwords._Hashing, "hasher", Counting())
    assert {attempt(app, username=name) for name in ("ann", "nobody")} == {"log_in_refused"}
    assert verified == ["$argon2id", "$argon2id"]


def test_problems_are_told_apart_by_kind(app: Flask) -> None:
    with app.app_context(), pytest.raises(LogInRefused):
        log_in("nobody", "x", origin="api", request_id=None)
    assert issubclass(TooManyAttempts, Problem)
    assert clock.now().tzinfo is not None
