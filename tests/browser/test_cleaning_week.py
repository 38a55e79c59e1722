"""A data manager's cleaning week, by keyboard alone: a listing by a condition, findings by check, site and age, how
complete the data are, freezing and locking in bulk with what is open, unlocking, and how the study stands."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import ward
from tests.browser.conftest import Arrive
from tests.browser.hospital import Hospital, open_hospital
from tests.browser.keyboard import Keyboard
from tests.conftest import Servers

NUMBERS = ("NJ01-S001", "NJ01-S002", "NJ01-S003")
REASON = "Interim analysis of June."
RUNS = [("en", 1440), ("zh-CN", 900)]


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.parametrize("sight", RUNS, ids=lambda sight: sight[0])
def test_a_data_manager_gets_through_a_cleaning_week_by_keyboard_alone(servers: Servers, arrive: Arrive) -> None:
    with open_hospital(servers("sqlite")) as hospital:
        _what_stands(hospital)
        keys = Keyboard(arrive(hospital, "chen.fang"))
        keys.look("worklist of a data manager")
        _lists_by_a_condition(keys)
        _sees_findings_by_check_site_and_age(keys)
        _sees_how_complete_the_data_are(keys)
        _freezes_in_bulk(keys)
        _locks_with_the_checklist(keys)
        _unlocks_with_a_reason(keys)
        _sees_how_the_study_stands(keys)


def _what_stands(hospital: Hospital) -> None:
    """Three subjects, the first with an open query that a check asks and nobody has judged, four days old."""
    for number, alt in zip(NUMBERS, ("96", "30", "35"), strict=True):
        ward.begin(hospital, number, alt)
    hospital.clock.forward(days=4)


def _lists_by_a_condition(keys: Keyboard) -> None:
    keys.go(keys.section("/listings"))
    keys.choose(keys.named("form"), "CHEM")
    keys.go(keys.button("Show"))
    keys.write(keys.named("where"), "ALT > 40 'mmHg'")
    keys.leave("Control+Enter")
    expect(keys.page.locator("#where-faults li")).to_have_count(1)
    keys.visitor.says(keys.words.said("Line %(line)s, column %(column)s:", line=1, column=7))
    keys.visitor.says(keys.words.said("Nothing is shown."))
    keys.look("condition with a fault")
    keys.write(keys.named("where"), "ALT > 32 'U/L'")
    keys.leave("Control+Enter")
    expect(keys.page.locator("table.listing tbody tr")).to_have_count(2)
    keys.open(keys.page.locator(".filters summary"))
    keys.look("listing by a condition")
    for first in ("NJ01-S003", "NJ01-S001"):
        keys.go(keys.page.locator("table.listing th a.sort", has_text=keys.words.item("CHEM", "ALT")))
        expect(keys.page.locator("table.listing tbody tr").first).to_contain_text(first)
    keys.to(keys.button("Export as CSV"))
    lines = Path(keys.file("Enter").path()).read_text("utf-8-sig").splitlines()
    assert [number in line for line in lines[1:3] for number in NUMBERS] == [True, False, False, False, False, True]


def _sees_findings_by_check_site_and_age(keys: Keyboard) -> None:
    keys.go(keys.section("/queries"))
    keys.look("queries")
    keys.go(keys.link("By check, site and age"))
    keys.look("findings by check and site")
    keys.choose(keys.named("columns"), "age")
    keys.go(keys.button("Apply"))
    keys.look("findings by check and age")
    keys.go(keys.page.locator("tbody tr", has_text="EC032").locator("td a").first)
    keys.visitor.says(keys.words.check("EC032"))
    keys.look("queries of a check and age")


def _sees_how_complete_the_data_are(keys: Keyboard) -> None:
    keys.go(keys.section("/subjects"))
    keys.go(keys.link("Completeness"))
    keys.look("completeness by visit")
    keys.choose(keys.named("by"), "site")
    keys.go(keys.button("Apply"))
    keys.look("completeness by site")


def _freezes_in_bulk(keys: Keyboard) -> None:
    keys.go(keys.section("/holds/bulk"))
    keys.look("freezing in bulk")
    boxes = keys.page.locator("[data-range] tbody input")
    keys.to(boxes.nth(0))
    keys.press("Space")
    keys.to(boxes.nth(2))
    keys.press("Shift+Space")
    assert [boxes.nth(at).is_checked() for at in range(3)] == [True] * 3
    keys.go(keys.page.locator("main form .panel-foot button"))
    _is_done(keys, 3)
    keys.look("frozen in bulk")
    keys.go(keys.link("Back to the subjects"))


def _locks_with_the_checklist(keys: Keyboard) -> None:
    keys.choose(keys.named("act"), "lock")
    keys.go(keys.button("Show"))
    keys.look("what is open before locking")
    keys.to(keys.named("all"))
    keys.press("Space")
    keys.write(keys.named("reason"), REASON)
    keys.leave("Control+Enter")
    _is_done(keys, 0)
    keys.visitor.says(keys.words.said("left out: something is open"))
    keys.look("locked but for what is open")
    keys.go(keys.link("Back to the subjects"))
    keys.to(keys.page.locator("[data-range] tbody input").first)
    keys.press("Space")
    keys.to(keys.named("despite_open"))
    keys.press("Space")
    assert keys.go(keys.page.locator("main form .panel-foot button")) == 422
    expect(keys.named("reason")).to_be_focused()
    keys.look("locking what is open needs a reason")
    keys.write(keys.named("reason"), REASON)
    keys.leave("Control+Enter")
    _is_done(keys, 1)
    keys.look("locked although something is open")


def _is_done(keys: Keyboard, number: int) -> None:
    expect(keys.page.locator(".tally-in b").first).to_have_text(str(number))


def _unlocks_with_a_reason(keys: Keyboard) -> None:
    keys.go(keys.page.locator("tbody th a").first)
    keys.look("casebook of a locked subject")
    keys.go(keys.link("Unlock").first)
    keys.look("about to unlock")
    keys.write(keys.page.locator("textarea"), "One value has to be corrected.")
    assert keys.go(keys.page.locator("main form button")) == 303
    keys.look("unlocked, still frozen")


def _sees_how_the_study_stands(keys: Keyboard) -> None:
    keys.go(keys.section("/"))
    keys.go(keys.page.locator("tbody th a", has_text="BEAM"))
    keys.open(keys.page.locator("#ages").locator("xpath=../..").locator("summary"))
    keys.look("how the study stands")
