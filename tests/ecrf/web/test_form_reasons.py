"""Why saved answers change, said at the page of a form: what is asked for, and what is wrong with it."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from audit.tables import trail_changes, trail_entries
from ecrf.db import db
from ecrf.services.words import CHANGE_REASONS
from ecrf.web.words import REASONS
from tests.conftest import Servers
from tests.ecrf.web.beam_app import SAMPLE, BeamApp, FormPage, beam_app, with_new_subject


@pytest.fixture(scope="module")
def opened(servers: Servers) -> Iterator[Flask]:
    """One application for all tests here; each acts on a subject of its own."""
    with beam_app(servers("sqlite")) as app:
        yield app


@pytest.fixture
def beam(opened: Flask) -> BeamApp:
    return with_new_subject(opened)


@pytest.fixture
def page(beam: BeamApp) -> FormPage:
    """Chemistry, whose ALT of 30 is saved."""
    return beam.page().post(**SAMPLE, ALT="30")


@pytest.mark.req("R-GCP-5")
def test_a_saved_value_changes_only_with_a_reason(beam: BeamApp) -> None:
    page = beam.page().post(**SAMPLE, ALT="81")
    assert "81 U/L" in page.text
    assert "twice the upper limit of 40 U/L" in page.text
    page.post(**SAMPLE, ALT="79")
    assert (page.status, page.value("ALT")) == (422, "79")
    assert "Nothing was saved yet: 1 saved answer changes and needs a reason" in page.text
    assert page.saved()["ALT"]["v"] == "81"
    page.post(**SAMPLE, ALT="79", reason__ALT="transcription", note__ALT="misread")
    assert (page.status, page.saved()["ALT"]["v"]) == (303, "79")
    assert "Exclusion 2: ALT" not in page.text


def test_the_first_reason_can_stand_for_all_changes(beam: BeamApp) -> None:
    page = beam.page().post(**SAMPLE, ALT="30", AST="20")
    page.post(**SAMPLE, ALT="31", AST="21", reason__ALT="query", reason__AST="", same_reason="1")
    assert (page.status, page.saved()["AST"]["v"]) == (303, "21")


@pytest.mark.req("R-SEC-8", "R-GCP-5")
@pytest.mark.parametrize(
    ("code", "note", "said", "wrong"),
    [
        ("because", "misread", "“because” is no reason of the list", "r-ALT"),
        ("transcription ", "misread", "“transcription ” is no reason of the list", "r-ALT"),
        ("other", "", "“Other reason” needs words: say which.", "n-ALT"),
        ("other", " \t ", "“Other reason” needs words: say which.", "n-ALT"),
        ("query", "x" * 2001, "Write something, at most 2000 characters.", "n-ALT"),
        ("query", "bell \x07", "This holds control characters or broken characters.", "n-ALT"),
    ],
)
def test_what_is_wrong_with_a_reason_is_said_at_its_field_and_everything_typed_stays(
    page: FormPage, code: str, note: str, said: str, wrong: str
) -> None:
    page.post(**SAMPLE, ALT="31", AST="20", reason__ALT=code, note__ALT=note)
    assert (page.status, page.value("ALT"), page.value("AST")) == (422, "31", "20")
    assert page.text.count(said) >= 2, "at its field and at the head of the page"
    assert f'href="#{wrong}"' in page.text
    control = re.search(rf'<(?:select|input)[^>]* id="{wrong}"[^>]*>', page.text)[0]
    assert 'aria-invalid="true"' in control
    assert page.value("n-ALT").strip() == note.strip()
    assert page.saved()["ALT"]["v"] == "30"
    page.post(**SAMPLE, ALT="31", AST="20", reason__ALT="other", note__ALT="another tube")
    assert (page.status, page.saved()["ALT"]["v"]) == (303, "31")


def test_the_page_offers_the_reasons_of_the_list(page: FormPage) -> None:
    page.post(**SAMPLE, ALT="31")
    offered = re.search(r'<select[^>]* id="r-ALT".*?</select>', page.text, re.DOTALL)[0]
    assert tuple(filter(None, re.findall(r'<option value="([^"]*)"', offered))) == CHANGE_REASONS
    assert set(CHANGE_REASONS) <= set(REASONS)


@pytest.mark.req("R-DM-16", "R-11-9")
def test_of_two_saves_at_once_the_trail_tells_what_of_the_later_one_did_not_stand(beam: BeamApp) -> None:
    first, second = beam.page("wang"), beam.page("zhang")
    first.post(**SAMPLE, ALT="30", ALP="60")
    second.post(**SAMPLE, ALT="31", AST="20")
    assert (second.status, second.saved()["AST"]["v"]) == (412, "20")
    query = (
        select(trail_entries.c.action, trail_entries.c.reason_code, trail_changes.c.path)
        .join(trail_changes, (trail_changes.c.chain == trail_entries.c.chain)
              & (trail_changes.c.sequence == trail_entries.c.sequence))
        .where(trail_entries.c.subject == beam.subject, trail_changes.c.mark == "refused")
    )  # fmt: skip
    with beam.app.app_context():
        told = [(row.action, row.reason_code, row.path.rpartition("/")[2]) for row in db.session.execute(query)]
    assert told == [("act.refused", "stale", "ALT")]
