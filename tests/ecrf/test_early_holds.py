"""A form of a visit is held before it has begun, so that it does not begin: by page and by API. The page
of a lock lists the checks that could not tell."""

from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from flask import Flask

from tests.conftest import Servers
from tests.ecrf.api.program import Program, record_at
from tests.ecrf.people import token_of
from tests.ecrf.web.beam_app import SAMPLE, BeamApp, beam_app, with_new_subject


@pytest.fixture(scope="module")
def opened(servers: Servers) -> Iterator[Flask]:
    with beam_app(servers("sqlite")) as app:
        yield app


@pytest.fixture
def beam(opened: Flask) -> BeamApp:
    """A subject whose screening has begun, without any laboratory form."""
    return with_new_subject(opened)


def held(beam: BeamApp, **named: Any) -> Any:
    program = Program(beam.app, token_of(beam.app, "chen"))
    return program.post("/holds", {"kind": "lock", "level": "form", "subject": beam.subject, **named})


def test_a_program_holds_a_form_that_has_not_begun_by_its_event_and_its_name(beam: BeamApp) -> None:
    undecided = held(beam, event="SE.SCR", form="CHEM", reason="sample lost")
    assert (undecided.status_code, undecided.json["needed"]) == (409, ["not_started"])
    hold = held(beam, event="SE.SCR", form="CHEM", reason="sample lost", despite_open=True)
    assert (hold.status_code, hold.json["level"], hold.json["kind"]) == (201, "form", "lock")
    assert hold.json["place"] == "Screening · Serum chemistry"
    staff = Program(beam.app, token_of(beam.app, "wang"))
    assert staff.save(record_at(beam.subject, "CHEM"), {"LABID": "LAB_A"}).status_code == 409
    assert staff.save(record_at(beam.subject, "HEM"), {"LABID": "LAB_A"}).status_code == 200
    assert held(beam, event="SE.SCR", form="CHEM").status_code == 409


@pytest.mark.parametrize(
    ("named", "status", "code"),
    [
        ({"event": "SE.W4", "form": "CHEM"}, 409, "illegal_state"),
        ({"event": "SE.UNS#1", "form": "CHEM"}, 409, "illegal_state"),
        ({"event": "SE.SCR", "form": "NOPE"}, 404, "not_found"),
        ({"event": "SE.NOPE", "form": "CHEM"}, 404, "not_found"),
        ({"event": "SE.SCR#1", "form": "CHEM"}, 404, "not_found"),
        ({"event": "SE.UNS", "form": "CHEM"}, 404, "not_found"),
        ({"event": "SE.SCR#x", "form": "CHEM"}, 404, "not_found"),
        ({"event": "SE.SCR"}, 422, "bad_input"),
        ({"form": "CHEM"}, 422, "bad_input"),
        ({"event": "SE.SCR", "form": "CHEM", "record": "x"}, 422, "bad_input"),
        ({"event": "SE.SCR", "form": "CHEM", "item": "ALT"}, 422, "bad_input"),
        ({"event": "SE.SCR", "form": "CHEM", "level": "subject"}, 422, "bad_input"),
    ],
)
def test_what_cannot_be_held_by_that_name_is_refused(
    beam: BeamApp, named: dict[str, str], status: int, code: str
) -> None:
    answer = held(beam, **named)
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_the_page_before_a_lock_names_the_checks_that_could_not_be_evaluated(beam: BeamApp) -> None:
    page = beam.page("chen").browser.get(f"/holds?kind=lock&level=subject&subject={beam.subject}").text
    listed = page[page.index("checks have a value to judge and could not be evaluated") :]
    form, _, date = listed.partition("EC014")
    assert f'<a href="/subjects/{beam.subject}/SE.SCR/SV">Screening · Visit date</a>' in form
    assert date.startswith("</span> Visit after the date of death.")


def test_a_data_manager_locks_a_form_that_has_not_begun_from_its_page(beam: BeamApp) -> None:
    page = beam.page("chen", form="CHEM")
    links = [part.split('"')[0] for part in page.text.split('href="') if part.startswith("/holds?level=form")]
    assert len(links) == 2
    lock = next(unescape(link) for link in links if "kind=lock" in link)
    browser = page.browser
    assert "Serum chemistry" in browser.get(lock).get_data(as_text=True)
    sent = dict(pair.split("=") for pair in lock.partition("?")[2].split("&"))
    assert browser.post("/holds", {**sent, "reason": "sample lost"}).status_code == 409
    answer = browser.post("/holds", {**sent, "reason": "sample lost", "despite_open": "1"})
    assert (answer.status_code, answer.location) == (303, page.path)
    page.open()
    assert "sample lost" in page.text
    staff = beam.page(form="CHEM")
    assert '<form id="form"' not in staff.text
    assert staff.browser.post(staff.path, {"revision": "0", **SAMPLE}).status_code == 409


def test_the_page_of_a_visit_that_has_not_begun_offers_no_hold(beam: BeamApp) -> None:
    page = beam.page("chen", form="CHEM", event="SE.W4")
    assert "/holds?" not in page.text
    target = {"kind": "lock", "level": "form", "subject": beam.subject, "event": "SE.W4", "form": "CHEM"}
    answer = page.browser.post("/holds", target)
    assert answer.status_code == 409
    assert "This visit has not begun: nothing of it can be held yet." in answer.get_data(as_text=True)


@pytest.mark.req("R-SEC-21")
def test_the_page_for_holding_a_form_is_for_whoever_may_hold_it(beam: BeamApp) -> None:
    target = {"kind": "lock", "level": "form", "subject": beam.subject, "event": "SE.SCR", "form": "CHEM"}
    for username, shown, posted in (("wang", 404, 403), ("liu", 404, 403), ("qian", 404, 404)):
        browser = beam.page(username).browser
        assert browser.get("/holds", query_string=target).status_code == shown
        assert browser.post("/holds", target).status_code == posted
