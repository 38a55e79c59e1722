"""The form page in a real browser: by keyboard, checked while typing, with nothing typed lost, without scripts too."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.accessibility import is_wider, violations
from tests.conftest import Servers
from tests.ecrf.web.beam_app import PASSWORD, beam_app, with_new_subject
from tests.ecrf.web.live import chromium, complaints_of, served, signed_in

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def app(servers: Servers) -> Iterator[Flask]:
    with beam_app(servers("sqlite"), demo=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    with served(app) as where:
        yield where


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def path(app: Flask) -> str:
    return f"/subjects/{with_new_subject(app).subject}/SE.SCR/CHEM"


def visit(browser: Browser, address: str, path: str, username: str = "wang", **options: object) -> Page:
    """Somebody who is logged in opens the form."""
    page = signed_in(browser, address, username, PASSWORD, **options)
    page.goto(path)
    return page


@pytest.fixture
def page(browser: Browser, address: str, path: str) -> Iterator[Page]:
    opened = visit(browser, address, path)
    yield opened
    opened.context.close()


def sample(page: Page) -> None:
    page.select_option("#LABID", "LAB_A")
    page.fill("#LBDTC", "2026-03-04")
    page.fill("[name='LBDTC.time']", "08:05")


def save(page: Page) -> None:
    with page.expect_navigation():
        page.click("[data-save]")


def test_enter_goes_down_the_grid_and_shift_enter_up(page: Page) -> None:
    page.focus("#ALT")
    page.keyboard.press("Enter")
    expect(page.locator("#AST")).to_be_focused()
    page.keyboard.press("Shift+Enter")
    expect(page.locator("#ALT")).to_be_focused()


def test_a_comparator_typed_before_the_value_finds_its_place(page: Page) -> None:
    page.focus("#ALT")
    page.keyboard.type("<5")
    page.keyboard.press("Enter")
    assert (page.input_value("#ALT"), page.input_value("[name='ALT.comparator']")) == ("5", "<")


def test_a_check_while_typing_shows_range_flag_and_refusal_and_takes_no_focus(page: Page) -> None:
    complaints = complaints_of(page)
    sample(page)
    page.fill("#ALT", "81")
    page.keyboard.press("Enter")
    expect(page.locator("#range-ALT")).to_have_text("7 – 40")
    expect(page.locator("#flag-ALT")).to_contain_text("H")
    expect(page.locator("#xuln-ALT")).to_have_text("2.03")
    expect(page.locator("#AST")).to_be_focused()
    page.fill("#POTAS", "4,3")
    page.keyboard.press("Enter")
    expect(page.locator("#live-POTAS")).to_contain_text("4,3 was not accepted")
    assert page.get_attribute("#POTAS", "aria-invalid") == "true"
    page.fill("#POTAS", "4.3")
    page.keyboard.press("Enter")
    expect(page.locator("#e-POTAS")).to_have_count(0)
    assert page.input_value("#POTAS") == "4.3"
    assert complaints == []


def test_a_changed_saved_value_asks_for_its_reason_before_the_save(page: Page) -> None:
    complaints = complaints_of(page)
    sample(page)
    page.fill("#ALT", "30")
    save(page)
    page.fill("#ALT", "31")
    page.keyboard.press("Enter")
    page.select_option("#r-ALT", "transcription")
    page.fill("#n-ALT", "misread")
    page.focus("#AST")
    page.wait_for_timeout(400)  # a further check replaces the panel; what was typed in it stays
    assert (page.input_value("#n-ALT"), page.input_value("#r-ALT")) == ("misread", "transcription")
    save(page)
    expect(page.locator(".flash")).to_have_text("Saved")
    assert complaints == []


def test_ctrl_s_saves_and_the_notice_of_a_save_with_problems_takes_the_focus(page: Page) -> None:
    sample(page)
    page.fill("#ALT", "4,3")
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    expect(page.locator("#summary")).to_be_focused()
    assert page.input_value("#ALT") == "4,3"


def test_f8_goes_to_the_next_finding_and_f2_to_its_answer(page: Page) -> None:
    sample(page)
    page.fill("#ALT", "81")
    save(page)
    page.keyboard.press("F8")
    expect(page.locator("[data-finding]").first).to_be_focused()
    page.keyboard.press("F2")
    expect(page.locator("[data-reply]").first).to_be_focused()


def test_y_and_n_answer_a_yes_no_question_and_delete_takes_the_answer_back(page: Page) -> None:
    page.focus("[name=FASTING][value=Y]")
    page.keyboard.press("n")
    assert page.is_checked("[name=FASTING][value=N]")
    page.keyboard.press("Delete")
    assert not page.is_checked("[name=FASTING][value=N]")


def test_the_history_opens_beside_the_form_and_escape_gives_the_focus_back(page: Page) -> None:
    complaints = complaints_of(page)
    sample(page)
    page.fill("#ALT", "30")
    save(page)
    page.fill("#AST", "20")
    page.focus("#ALT")
    page.keyboard.press("F9")
    expect(page.locator("#drawer h2")).to_be_focused()
    expect(page.locator("#drawer")).to_contain_text("30 U/L")
    assert faults(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#drawer")).to_be_empty()
    expect(page.locator("#ALT")).to_be_focused()
    assert page.input_value("#AST") == "20"
    page.click("#row-ALT [data-history]")
    page.click("#drawer [data-close]")
    expect(page.locator("#row-ALT [data-history]")).to_be_focused()
    assert complaints == []


def test_what_is_no_number_behind_a_comparator_stays_whole(page: Page) -> None:
    page.fill("#ALT", "<script>")
    page.keyboard.press("Enter")
    expect(page.locator("#live-ALT")).to_contain_text("<script> was not accepted")
    assert page.input_value("#ALT") == "<script>"


def test_leaving_with_something_typed_asks_first(page: Page) -> None:
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.fill("#ALT", "30")
    page.goto("/subjects")
    assert asked == ["beforeunload"]


def test_all_keys_are_listed(page: Page) -> None:
    page.keyboard.press("Control+/")
    expect(page.locator("#keys")).to_be_visible()


def test_why_there_is_no_result_is_asked_only_where_there_is_none(page: Page) -> None:
    expect(page.locator("[name='ALT.missing']")).to_be_visible()
    page.fill("#ALT", "30")
    expect(page.locator("[name='ALT.missing']")).to_be_hidden()
    expect(page.locator("#ALT_CS")).to_be_visible()


def test_a_visit_is_entered_without_scripts(browser: Browser, address: str, path: str) -> None:
    page = visit(browser, address, path, java_script_enabled=False)
    sample(page)
    page.fill("#ALT", "81")
    page.select_option("#ALT_CS", "N")
    page.fill("#POTAS", "4,3")
    page.click("[data-save]")
    assert page.input_value("#POTAS") == "4,3"
    expect(page.locator("#e-POTAS")).to_contain_text("was not accepted")
    page.fill("#POTAS", "4.3")
    page.fill("#ALT", "79")
    page.click("[data-save]")
    page.select_option("#r-ALT", "transcription")
    page.click("[data-save]")
    expect(page.locator(".flash")).to_have_text("Saved")
    page.context.close()


@pytest.mark.parametrize(
    ("language", "width"),
    [("zh-CN", 900), *(pytest.param("en", width, marks=pytest.mark.soak) for width in (390, 1440))],
)
def test_axe_finds_nothing_and_no_state_is_wider_than_the_window(page: Page, language: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{page.url}?lang={language}")
    looked = faults if width > 390 else lambda page: ["too wide"] * is_wider(page)
    found = {"empty": looked(page)}
    sample(page)
    page.fill("#ALT", "81")
    page.fill("#POTAS", "4,3")
    save(page)
    found["refused"] = looked(page)
    page.fill("#POTAS", "4.3")
    page.fill("#ALT", "90")
    save(page)
    found["reason"] = looked(page)
    assert {state: each for state, each in found.items() if each} == {}


def faults(page: Page) -> list[object]:
    return [*violations(page), *(["too wide"] if is_wider(page) else [])]
