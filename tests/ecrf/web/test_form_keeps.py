"""Whatever is wrong with a post, what was typed is still on the page; over HTTP on both databases."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from tests.conftest import DIALECTS, Servers
from tests.ecrf.web.beam_app import SAMPLE, BeamApp, FormPage, beam_app, with_new_subject

NOBODYS = "019f3c5e-7b00-7a11-8f00-3c2d1e0f9a8b"


@pytest.fixture(scope="module", params=DIALECTS)
def opened(request: pytest.FixtureRequest, servers: Servers) -> Iterator[Flask]:
    """One application for all tests here; each acts on a subject of its own."""
    with beam_app(servers(request.param)) as app:
        yield app


@pytest.fixture
def beam(opened: Flask) -> BeamApp:
    return with_new_subject(opened)


def left(page: FormPage) -> str:
    """What the page says could not be saved, where it has no control for it."""
    found = re.search(r'id="unsaved-h".*?</section>', page.text, re.DOTALL)
    return re.sub(r"<[^>]+>", " ", found[0]) if found else ""


@pytest.mark.req("R-SEC-8")
def test_an_unreadable_character_is_refused_at_its_field_and_the_rest_is_saved(beam: BeamApp) -> None:
    page = beam.page().post(**SAMPLE, ALT="30", POTAS="4\x003")
    assert (page.status, page.value("POTAS"), page.value("ALT")) == (422, "4\x003", "30")
    assert ("ALT" in page.saved(), "POTAS" in page.saved()) == (True, False)
    page.post(**SAMPLE, ALT="31", AST="20", reason__ALT="other", note__ALT="mis\x00read")
    assert (page.status, page.value("ALT"), page.value("AST")) == (422, "31", "20")
    assert "control characters" in page.text


@pytest.mark.req("R-SEC-1")
@pytest.mark.parametrize("revision", [None, "", "x", "-1", "99999999999", "\x00"])
def test_a_page_that_does_not_say_what_it_shows_asks_which_answer_stands(beam: BeamApp, revision: str | None) -> None:
    page = beam.page().post(**SAMPLE, ALT="30", AST="20")
    sent = {**SAMPLE, "ALT": "31", "ALT.unit": "U/L", "AST": "20", "AST.unit": "U/L", "ALP": "70", "ALP.unit": "U/L"}
    said = {} if revision is None else {"revision": revision}
    page.answer = page.browser.post(page.path, {**sent, **said, "base": page.hidden("base")})
    assert (page.answer.status_code, page.value("ALT"), page.value("ALP")) == (412, "31", "70")
    assert "did not say which state of the form it showed" in page.text
    assert set(re.findall(r'name="collision" value="([^"]+)"', page.text)) == {"ALT", "ALP"}
    choices = {"choice__ALT": "yours", "choice__ALP": "yours", "reason__ALT": "transcription"}
    sent = {name.replace(".", "__"): value for name, value in sent.items()} | choices
    page.browser.post(page.path, {"revision": page.hidden("revision"), "base": page.hidden("base"), "collision": ["ALT",
        "ALP"], **{name.replace("__", "."): value for name, value in sent.items()}})  # fmt: skip
    assert {item: page.open().saved()[item]["v"] for item in ("ALT", "AST", "ALP")} == {
        "ALT": "31", "AST": "20", "ALP": "70"
    }  # fmt: skip


def test_a_first_save_that_does_not_say_what_it_was_typed_against_is_asked_about_too(beam: BeamApp) -> None:
    page = beam.page(form="HEM")
    for act in ("", "/complete"):
        page.answer = page.browser.post(page.path + act, {"PLT": "49", "PLT.unit": "10*9/L"})
        assert (page.answer.status_code, page.value("PLT")) == (412, "49")
        assert "did not say which state" in page.text
    taken_up = page.browser.post(page.path, {"PLT": "49", "PLT.unit": "10*9/L", "then": "show"})
    assert taken_up.status_code == 200


@pytest.mark.parametrize("query", [NOBODYS, "x", "'; --", "\x00"])
@pytest.mark.parametrize("act", ["", "/complete", "/answer"])
def test_an_answer_to_a_query_that_is_not_there_loses_nothing(beam: BeamApp, act: str, query: str) -> None:
    page = beam.page().post(act, **SAMPLE, ALT="30", answer=query, **{f"reply__{query}": "Repeat ordered."})
    assert (page.status, page.value("ALT"), page.saved()) == (422, "30", {})
    assert "There is no such query here" in page.text
    assert "Repeat ordered." in left(page)


def test_an_answer_to_a_query_that_closed_meanwhile_loses_nothing(beam: BeamApp) -> None:
    beam.page().post(**SAMPLE, ALT="81")
    page = beam.page()
    query = page.text.split('name="answer" value="')[1].split('"')[0]
    beam.page("zhang").post(**SAMPLE, ALT="79", reason__ALT="query")
    page.post(**SAMPLE, ALT="81", AST="20", **{f"reply__{query}": "Repeat ordered."})
    assert (page.status, page.value("AST")) == (409, "20")
    assert "Repeat ordered." in left(page)


def test_an_answer_to_another_sites_query_is_no_other_case(beam: BeamApp) -> None:
    page = beam.page("wang").post(**SAMPLE, ALT="81")
    query = page.text.split('name="answer" value="')[1].split('"')[0]
    pages = []
    elsewhere = with_new_subject(beam.app, "NJ02").page("qian")
    for asked in (query, NOBODYS):
        elsewhere.open().post(**SAMPLE, ALT="30", **{f"reply__{asked}": "Mine."})
        own = elsewhere.browser.token  # of the page, and another one after a second
        pages.append((elsewhere.status, elsewhere.text.replace(asked, "").replace(own, "")))
    assert pages[0] == pages[1]
    assert pages[0][0] == 422


@pytest.mark.parametrize("revision", ["0", "1"])
def test_an_item_the_form_does_not_have_is_shown_with_its_value(beam: BeamApp, revision: str) -> None:
    page = beam.page().post(**SAMPLE, ALT="30")
    sent = {**SAMPLE, "revision": revision, "ALT": "31", "ALT.unit": "U/L", "reason.ALT": "query", "ZZZ": "<b> 7"}
    page.answer = page.browser.post(page.path, sent)
    assert page.answer.status_code == 422 if revision == "1" else 412
    assert "ZZZ <b> 7" in " ".join(re.sub(r"</?d[tdl][^>]*>", " ", page.text).split())
    assert page.value("ALT") == "31"


@pytest.mark.req("R-SEC-8")
@pytest.mark.parametrize(
    ("username", "path", "field", "more"),
    [
        ("wang", "/subjects/new", "screening_number", {"site": "BEAM/NJ01"}),
        ("liu", "/records/{record}/query", "text", {"item": "ALT"}),
        ("liu", "/queries/{query}/close", "text", {}),
        ("chen", "/holds", "reason", {"kind": "lock", "level": "form", "record": "{record}"}),
    ],
)
def test_words_that_no_database_can_hold_come_back_on_their_page(
    beam: BeamApp, username: str, path: str, field: str, more: dict[str, str]
) -> None:
    page = beam.page().post(**SAMPLE, ALT="81")
    ids = {
        "query": page.text.split('name="answer" value="')[1].split('"')[0],
        "record": beam.page("liu").text.split('href="/records/')[1].split("/")[0],
    }
    browser = beam.page(username).browser
    sent = {name: value.format(**ids) for name, value in more.items()} | {field: "Why \x00 this?"}
    answer = browser.post(path.format(**ids), sent)
    assert (answer.status_code, "Why \x00 this?" in answer.text) == (422, True)
