"""A form that arrives after its session has ended waits on the log-in page and can be sent again."""

import re
from html import unescape

import pytest
from flask import Flask

from tests.ecrf.browser import HOST, Browser
from tests.ecrf.conftest import Clock
from tests.ecrf.people import PASSWORD, add_person
from tests.ecrf.probe import install

pytestmark = pytest.mark.parametrize("server", ["sqlite"], indirect=True)

REFERRED = {"Referer": f"{HOST}/"}
TYPED = {"ALT": "81", "note.ALT": 'a "quoted" <b> & \n second line', "SYM": ["FEV", "PAIN"]}


def hidden(page: str) -> list[tuple[str, str]]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return [(unescape(name), unescape(value)) for name, value in found]


@pytest.fixture
def late(app: Flask, time: Clock) -> Browser:
    """A browser in which Ann's session has ended over an open form."""
    install(app)
    add_person(app, "ann")
    browser = Browser(app)
    browser.log_in("ann", PASSWORD)
    browser.get("/login")
    time.forward(minutes=20)
    return browser


def kept(page: str) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for name, value in hidden(page):
        fields.setdefault(name, []).append(value.replace("\r\n", "\n"))
    return fields


@pytest.mark.req("R-SEC-18")
def test_what_was_typed_survives_the_end_of_the_session(late: Browser) -> None:
    asked = late.post("/probe/write?x=1", TYPED)
    assert asked.status_code == 401
    carried = kept(asked.text)
    assert carried["kept.SYM"] == ["FEV", "PAIN"]
    del carried["csrf_token"]
    again = late.log_in("ann", PASSWORD, **carried)
    assert again.status_code == 200
    assert 'action="/probe/write?x=1"' in again.text
    sent = kept(again.text)
    del sent["csrf_token"]
    assert sent == {"ALT": ["81"], "note.ALT": [TYPED["note.ALT"]], "SYM": ["FEV", "PAIN"]}
    assert late.post("/probe/write?x=1", sent).status_code == 200


def test_it_survives_a_mistyped_password(late: Browser) -> None:
    carried = kept(late.post("/probe/write", TYPED).text)
    del carried["csrf_token"]
    refused = late.log_in("ann", "mistyped", **carried)
    assert refused.status_code == 401
    assert kept(refused.text)["kept.ALT"] == ["81"]


def test_somebody_else_does_not_get_to_send_it(app: Flask, late: Browser) -> None:
    add_person(app, "bob")
    carried = kept(late.post("/probe/write", TYPED).text)
    del carried["csrf_token"]
    assert late.log_in("bob", PASSWORD, **carried).status_code == 302


def test_a_form_left_open_can_be_sent_after_logging_in_elsewhere(late: Browser) -> None:
    left_open = late.token
    late.log_in("ann", PASSWORD)
    late.token = left_open
    assert late.post("/probe/write", TYPED).status_code == 200


def test_a_live_part_is_told_that_the_session_has_ended(late: Browser) -> None:
    htmx = {"HX-Request": "true"}
    assert late.get("/probe", headers=htmx).headers["HX-Redirect"] == "/login"
    assert late.post("/probe/write", TYPED, headers=htmx).status_code == 401


@pytest.mark.req("R-SEC-18")
def test_what_was_typed_survives_a_log_out_in_another_window(late: Browser) -> None:
    late.log_in("ann", PASSWORD)
    left_open = late.token
    late.post("/logout")
    for token in (left_open, "forged", ""):
        late.token = token
        asked = late.client.post("/probe/write", data={**TYPED, "csrf_token": token}, base_url=HOST, headers=REFERRED)
        assert asked.status_code == 401
        carried = kept(asked.text)
        assert carried["kept.SYM"] == ["FEV", "PAIN"]
    again = late._keep_token(asked) and late.log_in("ann", PASSWORD, **{**carried, "csrf_token": late.token})
    assert kept(again.text)["ALT"] == ["81"]
    late.token = left_open
    assert late.post("/probe/write", TYPED).status_code == 200


@pytest.mark.req("R-SEC-18")
def test_what_was_typed_survives_the_loss_of_all_cookies(app: Flask, late: Browser) -> None:
    fresh = Browser(app)
    asked = fresh._keep_token(fresh.client.post("/probe/write", data=TYPED, base_url=HOST, headers=REFERRED))
    carried = kept(asked.text)
    del carried["csrf_token"]
    assert kept(fresh.log_in("ann", PASSWORD, **carried).text)["ALT"] == ["81"]


def test_somebody_else_does_not_get_to_send_it_after_a_log_out_either(app: Flask, late: Browser) -> None:
    add_person(app, "bob")
    late.log_in("ann", PASSWORD)
    late.post("/logout")
    carried = kept(late.post("/probe/write", TYPED).text)
    del carried["csrf_token"]
    assert late.log_in("bob", PASSWORD, **carried).status_code == 302


@pytest.mark.req("R-SEC-25")
def test_what_another_site_sends_waits_nowhere(late: Browser) -> None:
    late.post("/logout")
    carried = {"resume": "/probe/write", "kept.ALT": "666", "username": "ann", "password": "x"}
    for path, sent in (("/probe/write", {"ALT": "666"}), ("/login", carried)):
        answer = late.post(path, sent, headers={"Origin": "https://evil.example"})
        assert (answer.status_code, "666" in answer.text) == (403, False), path


@pytest.mark.req("R-SEC-32")
def test_it_survives_too_many_log_ins_and_a_log_in_page_that_is_out_of_date(make_app) -> None:
    late = Browser(install(make_app(log_in_rate="1 per minute")))
    carried = kept(late.post("/probe/write", TYPED).text)
    del carried["csrf_token"]
    for status, token in ((401, None), (429, None), (403, "forged")):
        late.token = token or late.token
        answer = late.log_in("ann", "wrong", **carried)
        assert answer.status_code == status
        assert (kept(answer.text)["kept.ALT"], kept(answer.text)["resume"]) == (["81"], ["/probe/write"])
        assert 'value="ann"' in answer.text


def test_a_log_out_without_a_session_leaves_nothing_to_send(late: Browser) -> None:
    asked = late.post("/logout")
    assert (asked.status_code, "resume" in kept(asked.text)) == (401, False)
