"""What every response says to browsers."""

import flask
import pytest
from flask import Flask

from ecrf.security import CONTENT_SECURITY_POLICY
from tests.ecrf.browser import HOST, Browser
from tests.ecrf.probe import FAILURES

SQLITE = pytest.mark.parametrize("server", ["sqlite"], indirect=True)
PROTECTING = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
}


def routes(app: Flask) -> list[str]:
    """Every address there is, with something in each of its places."""
    filled = []
    adapter = app.url_map.bind("ecrf.example")
    for rule in app.url_map.iter_rules():
        values = {name: 1 if "Integer" in type(kind).__name__ else "x" for name, kind in rule._converters.items()}
        filled.append(adapter.build(rule.endpoint, values, method=min(rule.methods)))
    return sorted(set(filled))


def protected(answer) -> dict[str, str | None]:
    return {name: answer.headers.get(name) for name in PROTECTING}


@pytest.mark.req("R-SEC-26", "R-SEC-27")
@pytest.mark.parametrize("who", ["stranger", "ann"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_every_route_is_protected(standing: Flask, request: pytest.FixtureRequest, who: str, method: str) -> None:
    browser: Browser = request.getfixturevalue(who)
    for path in [*routes(standing), "/nowhere", *(f"/probe/{kind}" for kind in FAILURES)]:
        answer = browser.client.open(path, method=method, base_url=HOST)
        assert protected(answer) == PROTECTING, path
        if not path.startswith("/static"):
            assert answer.headers["Cache-Control"] == "no-store", path


@pytest.mark.req("R-SEC-26")
def test_the_policy_lets_nothing_inline_run() -> None:
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    for needed in ("default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert needed in CONTENT_SECURITY_POLICY


@SQLITE
def test_the_demonstration_goes_without_https(make_app) -> None:
    client = Browser(make_app(demo=True))
    answer = client.client.get("/login", base_url="http://127.0.0.1")
    assert "Strict-Transport-Security" not in answer.headers
    assert "Secure" not in answer.headers["Set-Cookie"]
    assert "ecrf=" in answer.headers["Set-Cookie"]


@SQLITE
@pytest.mark.req("R-SEC-45")
def test_a_forwarded_address_is_believed_only_from_a_configured_proxy(make_app) -> None:
    said = {}
    for hops in (0, 1):
        app = make_app(trusted_proxies=hops)
        app.view_functions["health.show"] = lambda: str(flask.request.remote_addr)
        said[hops] = app.test_client().get("/health", headers={"X-Forwarded-For": "203.0.113.9"}).text
    assert said == {0: "127.0.0.1", 1: "203.0.113.9"}
