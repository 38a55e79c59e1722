"""The main job in a real browser, on both databases: a visit is entered, checked, trailed, reviewed and locked."""

import pytest
from playwright.sync_api import expect

from tests.browser import ways_in
from tests.browser.conftest import Arrive
from tests.browser.entry import FORMS, form_at
from tests.browser.hand import Hand, hand_at
from tests.browser.hospital import Hospital, open_hospital
from tests.browser.visitor import Visitor
from tests.conftest import DIALECTS, Servers

NUMBER = "NJ01-S101"
TITLES = {"SV": "Visit date", "DM": "Informed consent", "HEM": "Haematology", "CHEM": "Serum chemistry"}
EXCLUSION_2, EXCLUSION_13 = "Exclusion 2: ALT is more than 2 x ULN.", "Exclusion 13: platelets below 50,000/uL."


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.req("R-11-5", "R-GCP-10", "R-DM-16", "R-AUD-5")
def test_a_visit_is_entered_checked_trailed_reviewed_and_locked(dialect: str, servers: Servers, arrive: Arrive) -> None:
    with open_hospital(servers(dialect)) as hospital, hand_at(hospital.database, servers(dialect)) as hand:
        coordinator = arrive(hospital, "wang.min")
        subject = _registers_and_enters(coordinator)
        _platelets_below_the_boundary_ask(coordinator, subject)
        _alt_above_twice_its_limit_asks(coordinator, subject)
        _a_correction_needs_a_reason_and_closes_the_query(coordinator, subject)
        _a_monitor_reads_and_changes_nothing(arrive(hospital, "sun.li"), arrive(hospital, "qian.yu"), subject)
        manager = arrive(hospital, "chen.fang")
        _frozen_means_no_change(manager, coordinator, subject)
        _locked_means_no_change_by_any_way_in(manager, coordinator, subject, hand)
        _unlocking_needs_a_reason(manager, coordinator, subject)
        _what_is_changed_behind_the_trail_is_named(hospital, hand)


def _registers_and_enters(coordinator: Visitor) -> str:
    """Register a subject and enter the visit; ALT 80 and platelets 50000 /µL ask nothing."""
    coordinator.expect_accessible()
    coordinator.page.get_by_role("link", name="Add a subject").click()
    coordinator.expect_accessible()
    coordinator.page.fill("[name=screening_number]", NUMBER)
    coordinator.page.get_by_role("button", name="Add the subject").click()
    coordinator.says("Casebook")
    coordinator.expect_accessible()
    subject = coordinator.page.url.rpartition("/")[2]
    coordinator.page.get_by_role("link", name="Continue with Screening").click()
    for form, answers in FORMS.items():
        if form == "HEM":  # the history that follows the demography in the plan is entered later
            expect(coordinator.page.locator("h1")).to_contain_text("Medical history")
            coordinator.open(form_at(subject, form))
        expect(coordinator.page.locator("h1")).to_contain_text(TITLES[form])
        coordinator.fill(answers)
        last = form == "CHEM"
        assert (coordinator.save() if last else coordinator.press("button[value=next]")) == 303
    for form, words in (("CHEM", EXCLUSION_2), ("HEM", EXCLUSION_13)):
        coordinator.open(form_at(subject, form))
        coordinator.says_nothing_of(words)
    return subject


def _platelets_below_the_boundary_ask(coordinator: Visitor, subject: str) -> None:
    """49999 /µL and 49.999 ×10⁹/L both ask; what was typed stays as typed."""
    for value, unit in (("49999", "/uL"), ("50000", "/uL"), ("49.999", "10*9/L")):
        coordinator.open(form_at(subject, "HEM"))
        coordinator.fill({"PLT.unit": unit, "PLT": value})
        coordinator.give_reason("PLT")
        assert coordinator.save() == 303
        assert (coordinator.typed("PLT"), coordinator.typed("PLT.unit")) == (value, unit)
        (coordinator.says_nothing_of if value == "50000" else coordinator.says)(EXCLUSION_13)
    coordinator.says("Compared")
    coordinator.expect_accessible()


