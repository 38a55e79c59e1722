"""Every error has one door: a page, or problem+json, with nothing of ours in it."""

import json

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from audit.tables import trail_entries
from ecrf.db import db
from tests.ecrf.browser import HOST, Browser
from tests.ecrf.people import PASSWORD, add_person, token_of
from tests.ecrf.probe import FAILURES, install

CASES = [pytest.param(kind, status, id=kind) for kind, (_, status) in FAILURES.items()]


def bearer(app: Flask, path: str) -> TestResponse:
    """The answer to a program that shows Ann's token."""
    return app.test_client().post(path, base_url=HOST, headers={"Authorization": f"Bearer {token_of(app)}"})


@pytest.mark.req("R-SEC-31")
@pytest.mark.parametrize(("kind", "status"), CASES)
def test_a_failure_is_a_page_that_tells_nothing_of_ours(ann: Browser, kind: str, status: int) -> None:
    answer = ann.post(f"/probe/{kind}")
    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    for ours in ("Traceback", "INSERT", "81 U/L", "RuntimeError", "sqlalchemy"):
        assert ours not in answer.text


@pytest.mark.parametrize(("kind", "status"), CASES)
def test_the_api_answers_with_problem_json(standing: Flask, kind: str, status: int) -> None:
    answer = bearer(standing, f"/api/v1/probe/{kind}")
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    document = json.loads(answer.text)
    assert document["status"] == status
    assert document["type"] == f"urn:ecrf:problem:{document['code']}"
    assert document["instance"].startswith("urn:uuid:")
    assert "INSERT" not in answer.text
    assert "81 U/L" not in answer.text


def test_the_details_of_a_problem_are_told(standing: Flask) -> None:
    document = json.loads(bearer(standing, "/api/v1/probe/stale").text)
    assert (document["current"], document["revision"]) == ({"ALT": "81"}, 3)


@pytest.mark.req("R-11-9", "R-SEC-29")
@pytest.mark.parametrize(("kind", "chain"), [("forbidden", "system"), ("stale", "subject:s1")])
def test_a_refused_act_leaves_its_trace_and_nothing_else(app: Flask, kind: str, chain: str) -> None:
    add_person(install(app), "ann")
    browser = Browser(app)
    browser.log_in("ann", PASSWORD)
    browser.post(f"/probe/{kind}")
    with app.app_context():
        query = select(trail_entries).where(trail_entries.c.action == "act.refused")
        entry = db.session.execute(query).one()
    assert (entry.chain, entry.reason_code, entry.actor_name) == (chain, kind, "Ann Lee")
    assert entry.request_id is not None


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/api/v1/nowhere", 404),
        ("POST", "/health", 405),
        ("POST", "/api/nowhere", 404),
    ],
)
def test_what_is_not_there_is_answered_by_us(ann: Browser, method: str, path: str, status: int) -> None:
    answer = ann.post(path) if method == "POST" else ann.get(path)
    assert answer.status_code == status
    assert answer.mimetype == ("application/problem+json" if path.startswith("/api/") else "text/html")
    assert status != 405 or "GET" in answer.headers["Allow"]


def test_the_reader_is_answered_in_his_language(ann: Browser) -> None:
    english = ann.get("/nowhere", headers={"Accept-Language": "en"}).text
    chinese = ann.get("/nowhere", headers={"Accept-Language": "zh-CN"}).text
    assert "Not found" in english
    assert 'lang="zh-CN"' in chinese


@pytest.mark.req("R-SEC-32")
def test_a_body_too_large_is_refused_before_it_is_read(stranger: Browser) -> None:
    assert stranger.log_in("ann", "x" * (2**20 + 1)).status_code == 413


@pytest.mark.req("R-SEC-8")
@pytest.mark.parametrize(
    "username", ["a\x00b", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "é" * 9000]
)
def test_strange_text_is_never_a_500(stranger: Browser, username: str) -> None:
    assert stranger.log_in(username, "x").status_code in {401, 422}


@pytest.mark.req("R-SEC-29", "R-SEC-28")
def test_the_log_holds_one_line_for_a_request_and_no_secret(stranger: Browser, capsys: pytest.CaptureFixture) -> None:
    stranger.get("/login")
    capsys.readouterr()
    stranger.log_in("a\r\nINFO admin ok", "hunter2 hunter2")
    stranger.get("/login-nowhere")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["event"] for line in lines] == ["request", "request"]
    said = json.dumps(lines)
    for secret in ("hunter2", "admin", "nowhere"):
        assert secret not in said


def test_a_fault_of_ours_is_in_the_log_by_its_place_alone(ann: Browser, capsys: pytest.CaptureFixture) -> None:
    ann.post("/probe/fault")
    fault, _ = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (fault["event"], fault["kind"], fault["problem"]) == ("unforeseen", "RuntimeError", "internal")
    assert "probe.py" in fault["where"][-1]
    assert "81 U/L" not in json.dumps(fault)


def test_the_api_says_how_to_log_in(standing: Flask) -> None:
    answer = standing.test_client().get("/api/v1/probe", base_url=HOST)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


@pytest.mark.req("R-SEC-25")
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_log_in_by_browser_opens_no_api(ann: Browser, method: str) -> None:
    sent = {"data": {"csrf_token": ann.token}, "headers": {"Referer": f"{HOST}/"}} if method == "POST" else {}
    answer = ann.client.open("/api/v1/probe", method=method, base_url=HOST, **sent)
    assert (answer.status_code, answer.json["code"]) == (401, "unauthenticated")
