"""A coordinator's clinic day, by keyboard alone: what waits, a new subject, a visit planned and entered, a tab lost and
its draft found, a query answered, what was not done, what was a mistake, the gate of enrolment, the visit on paper."""

import pytest
from playwright.sync_api import expect

from tests.browser import ward
from tests.browser.conftest import Arrive
from tests.browser.entry import DEMOGRAPHY, SAMPLE, VISIT
from tests.browser.hospital import Hospital, open_hospital
from tests.browser.keyboard import Keyboard
from tests.conftest import Servers

NUMBER = "NJ01-S101"
ALT_TWICE, QUESTION = "EC032", "The report shows 97 in handwriting. Which value stands?"
ANSWER = "It stands so on the printed report."
RUNS = [("en", 1440), ("zh-CN", 900)]


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.parametrize("sight", RUNS, ids=lambda sight: sight[0])
def test_a_coordinator_gets_through_a_clinic_day_by_keyboard_alone(servers: Servers, arrive: Arrive) -> None:
    with open_hospital(servers("sqlite")) as hospital:
        _a_morning(hospital)
        keys = Keyboard(arrive(hospital, "wang.min"))
        keys.look("worklist in the morning")
        _registers_a_subject_and_plans_the_visit(keys)
        _enters_the_first_forms(keys)
        _loses_the_tab_and_finds_the_draft(keys)
        _saves_and_answers_the_query(keys)
        _marks_a_form_not_done(keys)
        _removes_a_row_entered_by_mistake(keys)
        _enrols_through_the_gate(keys)
        _prints_the_visit(keys)


def _a_morning(hospital: Hospital) -> None:
    """Eight subjects at the site: three have begun, one of them is asked about, five are expected today."""
    for number, alt in (("NJ01-S001", "30"), ("NJ01-S002", "96"), ("NJ01-S003", "30")):
        begun = ward.begin(hospital, number, alt)
    ward.ask(hospital, ward.record_of(hospital, begun, "CHEM"), "ALT", QUESTION)
    for at, number in enumerate(("NJ01-S004", "NJ01-S005", "NJ01-S006", "NJ01-S007", "NJ01-S008")):
        ward.expect_at(hospital, hospital.register(number), f"{9 + at:02}:30")


def _registers_a_subject_and_plans_the_visit(keys: Keyboard) -> None:
    assert keys.go(keys.link("Add a subject")) == 200
    keys.look("add a subject")
    keys.write(keys.named("screening_number"), NUMBER)
    assert keys.leave("Enter") == 303
    keys.look("casebook of a new subject")
    keys.go(keys.link("Visit dates"))
    row = keys.page.locator("tr", has=keys.page.locator("[name=on]")).filter(has_text=keys.words.event("SE.SCR"))
    keys.write(row.locator("[name=on]"), "4 Mar")
    assert keys.leave("Enter") == 422
    keys.look("a day that is none")
    keys.write(row.locator("[name=on]"), "2026-03-04")
    keys.write(row.locator("[name=at]"), "14:30")
    assert keys.leave("Enter") == 303
    keys.look("visit planned")
    keys.go(keys.page.locator(".context .id"))


def _enters_the_first_forms(keys: Keyboard) -> None:
    say = keys.words
    keys.go(keys.link("Continue with %(visit)s, %(form)s", visit=say.event("SE.SCR"), form=say.form("SV")))
    for form, answers in (("SV", VISIT), ("DM", DEMOGRAPHY)):
        expect(keys.page.locator("h1")).to_contain_text(say.form(form))
        keys.answer(answers)
        keys.look(f"{form} typed")
        assert keys.go(keys.button("Save and next form")) == 303
    keys.look("rows of a form, none yet")


def _loses_the_tab_and_finds_the_draft(keys: Keyboard) -> None:
    _opens_form(keys, "CHEM")
    keys.answer({**SAMPLE, "FASTING": "Y", "ALT": "81", "ALT_CS": "N"})
    keys.press("Tab")
    expect(keys.page.locator("#saved")).to_contain_text(keys.words.said("Draft kept %(time)s"))
    keys.look("CHEM typed")
    keys.new_tab("/")
    keys.look("worklist with a draft")
    keys.go(keys.page.locator("#drafts").locator("xpath=../..").get_by_role("link"))
    assert (keys.visitor.typed("ALT"), keys.visitor.typed("LBDTC.time")) == ("81", "08:00")
    keys.look("draft found again")


