"""The logs hold no value, no search, no password and no token, whatever was sent and whatever became of it."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from flask import Flask

from ecrf.db import db
from tests.conftest import Servers
from tests.ecrf.browser import HOST, Browser
from tests.ecrf.people import token_of
from tests.ecrf.web.beam_app import PASSWORD, SAMPLE, BeamApp, FormPage, beam_app, with_new_subject

SECRET = "sEcReT-71.3907"
Send = Callable[[BeamApp, FormPage, dict[str, str]], object]


@pytest.fixture(scope="module")
def beam(servers: Servers) -> Iterator[BeamApp]:
    with beam_app(servers("sqlite")) as app:
        yield with_new_subject(app)


@pytest.fixture(scope="module")
def page(beam: BeamApp) -> FormPage:
    return beam.page()


@pytest.fixture(scope="module")
def bearer(beam: BeamApp) -> dict[str, str]:
    return {"Authorization": f"Bearer {token_of(beam.app, 'wang')}"}


def program(app: Flask, bearer: dict[str, str], method: str, path: str, **sent: object) -> object:
    return app.test_client().open(f"/api/v1{path}", method=method, base_url=HOST, headers=bearer, **sent)


SENT: dict[str, Send] = {
    "a saved value": lambda beam, page, _: page.post(**SAMPLE, ALT="71.3907", LBNAM=SECRET),
    "a bad value": lambda beam, page, _: page.post(**SAMPLE, ALT=SECRET),
    "an item that is none": lambda beam, page, _: page.browser.post(page.path, {"revision": "0", SECRET: SECRET}),
    "a draft": lambda beam, page, _: page.browser.post(f"{page.path}/draft", {"revision": "0", "ALT": SECRET}),
    "a check": lambda beam, page, _: page.browser.post(f"{page.path}/check", {"revision": "0", "ALT": SECRET}),
    "a form of nobody": lambda beam, page, _: Browser(beam.app).post(page.path, {"ALT": SECRET}),
    "a forged page": lambda beam, page, _: page.browser.client.post(page.path, base_url=HOST, data={"ALT": SECRET}),
    "a name with a new line": lambda beam, page, _: Browser(beam.app).log_in(f"a\r\n{SECRET}", SECRET),
    "a password": lambda beam, page, _: Browser(beam.app).log_in("zhang", PASSWORD),
    "a wrong password": lambda beam, page, _: Browser(beam.app).log_in("zhang", SECRET),
    "a link": lambda beam, page, _: Browser(beam.app).get(f"/link/{SECRET}"),
    "a link that is used": lambda beam, page, _: Browser(beam.app).post(f"/link/{SECRET}", {"password": SECRET}),
    "a search": lambda beam, page, _: page.browser.get(f"/subjects?q={SECRET}"),
    "a filter of the trail": lambda beam, page, _: page.browser.get(f"/trail?new={SECRET}&reason={SECRET}"),
    "a condition": lambda beam, page, _: page.browser.get(f"/listings?form=CHEM&where=ALT+=='{SECRET}'"),
    "an address that is none": lambda beam, page, _: page.browser.get(f"/{SECRET}"),
    "a subject that is none": lambda beam, page, _: page.browser.get(f"/subjects/{SECRET}/SE.SCR/CHEM"),
    "headers": lambda beam, page, _: page.browser.get("/", headers={"User-Agent": SECRET, "X-Forwarded-For": SECRET}),
    "a document": lambda beam, page, bearer: program(
        beam.app, bearer, "POST", "/subjects", json={"study": "BEAM", "site": "NJ01", "screening_number": SECRET}
    ),
    "a document that cannot be read": lambda beam, page, bearer: program(
        beam.app, bearer, "POST", "/subjects", data=f'{{"{SECRET}', content_type="application/json"
    ),
    "a token": lambda beam, page, bearer: program(beam.app, bearer, "GET", "/me"),
    "a wrong token": lambda beam, page, _: program(beam.app, {"Authorization": f"Bearer {SECRET}"}, "GET", "/me"),
}


@pytest.mark.req("R-SEC-28", "R-SEC-29")
@pytest.mark.parametrize("what", SENT)
def test_the_logs_hold_nothing_of_what_was_sent(what, beam, page, bearer, capsys, caplog) -> None:
    capsys.readouterr()
    SENT[what](beam, page, bearer)
    said = capsys.readouterr()
    expect_silent([SECRET, "71.3907", PASSWORD, bearer["Authorization"].split()[1], page.browser.token], said.err)
    assert (said.out, caplog.text) == ("", "")


def expect_silent(secrets: list[str], said: str) -> None:
    """Each line is an event of its own, told in JSON, and holds none of the secrets."""
    lines = [json.loads(line) for line in said.splitlines()]
    assert lines
    assert [line for line in lines if "event" not in line] == []
    assert [secret for secret in secrets if secret in said] == []


@pytest.mark.req("R-SEC-29")
def test_a_trace_that_cannot_be_written_is_told_without_its_values(beam: BeamApp, capsys) -> None:
    monitor = beam.page("liu")
    with beam.app.app_context():
        path = db.engine.url.database or ""
    with closing(sqlite3.connect(path)) as owner:
        owner.execute("CREATE TRIGGER full BEFORE INSERT ON trail_values BEGIN SELECT RAISE(ABORT, 'full'); END")
        capsys.readouterr()
        answer = monitor.browser.post(monitor.path, {"revision": "0", "ALT": SECRET, "ALT.unit": "U/L"})
        owner.execute("DROP TRIGGER full")
    said = capsys.readouterr().err
    assert (answer.status_code, "trace_not_written" in said) == (403, True)
    expect_silent([SECRET, "full"], said)


def test_the_log_names_a_link_by_its_rule(beam: BeamApp, capsys) -> None:
    Browser(beam.app).get(f"/link/{SECRET}")
    told = [json.loads(line)["route"] for line in capsys.readouterr().err.splitlines()]
    assert "/link/<token>" in told