def _alt_above_twice_its_limit_asks(coordinator: Visitor, subject: str) -> None:
    """81 is kept, and the query says 81 U/L, the limit of 40 U/L, its row, and 2 × 40 = 80."""
    coordinator.open(form_at(subject, "CHEM"))
    coordinator.fill({"ALT": "81"})
    coordinator.give_reason("ALT")
    assert coordinator.save() == 303
    assert coordinator.typed("ALT") == "81"
    finding = coordinator.page.locator("[data-finding]", has_text=EXCLUSION_2)
    for words in (
        "81 U/L is more than 80 U/L", "upper limit of 40 U/L", "Local lab A (Nanjing main campus)", "7 – 40 U/L",
        "from 2026-01-01", "2 × 40 = 80", "EC032", "4 Mar 2026",
    ):  # fmt: skip
        expect(finding).to_contain_text(words)
    expect(finding.locator(".thread")).to_contain_text("open")
    coordinator.expect_accessible()


def _a_correction_needs_a_reason_and_closes_the_query(coordinator: Visitor, subject: str) -> None:
    coordinator.fill({"ALT": "79"})
    coordinator.page.keyboard.press("Tab")
    expect(coordinator.control("reason.ALT")).to_be_visible()
    assert coordinator.save() == 422
    coordinator.says("Nothing was saved yet: 1 saved answer changes and needs a reason")
    assert coordinator.typed("ALT") == "79"
    coordinator.expect_accessible()
    coordinator.fill({"reason.ALT": "transcription", "note.ALT": "read from the line above"})
    assert coordinator.save() == 303
    coordinator.says_nothing_of(EXCLUSION_2)
    expect(coordinator.page.locator("#row-ALT .c-closed")).to_contain_text("closed", ignore_case=True)


def _a_monitor_reads_and_changes_nothing(monitor: Visitor, stranger: Visitor, subject: str) -> None:
    monitor.open(form_at(subject, "CHEM"))
    assert monitor.page.locator("main form input:not([type=hidden]), main [data-save]").count() == 0
    monitor.expect_accessible()
    monitor.page.get_by_role("link", name="Trail of this form").click()
    entry = monitor.page.locator("tbody", has_text="read from the line above").first
    for words in ("Wang Min", "Coordinator, NJ01", "4 Mar 2026", "81 U/L", "79 U/L", "Transcription error"):
        expect(entry).to_contain_text(words)
    monitor.says("Query 2 opened")
    monitor.says("Query 2 closed, resolved by data")
    monitor.expect_accessible()
    entry.get_by_role("link", name="Alanine aminotransferase").click()
    expect(monitor.page.locator("#drawer")).to_contain_text("was 81 U/L")
    monitor.page.get_by_role("link", name="On a page of its own").click()
    history = monitor.page.locator(".steps")
    for words in ("79 U/L was 81 U/L", "81 U/L was 80 U/L", "80 U/L first value", "Transcription error",
                  "read from the line above", "Wang Min, Coordinator", "UTC+8", "opened", "closed"):  # fmt: skip
        expect(history).to_contain_text(words)
    monitor.expect_accessible()
    typed = {"revision": "4", "ALT": "12", "reason.ALT": "transcription"}
    assert monitor.send(form_at(subject, "CHEM"), typed) == 403
    for path in (f"/subjects/{subject}", form_at(subject, "CHEM"), f"/subjects/{subject}/trail"):
        assert stranger.open(path).status == 404
    assert stranger.send(form_at(subject, "CHEM"), typed) == 404
    stranger.expect_accessible()


def _frozen_means_no_change(manager: Visitor, coordinator: Visitor, subject: str) -> None:
    coordinator.open(form_at(subject, "CHEM"))
    manager.open(form_at(subject, "CHEM"))
    manager.holds("Freeze the form", "Cleaning is done")
    coordinator.fill({"AST": "33"})
    assert coordinator.save() == 409
    coordinator.says("33 U/L")
    coordinator.says("Frozen")
    coordinator.expect_accessible()


