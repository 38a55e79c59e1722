"""Drafts in a real browser: what is typed is back after its window is killed, and two people's work is merged by
keyboard."""

import os
from collections.abc import Iterator
from pathlib import Path

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


def arrive(browser: Browser, address: str, path: str, username: str = "wang") -> Page:
    page = signed_in(browser, address, username, PASSWORD)
    page.goto(path)
    return page


def sample(page: Page) -> None:
    page.select_option("#LABID", "LAB_A")
    page.fill("#LBDTC", "2026-03-04")
    page.fill("[name='LBDTC.time']", "08:05")


def expect_usable(page: Page, step: str, language: str, width: int) -> None:
    """Axe-core finds nothing, and nothing is wider than the window."""
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{page.url.partition('?')[0]}?lang={language}")
    picture(page, f"{step}-{language}-{width}")
    whole = page.evaluate("document.documentElement.scrollHeight")  # no bar at its edge then covers a line
    page.set_viewport_size({"width": width, "height": whole})
    assert (violations(page), is_wider(page)) == ([], False)


def picture(page: Page, name: str) -> None:
    if os.environ.get("DRAFT_PICTURES"):
        page.screenshot(path=Path(os.environ["DRAFT_PICTURES"]) / f"{name}.png")


def somebody_else_saves(browser: Browser, address: str, path: str) -> None:
    other = arrive(browser, address, path, "zhang")
    sample(other)
    other.fill("#ALT", "32")
    other.fill("#ALP", "70")
    other.locator("[data-save]").click()
    expect(other.locator(".flash")).to_have_text("Saved")
    other.context.close()


def choose_mine(page: Page) -> None:
    """By keyboard: to the choice, to one's own answer, why it stands, saved."""
    page.focus("#c-ALT [value=theirs]")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#c-ALT [value=yours]")).to_be_checked()
    page.keyboard.press("Enter")
    page.select_option("#r-ALT", "transcription")
    page.keyboard.press("Control+s")
    expect(page.locator(".flash")).to_have_text("Saved")


def test_what_is_typed_survives_its_window_and_two_peoples_work_is_merged_by_keyboard(
    browser: Browser, address: str, path: str
) -> None:
    first = arrive(browser, address, path)
    complaints = complaints_of(first)
    sample(first)
    first.fill("#ALT", "30")
    first.fill("#AST", "20")
    expect(first.locator("#saved")).to_have_text("Draft kept 09:30")
    first.fill("#AST", "21")
    picture(first, "kept")
    first.close()  # at once, without a word: what was typed last goes with the page
    somebody_else_saves(browser, address, path)
    page = arrive(browser, address, path)
    assert [page.input_value(f"#{item}") for item in ("AST", "ALP")] == ["21", "70"]
    expect(page.locator("#summary")).to_contain_text("Zhang Wei saved this form meanwhile")
    expect_usable(page, "merge", "en", 1440)
    choose_mine(page)
    assert [page.input_value(f"#{item}") for item in ("ALT", "AST", "ALP")] == ["30", "21", "70"]
    expect(page.locator("#summary [data-discard]")).to_have_count(0)
    assert complaints == []
    for each in (first, page):
        each.context.close()


@pytest.mark.soak
def test_without_a_connection_the_page_says_so_and_keeps_what_is_typed_once_it_is_back(
    browser: Browser, address: str, path: str
) -> None:
    page = arrive(browser, address, path)
    page.context.set_offline(True)
    page.fill("#ALT", "30")
    expect(page.locator("#saved")).to_contain_text("No connection since")
    page.click(".savebar .btn-primary")
    expect(page.locator("#saved")).to_contain_text("Nothing was sent: no connection since")
    assert page.input_value("#ALT") == "30"
    picture(page, "offline")
    page.context.set_offline(False)
    expect(page.locator("#saved")).to_have_text("Draft kept 09:30")
    page.context.clear_cookies()
    page.fill("#ALT", "31")
    expect(page.locator("#saved")).to_contain_text("Logged out at")
    assert page.input_value("#ALT") == "31"
    page.context.close()
    back = arrive(browser, address, path)
    assert back.input_value("#ALT") == "30"
    expect_usable(back, "back", "zh-CN", 900)
    back.click("[data-discard]")
    expect(back.locator(".flash")).to_have_text("您填写的内容已放弃")
    assert back.input_value("#ALT") == ""
    back.context.close()
