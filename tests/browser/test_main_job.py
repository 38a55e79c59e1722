"""The main job in a real browser, on both databases and in both languages: a visit is entered, checked, trailed,
reviewed and locked. `make pictures` leaves a picture of every step in build/screenshots."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser import ways_in
from tests.browser.conftest import Arrive
from tests.browser.entry import FORMS, form_at
from tests.browser.hand import Hand, hand_at
from tests.browser.hospital import Hospital, open_hospital
from tests.browser.visitor import Visitor
from tests.conftest import Servers

NUMBER = "NJ01-S101"
EXCLUSION_2, EXCLUSION_13 = "EC032", "EC040"
MORE_THAN = "%(value)s is more than %(boundary)s"
TWICE_THE_LIMIT = (
    "%(said)s, %(times)s the upper limit of %(limit)s that %(laboratory)s gives for %(whom)s on the day of the sample,"
    " %(day)s."
)
LOCKED = "by %(person)s, %(day)s. Nothing changes; the trail stays readable."
NOT_SAVED = "Nothing was saved yet: %(num)s saved answer changes and needs a reason"
RUNS = [
    pytest.param("sqlite", ("en", 1440), id="sqlite-en"),
    pytest.param("postgresql", ("zh-CN", 900), id="postgresql-zh-CN", marks=pytest.mark.soak),
]


@pytest.mark.parametrize(("dialect", "sight"), RUNS)
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
    say = coordinator.words
    coordinator.expect_accessible("subjects")
    coordinator.follow("Add a subject")
    coordinator.expect_accessible("add a subject")
    coordinator.page.fill("[name=screening_number]", NUMBER)
    coordinator.page.get_by_role("button", name=say.said("Add the subject")).click()
    coordinator.says(say.said("Casebook"))
    coordinator.expect_accessible("casebook")
    subject = coordinator.page.url.rpartition("/")[2]
    coordinator.follow("Continue with %(visit)s, %(form)s", visit=say.event("SE.SCR"), form=say.form("SV"))
    for form, answers in FORMS.items():
        if form == "HEM":  # the history that follows the demography in the plan is entered later
            expect(coordinator.page.locator("h1")).to_contain_text(say.form("MH"))
            coordinator.open(form_at(subject, form))
        expect(coordinator.page.locator("h1")).to_contain_text(say.form(form))
        coordinator.fill(answers)
        coordinator.expect_accessible(f"{form} typed")
        last = form == "CHEM"
        assert (coordinator.save() if last else coordinator.press("button[value=next]")) == 303
    for form, check in (("CHEM", EXCLUSION_2), ("HEM", EXCLUSION_13)):
        coordinator.open(form_at(subject, form))
        coordinator.says_nothing_of(say.check(check))
    return subject


def _platelets_below_the_boundary_ask(coordinator: Visitor, subject: str) -> None:
    """49999 /µL and 49.999 ×10⁹/L both ask; what was typed stays as typed."""
    for value, unit in (("49999", "/uL"), ("50000", "/uL"), ("49.999", "10*9/L")):
        coordinator.open(form_at(subject, "HEM"))
        coordinator.fill({"PLT.unit": unit, "PLT": value})
        coordinator.give_reason("PLT")
        assert coordinator.save() == 303
        assert (coordinator.typed("PLT"), coordinator.typed("PLT.unit")) == (value, unit)
        says = coordinator.says_nothing_of if value == "50000" else coordinator.says
        says(coordinator.words.check(EXCLUSION_13))
    coordinator.says(coordinator.words.said("Compared"))
    coordinator.expect_accessible("HEM below the boundary")


def _alt_above_twice_its_limit_asks(coordinator: Visitor, subject: str) -> None:
    """81 is kept, and the query says 81 U/L, the limit of 40 U/L, its row, and 2 × 40 = 80."""
    coordinator.open(form_at(subject, "CHEM"))
    coordinator.fill({"ALT": "81"})
    coordinator.give_reason("ALT")
    assert coordinator.save() == 303
    assert coordinator.typed("ALT") == "81"
    say = coordinator.words
    finding = coordinator.page.locator("[data-finding]", has_text=say.check(EXCLUSION_2))
    for words in (
        say.said(MORE_THAN, value="81 U/L", boundary="80 U/L"),
        say.said(TWICE_THE_LIMIT, limit="40 U/L", laboratory=say.laboratory("LAB_A"), day=say.day("2026-03-04")),
        "7 – 40 U/L", say.said("from %(day)s", day="2026-01-01"), "2 × 40 = 80", "EC032",
    ):  # fmt: skip
        expect(finding).to_contain_text(words)
    expect(finding.locator(".thread")).to_contain_text(say.said("Query %(number)s, open for %(age)s"))
    coordinator.expect_accessible("CHEM above twice the limit")


def _a_correction_needs_a_reason_and_closes_the_query(coordinator: Visitor, subject: str) -> None:
    coordinator.fill({"ALT": "79"})
    coordinator.page.keyboard.press("Tab")
    expect(coordinator.control("reason.ALT")).to_be_visible()
    assert coordinator.save() == 422
    coordinator.says(coordinator.words.said(NOT_SAVED, num=1))
    assert coordinator.typed("ALT") == "79"
    coordinator.expect_accessible("CHEM without a reason")
    coordinator.fill({"reason.ALT": "transcription", "note.ALT": "read from the line above"})
    assert coordinator.save() == 303
    coordinator.says_nothing_of(coordinator.words.check(EXCLUSION_2))
    expect(coordinator.page.locator("#row-ALT .c-closed")).to_contain_text(coordinator.words.said("Closed"))
    coordinator.expect_accessible("CHEM corrected")


def _a_monitor_reads_and_changes_nothing(monitor: Visitor, stranger: Visitor, subject: str) -> None:
    say = monitor.words
    monitor.open(form_at(subject, "CHEM"))
    assert monitor.page.locator("main form input:not([type=hidden]), main [data-save]").count() == 0
    monitor.expect_accessible("CHEM as the monitor sees it")
    monitor.follow("Trail of this form")
    entry = monitor.page.locator("tbody", has_text="read from the line above").first
    site_role = say.said(", ").join((say.said("Coordinator"), "NJ01"))
    day = say.day("2026-03-04")
    for words in ("Wang Min", site_role, day, "81 U/L", "79 U/L", say.said("Transcription error")):
        expect(entry).to_contain_text(words)
    monitor.says(say.said("Query %(number)s opened", number=2))
    resolved = say.said(", %(how)s", how=say.said("resolved by data"))
    monitor.says(say.said("Query %(number)s closed", number=2) + resolved)
    monitor.expect_accessible("trail of the form")
    _reads_the_history_of_alt(monitor, entry)
    typed = {"revision": "4", "ALT": "12", "reason.ALT": "transcription"}
    assert monitor.send(form_at(subject, "CHEM"), typed) == 403
    for path in (f"/subjects/{subject}", form_at(subject, "CHEM"), f"/subjects/{subject}/trail"):
        assert stranger.open(path).status == 404
    assert stranger.send(form_at(subject, "CHEM"), typed) == 404
    stranger.expect_accessible("another site's form")


def _reads_the_history_of_alt(monitor: Visitor, entry: Locator) -> None:
    say = monitor.words
    was = [say.said("was %(value)s", value=value) for value in ("81 U/L", "80 U/L")]
    entry.get_by_role("link", name=say.item("CHEM", "ALT")).click()
    expect(monitor.page.locator("#drawer")).to_contain_text(was[0])
    monitor.expect_accessible("history in the drawer")
    monitor.follow("On a page of its own")
    history = monitor.page.locator(".steps")
    for words in (
        f"79 U/L {was[0]}", f"81 U/L {was[1]}", f"80 U/L {say.said('first value')}", say.said("Transcription error"),
        "read from the line above", "Wang Min", say.said("Coordinator"), "UTC+8",
        say.said("Query %(number)s opened", number=2), say.said("Query %(number)s closed", number=2),
    ):  # fmt: skip
        expect(history).to_contain_text(words)
    monitor.expect_accessible("history on a page of its own")


def _frozen_means_no_change(manager: Visitor, coordinator: Visitor, subject: str) -> None:
    coordinator.open(form_at(subject, "CHEM"))
    manager.open(form_at(subject, "CHEM"))
    manager.holds("Freeze the form", "Cleaning is done")
    coordinator.fill({"AST": "33"})
    assert coordinator.save() == 409
    coordinator.says("33 U/L")
    coordinator.says(coordinator.words.said("Nothing was saved: this form is frozen by %(person)s since %(moment)s"))
    coordinator.expect_accessible("save of a frozen form")


def _locked_means_no_change_by_any_way_in(manager: Visitor, coordinator: Visitor, subject: str, hand: Hand) -> None:
    hospital = manager.hospital
    manager.holds("Lock the form", "Interim analysis")
    manager.says("Interim analysis")
    manager.expect_accessible("locked form")
    before = hand.run("SELECT data, revision FROM records WHERE form = 'CHEM'")
    assert coordinator.send(form_at(subject, "CHEM"), {"revision": str(before[0][1]), "AST": "33"}) == 409
    coordinator.open(form_at(subject, "CHEM"))
    coordinator.says(coordinator.words.said(LOCKED, person="Chen Fang", day=coordinator.words.day("2026-03-04")))
    assert coordinator.page.locator("main [data-save]").count() == 0
    coordinator.expect_accessible("locked form as the coordinator sees it")
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
        manager.follow(button)
        manager.page.locator("textarea").evaluate("area => { area.required = false; }")
        assert manager.press("main form button") == 422
        manager.says(manager.words.said("Nothing was changed."))
        manager.expect_accessible(f"{button} without a reason")
        manager.page.fill("textarea", "One value has to be corrected")
        assert manager.press("main form button") == 303
    coordinator.open(form_at(subject, "CHEM"))
    coordinator.fill({"AST": "33"})
    coordinator.give_reason("AST")
    assert coordinator.save() == 303
    coordinator.expect_accessible("unlocked and saved")


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