def _locked_means_no_change_by_any_way_in(manager: Visitor, coordinator: Visitor, subject: str, hand: Hand) -> None:
    hospital = manager.hospital
    manager.holds("Lock the form", "Interim analysis")
    manager.says("Interim analysis")
    manager.expect_accessible()
    before = hand.run("SELECT data, revision FROM records WHERE form = 'CHEM'")
    assert coordinator.send(form_at(subject, "CHEM"), {"revision": str(before[0][1]), "AST": "33"}) == 409
    coordinator.open(form_at(subject, "CHEM"))
    coordinator.says("Locked by Chen Fang")
    assert coordinator.page.locator("main [data-save]").count() == 0
    status, problem = ways_in.save_by_api(hospital, "wang.min", subject, "CHEM", AST="33")
    assert (status, problem["code"]) == (409, "held")
    code, told = ways_in.save_by_command(hospital, "wang.min", NUMBER, "CHEM", before[0][1], AST="33")
    assert (code, "frozen or locked" in told) == (1, True), told
    new = "json_set(data, '$.AST.v', '33')" if hand.dialect == "sqlite" else "jsonb_set(data, '{AST,v}', '\"33\"')"
    assert "held" in hand.refused(f"UPDATE records SET data = {new} WHERE form = 'CHEM'")
    assert hand.refused("DELETE FROM records WHERE form = 'CHEM'")
    assert hand.run("SELECT data, revision FROM records WHERE form = 'CHEM'") == before


def _unlocking_needs_a_reason(manager: Visitor, coordinator: Visitor, subject: str) -> None:
    for button in ("Unlock", "Unfreeze"):
        manager.open(form_at(subject, "CHEM"))
        manager.page.get_by_role("link", name=button).click()
        manager.page.evaluate("document.querySelector('textarea').required = false")
        assert manager.press("main form button") == 422
        manager.says("Nothing was changed.")
        manager.expect_accessible()
        manager.page.fill("textarea", "One value has to be corrected")
        assert manager.press("main form button") == 303
    coordinator.open(form_at(subject, "CHEM"))
    coordinator.fill({"AST": "33"})
    coordinator.give_reason("AST")
    assert coordinator.save() == 303


def _what_is_changed_behind_the_trail_is_named(hospital: Hospital, hand: Hand) -> None:
    assert ways_in.run(hospital, "trail", "verify")[0] == 0
    record = hand.run("SELECT id FROM records WHERE form = 'CHEM'")[0][0]
    newest = "SELECT chain, sequence FROM trail_entries WHERE actor_name = 'Wang Min' ORDER BY recorded_at DESC"
    chain, sequence = hand.run(newest)[0]
    where = f"chain = '{chain}' AND sequence = {sequence}"
    new = "json_set(data, '$.ALT.v', '{}')" if hand.dialect == "sqlite" else "jsonb_set(data, '{{ALT,v}}', '\"{}\"')"
    value = f"data = {new} WHERE id = '{record}'"
    for table, change, back, place in (
        ("records", value.format(12), value.format(79), record),
        ("trail_entries", f"actor_name = 'Sun Li' WHERE {where}", f"actor_name = 'Wang Min' WHERE {where}", chain),
    ):
        hand.past_triggers(table, f"UPDATE {table} SET {change}")
        code, said = ways_in.run(hospital, "trail", "verify")
        assert (code, place in said) == (1, True), said
        hand.past_triggers(table, f"UPDATE {table} SET {back}")
        assert ways_in.run(hospital, "trail", "verify")[0] == 0
    hand.past_triggers("trail_changes", f"UPDATE trail_changes SET path = 'reason' WHERE {where} AND ordinal = 0")
    code, said = ways_in.run(hospital, "trail", "verify")
    assert (code, chain in said, str(sequence) in said) == (1, True, True), said
