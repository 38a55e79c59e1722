"""A subject as a whole, on the casebook: enrolled where the data let it, ended, corrected, moved to another site."""

import re

import pytest

from tests.ecrf.browser import Browser
from tests.ecrf.web.beam_app import PASSWORD, BeamApp, beam_app, with_new_subject


@pytest.fixture(scope="module")
def app(servers):
    with beam_app(servers("sqlite")) as app:
        yield app


@pytest.fixture
def beam(app) -> BeamApp:
    return with_new_subject(app)


def browser(beam: BeamApp, who: str) -> Browser:
    made = Browser(beam.app)
    made.log_in(who, PASSWORD)
    return made


def casebook(beam: BeamApp, who: str = "wang") -> str:
    return browser(beam, who).get(f"/subjects/{beam.subject}").get_data(as_text=True)


def offered(page: str) -> set[str]:
    """The acts on the subject that the page offers."""
    panel = page.partition('id="status"')[2].partition("</section>")[0]
    return set(re.findall(r'name="act" value="(\w+)"', panel))


@pytest.mark.req("R-GCP-3")
def test_what_holds_enrolment_up_is_named_with_the_way_to_it(beam: BeamApp) -> None:
    assert offered(casebook(beam)) == {"enrol", "screen_failure"}
    sent = {"act": "enrol", "number": "NJ01-009"}
    answer = browser(beam, "wang").post(f"/subjects/{beam.subject}/status", sent)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "The data do not let this subject be enrolled." in page
    assert f'<a href="/subjects/{beam.subject}/SE.SCR/IE">“Enrol this subject?” is not answered with “Yes”.</a>' in page
    assert 'value="NJ01-009"' in page


def test_a_screen_failure_needs_its_reason_and_is_taken_back(beam: BeamApp) -> None:
    hand, path = browser(beam, "wang"), f"/subjects/{beam.subject}/status"
    refused = hand.post(path, {"act": "screen_failure", "text": " "})
    assert refused.status_code == 422
    assert "Say in words why." in refused.get_data(as_text=True)
    assert hand.post(path, {"act": "screen_failure", "text": "Too old."}).status_code == 303
    page = casebook(beam)
    assert "Screen failure" in page
    assert offered(page) == {"correct"}
    assert hand.post(path, {"act": "correct", "text": "Was not."}).status_code == 303
    assert hand.post(path, {"act": "expel", "text": "x"}).status_code == 404


@pytest.mark.req("R-GCP-16")
def test_a_data_manager_moves_a_subject_and_its_site_sees_it_no_longer(beam: BeamApp) -> None:
    assert offered(casebook(beam, "chen")) == {"transfer"}
    assert offered(casebook(beam, "liu")) == set()
    hand, path = browser(beam, "chen"), f"/subjects/{beam.subject}/transfer"
    assert hand.post(path, {"site": "NJ02", "text": ""}).status_code == 422
    assert hand.post(path, {"site": "NJ02", "text": "The family moved."}).status_code == 303
    assert browser(beam, "wang").get(f"/subjects/{beam.subject}").status_code == 404
    assert browser(beam, "qian").get(f"/subjects/{beam.subject}").status_code == 200
    assert browser(beam, "qian").get(f"/subjects/{beam.subject}/trail").get_data(as_text=True).count("Wang Min") > 1
