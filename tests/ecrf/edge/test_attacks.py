"""Posts that no page of ours sends: refused with a clear word before anything is locked, and never a fault of ours."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from flask import Flask

from tests.conftest import DIALECTS, Servers
from tests.ecrf.web.beam_app import SAMPLE, BeamApp, beam_app, with_new_subject


@pytest.fixture(scope="module", params=DIALECTS)
def opened(request: pytest.FixtureRequest, servers: Servers) -> Iterator[Flask]:
    with beam_app(servers(request.param)) as app:
        yield app


@pytest.fixture
def beam(opened: Flask) -> BeamApp:
    return with_new_subject(opened)


def test_a_post_of_more_answers_than_any_form_has_is_refused_whole(beam: BeamApp) -> None:
    page = beam.page().post(**{f"A{number}": "x" for number in range(2001)})
    assert page.status == 413
    assert page.open().value("ALT") == ""


@pytest.mark.parametrize("base", ["[" * 100_000, '{"ALT": {"v": "\\ud800"}}', '{"\\ud800": {"v": "1"}}'])
def test_a_forged_base_is_a_page_that_does_not_say(beam: BeamApp, base: str) -> None:
    beam.page().post(**SAMPLE, ALT="30")
    page = beam.page()
    answer = page.browser.post(page.path, {"revision": "0", "base": base, "ALT": "31", "ALT.unit": "U/L"})
    assert answer.status_code == 412


@pytest.mark.parametrize("revision", ["0", "1"])
def test_an_item_the_form_does_not_have_is_refused_by_its_name(beam: BeamApp, revision: str) -> None:
    beam.page().post(**SAMPLE, ALT="30")
    page = beam.page()
    sent = {"revision": revision, "ALT": "31", "ALT.unit": "U/L", "ZZZ": "<script>"}
    answer = page.browser.post(page.path, sent)
    assert answer.status_code in {412, 422}
    assert "<script>" not in answer.text.partition("<main")[2]


def test_a_file_under_an_items_name_is_refused_by_its_name(beam: BeamApp) -> None:
    page = beam.page()
    sent = {"revision": "0", "ALT": (BytesIO(b"81"), "alt.txt"), "AST": "20"}
    answer = page.browser.post(page.path, sent, headers={"Accept-Language": "en"})
    assert answer.status_code == 422
    assert "<dt>ALT</dt><dd>A file was sent under this name" in answer.text
    assert page.open().value("AST") == ""
