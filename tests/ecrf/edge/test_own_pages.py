"""Changes come from pages of ours, from people who are logged in, and GET never changes anything."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from ecrf.db import db
from ecrf.edge.identity import PUBLIC
from ecrf.models.attempts import LoginAttempt
from tests.ecrf.browser import HOST, Browser
from tests.ecrf.edge.test_headers import routes


def rows(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(LoginAttempt)) or 0


@pytest.mark.req("R-SEC-25")
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_every_change_without_the_pages_token_is_refused(ann: Browser, standing: Flask, method: str) -> None:
    before = rows(standing)
    for path in routes(standing):
        if not path.startswith("/static"):
            answer = ann.client.open(path, method=method, base_url=HOST)
            assert answer.status_code in ({401, 405} if path.startswith("/api/") else {403, 405}), path
    assert rows(standing) == before


@pytest.mark.req("R-SEC-25")
@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("https://evil.example", 403), ("null", 403), (HOST, 200), ("http://ecrf.example:81", 403), ("http://[", 403),
        ("", 403), ("//", 403), ("http://ecrf.example\u2100", 403), ("https://[::1", 403),
        ("https://ecrf.example:x", 403),
    ],
)  # fmt: skip
def test_a_change_from_another_origin_is_refused(ann: Browser, origin: str, status: int) -> None:
    ann.get("/login")
    assert ann.post("/probe/write", headers={"Origin": origin}).status_code == status


@pytest.mark.req("R-SEC-25")
@pytest.mark.parametrize("referer", ["https://evil.example/", "http://[", "https://[::1", ""])
def test_a_change_that_another_page_referred_is_refused(ann: Browser, referer: str) -> None:
    ann.get("/login")
    assert ann.post("/probe/write", headers={"Referer": referer}).status_code == 403


@pytest.mark.req("R-SEC-25")
def test_a_get_that_would_write_is_stopped_by_the_database(ann: Browser, standing: Flask) -> None:
    before = rows(standing)
    assert ann.get("/probe/write").status_code in {500, 503}
    assert rows(standing) == before
    ann.get("/login")
    assert ann.post("/probe/write").status_code == 200
    assert rows(standing) == before + 1


@pytest.mark.req("R-11-5")
def test_every_route_asks_for_a_log_in_unless_it_is_listed(standing: Flask, stranger: Browser) -> None:
    listed = {"/health", "/metrics", "/login", "/link/x", "/static/x", "/api/v1/openapi.json"}
    assert {"static", "health.show", "login.show", "login.enter", "links.show", "links.use"} <= PUBLIC
    for path in set(routes(standing)) - listed:
        got = stranger.get(path)
        asked = got.status_code == 302 and got.headers["Location"].startswith("/login")
        assert asked or got.status_code in {401, 405}, (path, got.status_code)
        assert stranger.post(path).status_code in {401, 405}, path


@pytest.mark.req("R-SEC-25")
def test_the_form_token_of_another_browser_is_refused(stranger: Browser, ann: Browser) -> None:
    stranger.get("/login")
    ann.token = stranger.token
    assert ann.post("/probe/write").status_code == 403
