"""A monitor's visit, by keyboard alone: what is new since the last look, the casebook read from form to form with its
histories and queries, a query raised, what was looked at marked so, the trail filtered and exported."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from ecrf.services import queries
from forms.datum import Datum
from tests.browser import ward
from tests.browser.conftest import Arrive
from tests.browser.hospital import Hospital, open_hospital
from tests.browser.keyboard import Keyboard
from tests.conftest import Servers

ASKED, ANSWERED = "The report shows 97 in handwriting. Which value stands?", "The printed one stands."
SETTLED, QUESTION = "Agreed with the source.", "Is the unit of the report the one entered here?"
RUNS = [("en", 1440), ("zh-CN", 900)]


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.parametrize("sight", RUNS, ids=lambda sight: sight[0])
def test_a_monitor_gets_through_a_visit_by_keyboard_alone(servers: Servers, arrive: Arrive) -> None:
    with open_hospital(servers("sqlite")) as hospital:
        _what_the_site_did(hospital)
        keys = Keyboard(arrive(hospital, "sun.li"))
        keys.look("worklist of a monitor")
        _sees_what_is_new(keys)
        _reads_from_form_to_form(keys)
        _settles_an_answer(keys)
        _raises_a_query(keys)
        _marks_the_subject_as_looked_at(keys, hospital)
        _filters_and_exports_the_trail(keys)


def _what_the_site_did(hospital: Hospital) -> None:
    """Three subjects, one with an answered query."""
    for number, alt in (("NJ01-S001", "96"), ("NJ01-S002", "30"), ("NJ01-S003", "30")):
        subject = ward.begin(hospital, number, alt)
    query = ward.ask(hospital, ward.record_of(hospital, subject, "CHEM"), "ALT", ASKED)
    with ward.acting(hospital) as coordinator:
        queries.answer(coordinator, query, ANSWERED)


def _sees_what_is_new(keys: Keyboard) -> None:
    keys.go(keys.section("/subjects"))
    keys.look("matrix")
    keys.go(keys.link("New since your last look"))
    expect(keys.page.locator("tbody tr")).to_have_count(3)
    keys.look("what is new")
    keys.to(keys.page.locator("tbody th a", has_text="NJ01-S003"))
    keys.press("ArrowDown", "ArrowUp")
    keys.leave("Enter")


def _reads_from_form_to_form(keys: Keyboard) -> None:
    keys.look("casebook that is read")
    keys.go(keys.page.locator(".reading h2 a").filter(has_text=keys.words.form("SV")))
    for form in ("DM", "MH"):
        keys.leave("Control+ArrowRight")
        expect(keys.page.locator("h1")).to_have_text(keys.words.form(form))
    keys.leave("Control+ArrowLeft")
    expect(keys.page.locator("h1")).to_have_text(keys.words.form("DM"))
    keys.look("a form that is read")
    keys.go(keys.page.locator(".crumbs a").last)
    keys.go(keys.page.locator(".reading h2 a").filter(has_text=keys.words.form("CHEM")))
    mark = keys.page.locator("tr", has=keys.page.get_by_text(keys.words.item("CHEM", "ALT"), exact=True)).first
    keys.to(mark.locator("[data-history]"))
    keys.press("F9")
    expect(keys.page.locator("#drawer h2")).to_be_focused()
    keys.look("history beside what is read")
    keys.press("Escape")
    expect(mark.locator("[data-history]")).to_be_focused()


def _settles_an_answer(keys: Keyboard) -> None:
    keys.press("F8")
    expect(keys.page.locator(":focus")).to_contain_text(ANSWERED)
    keys.press("F2")
    keys.page.keyboard.type(SETTLED)
    assert keys.leave("Control+Enter") == 303
    keys.visitor.says(SETTLED)
    keys.look("answer settled")


def _raises_a_query(keys: Keyboard) -> None:
    keys.open(keys.page.locator("summary", has_text=keys.words.said("Raise a query")))
    keys.choose(keys.named("item"), "ALT")
    keys.write(keys.page.locator(".ask textarea"), QUESTION)
    keys.look("query typed")
    assert keys.leave("Control+Enter") == 303
    keys.visitor.says(QUESTION)
    keys.look("query raised")


def _marks_the_subject_as_looked_at(keys: Keyboard, hospital: Hospital) -> None:
    looked = keys.words.said("Looked at")
    assert keys.go(keys.page.locator(".page-head").get_by_role("button", name=looked)) == 303
    keys.look("looked at")
    ward.correct(hospital, "NJ01-S003", "CHEM", {"ALT": Datum("33", "U/L")})
    keys.go(keys.page.locator(".crumbs a").first)
    keys.go(keys.link("New since your last look"))
    expect(keys.page.locator("tbody tr")).to_have_count(3)
    keys.go(keys.page.locator("tbody th a", has_text="NJ01-S003"))
    expect(keys.page.locator("tr.is-new")).to_contain_text("33 U/L")
    keys.look("what changed since the look")


def _filters_and_exports_the_trail(keys: Keyboard) -> None:
    keys.go(keys.page.locator(".context .push a"))
    keys.look("trail of a subject")
    keys.write(keys.named("item"), "ALT")
    keys.write(keys.named("was"), "=30")
    keys.choose(keys.named("reason"), "transcription")
    keys.go(keys.button("Apply"))
    expect(keys.page.locator(".acts tbody")).to_have_count(1)
    keys.look("trail filtered")
    keys.to(keys.button("Export this view"))
    lines = Path(keys.file("Enter").path()).read_text("utf-8-sig").splitlines()
    assert {"NJ01-S003" in line for line in lines[1:-1]} == {True}
    assert any("33" in line and ",ALT," in line for line in lines), lines
    keys.write(keys.named("now"), "34")
    keys.leave("Enter")
    keys.visitor.says(keys.words.said("Nothing matches."))
    keys.look("nothing in the trail matches")
