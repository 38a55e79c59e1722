"""Every address of the application: who may come without a log-in, and that no change comes from a foreign page."""

import pytest
from flask import Flask
from werkzeug.routing import BuildError, Rule

from ecrf.app import create_app
from ecrf.edge.identity import PUBLIC
from ecrf.edge.transactions import SAFE_METHODS
from ecrf.errors import FormRefused, Unauthenticated
from ecrf.policy.grants import Role
from tests.ecrf.browser import HOST, Browser
from tests.ecrf.people import PASSWORD, add_person
from tests.ecrf.schema import settings_for

OPEN = {"static", "health.show", "login.show", "login.enter", "openapi"}
"""The whole list of what answers without a log-in, said twice on purpose."""
OF_ONESELF = {"login.leave"}
"""What everybody may post: it changes nothing but one's own session."""


def routes() -> list[tuple[Rule, str]]:
    """Each address with each of its methods; made from the code alone, so that every one is a test of its own."""
    app = create_app(settings_for("sqlite://"))
    return [
        (rule, method)
        for rule in app.url_map.iter_rules()
        for method in sorted(rule.methods or ())
        if method != "OPTIONS"
    ]


def named(found: list[tuple[Rule, str]]) -> list[object]:
    return [pytest.param(rule, method, id=f"{method} {rule.rule}") for rule, method in found]


ROUTES = routes()
CLOSED = [(rule, method) for rule, method in ROUTES if rule.endpoint not in OPEN]
CHANGING = [(rule, method) for rule, method in ROUTES if method not in SAFE_METHODS]
API = "/api/"


def address(rule: Rule) -> str:
    """The rule with something plausible in each of its places."""
    arguments = {
        name: 1 if type(rule._converters[name]).__name__ == "IntegerConverter" else "x" for name in rule.arguments
    }
    built = rule.build(arguments)
    if built is None:
        raise BuildError(rule.endpoint, arguments, None)
    return built[1]


@pytest.fixture(scope="module")
def auditor(app: Flask) -> Browser:
    """Somebody who reads everything and writes nothing."""
    add_person(app, "auditor", Role.AUDITOR)
    browser = Browser(app)
    browser.log_in("auditor", PASSWORD)
    return browser


@pytest.mark.req("R-11-5")
def test_what_is_open_is_listed() -> None:
    assert PUBLIC == OPEN


@pytest.mark.req("R-11-5")
@pytest.mark.parametrize(("rule", "method"), named(CLOSED))
def test_an_address_asks_for_a_log_in(app: Flask, rule: Rule, method: str) -> None:
    browser = Browser(app)
    if method in SAFE_METHODS:
        answer = browser.client.open(address(rule), method=method, base_url=HOST)
    else:
        browser.get("/login")
        sent = {"csrf_token": browser.token}
        headers = {"Referer": f"{HOST}/"}
        answer = browser.client.open(address(rule), method=method, base_url=HOST, data=sent, headers=headers)
    to_login = answer.status_code == 302 and answer.location.startswith("/login")
    assert answer.status_code == 401 or (to_login and not rule.rule.startswith(API))


@pytest.mark.parametrize(("rule", "method"), named(CHANGING))
def test_a_change_from_a_foreign_page_is_refused(auditor: Browser, rule: Rule, method: str) -> None:
    answer = auditor.client.open(address(rule), method=method, base_url=HOST, data={"csrf_token": "made up"})
    assert answer.status_code == (Unauthenticated if rule.rule.startswith(API) else FormRefused).status


@pytest.mark.parametrize(("rule", "method"), named([r for r in CHANGING if r[0].endpoint not in OPEN | OF_ONESELF]))
def test_who_may_write_nothing_changes_nothing(auditor: Browser, rule: Rule, method: str) -> None:
    sent, headers = {"csrf_token": auditor.token}, {"Referer": f"{HOST}/"}
    answer = auditor.client.open(address(rule), method=method, base_url=HOST, data=sent, headers=headers)
    assert 400 <= answer.status_code < 500