def _saves_and_answers_the_query(keys: Keyboard) -> None:
    assert keys.leave("Control+s") == 303
    expect(keys.page.locator(".flash")).to_have_text(keys.words.said("Saved"))
    keys.press("F8")
    expect(keys.page.locator(":focus")).to_contain_text(keys.words.check(ALT_TWICE))
    keys.press("F2")
    keys.page.keyboard.type(ANSWER)
    assert keys.leave("Control+Enter") == 303
    expect(keys.page.locator("#row-ALT .mark.c-answered")).to_have_count(1)
    keys.look("query answered")


def _marks_a_form_not_done(keys: Keyboard) -> None:
    _opens_form(keys, "GLU")
    keys.open(keys.page.locator("summary", has_text=keys.words.said("This form was not done …")))
    keys.choose(keys.named("code"), "site_reason")
    keys.look("about to mark a form not done")
    assert keys.go(keys.button("Mark not done")) == 303
    keys.visitor.says(keys.words.said("This form was not done"))
    keys.look("form not done")


def _removes_a_row_entered_by_mistake(keys: Keyboard) -> None:
    _opens_form(keys, "MH")
    keys.go(keys.link("Add a row"))
    keys.answer({"MHCAT": "GEN", "MHTERM": "Asthma.", "MHONGO": "Y"})
    keys.look("new row typed")
    assert keys.go(keys.button("Save and back to the rows")) == 303
    keys.go(keys.page.locator("table.rows tbody th a"))
    keys.open(keys.page.locator("summary", has_text=keys.words.said("This row was entered by mistake …")))
    keys.choose(keys.named("code"), "wrong_subject")
    keys.look("about to remove a row")
    assert keys.go(keys.button("Remove")) == 303
    expect(keys.page.locator("tr.is-removed")).to_have_count(1)
    keys.look("rows with a removed one")


def _enrols_through_the_gate(keys: Keyboard) -> None:
    assert _tries_to_enrol(keys) == 409
    keys.visitor.says(keys.words.said("The data do not let this subject be enrolled."))
    keys.look("enrolment refused")
    keys.go(keys.page.locator(".state-acts").get_by_role("link", name=keys.words.check(ALT_TWICE)))
    keys.write(keys.named("ALT"), "79")
    keys.press("Tab")
    keys.answer({"reason.ALT": "transcription"})
    assert keys.leave("Control+s") == 303
    _opens_form(keys, "IE")
    keys.to(keys.named("INC01").first)
    keys.press(*"yyyyy", *"nnnnnnnnnnnnnnnnn")
    keys.answer({"IEDAT": "2026-03-04", "ENRLYN": "Y"})
    expect(keys.named("ENRLDAT")).to_be_visible()
    keys.answer({"ENRLDAT": "2026-03-04", "SUBJID": "NJ01-001", "PIAPPR": "Y"})
    assert keys.leave("Control+s") == 303
    keys.look("eligibility answered")
    assert _tries_to_enrol(keys) == 303
    expect(keys.page.locator(".context .id")).to_have_text("NJ01-001")
    keys.look("subject enrolled")


def _tries_to_enrol(keys: Keyboard) -> int:
    keys.go(keys.page.locator(".context .id"))
    keys.open(keys.page.locator("summary", has_text=keys.words.said("Enrol the subject …")))
    return keys.go(keys.button("Enrol"))


def _prints_the_visit(keys: Keyboard) -> None:
    keys.go(keys.link("Print the visit"))
    keys.visitor.says("Asthma.")
    keys.to(keys.button("Print"))
    keys.look("visit for paper")


def _opens_form(keys: Keyboard, form: str) -> None:
    """From wherever one is: to the subject, its visit, and the form."""
    keys.go(keys.page.locator(".context .id"))
    keys.go(keys.page.locator("details[open] .forms-grid").get_by_role("link", name=keys.words.form(form)))
    expect(keys.page.locator("h1")).to_contain_text(keys.words.form(form))
