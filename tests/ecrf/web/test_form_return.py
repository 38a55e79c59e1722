"""Where a save leads, and how what was typed before a log-in comes back; over HTTP on both databases."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.conftest import DIALECTS, Servers
from tests.ecrf.web.beam_app import SAMPLE, BeamApp, beam_app, with_new_subject


@pytest.fixture(scope="module", params=DIALECTS)
def opened(request: pytest.FixtureRequest, servers: Servers) -> Iterator[Flask]:
    """One application for all tests here; each acts on a subject of its own."""
    with beam_app(servers(request.param)) as app:
        yield app


@pytest.fixture
def beam(opened: Flask) -> BeamApp:
    return with_new_subject(opened)


def test_the_last_form_of_a_visit_leads_back_to_the_visit(beam: BeamApp) -> None:
    page = beam.page(form="IE")
    assert "Save and back to the visit" in page.text
    page.post(INC01="Y", then="visit")
    assert page.answer.request.path == f"/subjects/{beam.subject}"
    assert 'id="visit-SE.SCR"' in page.text


def test_what_was_typed_before_a_log_in_is_back_and_said_to_be_unsaved(beam: BeamApp) -> None:
    page = beam.page().post(**SAMPLE, ALT="30")
    assert "Saved 09:30 by Wang Min" in page.text
    page.post(**SAMPLE, ALT="30", AST="20", then="show")
    assert (page.status, page.value("AST"), "AST" in page.saved()) == (200, "20", False)
    assert "is back and not saved yet" in page.text
    assert "Not everything typed is saved" in page.text
    assert "Saved 09:30 by Wang Min" not in page.text


def test_what_was_typed_before_a_log_in_undoes_nothing_that_somebody_saved_meanwhile(beam: BeamApp) -> None:
    first, second = beam.page("wang"), beam.page("zhang")
    first.post(**SAMPLE, ALT="30", AST="20")
    second.post(**SAMPLE, ALT="31", AST="", ALP="70", then="show")
    assert (second.value("ALT"), second.value("AST"), second.value("ALP")) == ("31", "20", "70")
    assert "Both of you changed these" in second.text
    second.post(**SAMPLE, ALT="31", AST="20", ALP="70", collision="ALT", choice__ALT="theirs")
    assert (second.saved()["ALT"]["v"], second.saved()["ALP"]["v"]) == ("30", "70")
