"""BEAM's forms in a real browser: scores, dosing and rows by keyboard, moved without a reload, clean for axe."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from ecrf.db import db
from ecrf.models.records import Record
from tests.conftest import Servers
from tests.ecrf.web.beam_app import beam_app, with_new_subject
from tests.ecrf.web.live import chromium, complaints_of, served
from tests.ecrf.web.test_form_in_a_browser import faults, save, visit

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
def subject(app: Flask) -> str:
    return with_new_subject(app).subject


@pytest.fixture
def page(browser: Browser, address: str, subject: str) -> Iterator[Page]:
    """A page at the subject's screening; what the browser complains about fails the test."""
    opened = visit(browser, address, f"/subjects/{subject}/SE.SCR/SV")
    complaints = complaints_of(opened)
    yield opened
    opened.context.close()
    assert [said for said in complaints if "status of 422" not in said] == []  # an answer that says what is missing


def at(page: Page, subject: str, place: str) -> None:
    page.goto(f"/subjects/{subject}/{place}")


def test_a_score_is_answered_by_one_key_after_the_other_and_adds_up_meanwhile(page: Page, subject: str) -> None:
    at(page, subject, "SE.SCR/SLE")
    page.focus("[name=SLSEIZ][value=N]")
    for key in "nnynnnnn":
        page.keyboard.press(key)
    expect(page.locator("[name=SLARTH][value=Y]")).to_be_focused()
    expect(page.locator("#so-far-SLETOT")).to_contain_text("8 points so far, 8 of 24 answered")
    page.keyboard.press("ArrowUp")
    expect(page.locator("[name=SLVASC][value=N]")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[name=SLVASC][value=Y]")).to_be_checked()
    expect(page.locator("#so-far-SLETOT")).to_contain_text("16 points")
    page.keyboard.press("ArrowDown")
    for _ in range(16):
        page.keyboard.press("n")
    expect(page.locator("#SLETOT")).to_have_text("16")
    save(page)
    expect(page.locator("#SLETOT")).to_have_text("16")


def test_dosing_asks_what_its_answers_ask_for_and_computes_without_a_reload(page: Page, subject: str) -> None:
    at(page, subject, "SE.W2/BEL")
    expect(page.locator("#w-BELWT")).to_be_hidden()
    expect(page.locator("#s-DOSE")).to_be_hidden()
    page.focus("[name=BELYN][value=Y]")
    page.keyboard.press("y")
    expect(page.locator("#w-BELWT .req")).to_be_visible()
    assert page.get_attribute("#BELWT", "aria-required") == "true"
    expect(page.locator("#w-BELREAS")).to_be_hidden()
    page.fill("#BELWT", "61.4")
    page.keyboard.press("Enter")
    expect(page.locator("#BELPLAN")).to_have_text("614.0")
    expect(page.locator("#BELWTDAT")).to_be_focused()
    page.focus("[name=BELYN][value=Y]")
    page.keyboard.press("n")
    expect(page.locator("#w-BELREAS")).to_be_visible()
    expect(page.locator("#w-BELDOSE")).to_be_hidden()
    expect(page.locator("#w-BELWT")).to_be_visible()  # a weight is typed, and nothing typed is hidden


def test_rows_are_added_one_after_the_other_by_keyboard_each_of_them_once(
    app: Flask, page: Page, subject: str
) -> None:
    at(page, subject, "SE.SCR/MP")
    page.click("[data-add]")
    for day in ("2026-03-03", "2026-03-04"):
        page.fill("#MPDAT", day)
        page.fill("#MPDOSE", "500")
        page.select_option("#MPROUTE", "IV")
        page.dblclick("button[name=then][value=row]")
        expect(page.locator(".flash")).to_have_text("Saved")
        expect(page.locator("#MPDAT")).to_have_value("")
    page.goto(page.url.removesuffix("/new"))
    expect(page.locator("table.rows tbody tr")).to_have_count(2)
    with app.app_context():
        made = db.session.query(Record).filter(Record.subject_id == subject, Record.form == "MP", Record.row > 0)
        assert sorted(record.row for record in made) == [1, 2]


def test_a_criterion_answered_against_the_data_is_marked_at_once(page: Page, subject: str) -> None:
    at(page, subject, "SE.SCR/VS")
    page.fill("#VSDAT", "2026-03-04")
    page.fill("#WEIGHT", "39")
    page.fill("#HEIGHT", "160")
    save(page)
    at(page, subject, "SE.SCR/IE")
    expect(page.locator("#said-EXC10")).to_contain_text("Criterion met")
    page.focus("[name=EXC10][value=N]")
    page.keyboard.press("n")
    expect(page.locator("#said-EXC10")).to_contain_text("Disagrees")
    expect(page.locator("#tally")).to_contain_text("1 disagrees with the data")
    expect(page.locator("[name=EXC11][value=Y]")).to_be_focused()


@pytest.mark.parametrize(
    ("place", "language", "width"),
    [
        ("SE.SCR/SLE", "zh-CN", 900), ("SE.SCR/IE", "en", 1440),
        pytest.param("SE.LOG/AE/new", "en", 1440, marks=pytest.mark.soak),
        pytest.param("SE.SCR/RB", "en", 900, marks=pytest.mark.soak),
        pytest.param("SE.SCR/MP", "zh-CN", 1440, marks=pytest.mark.soak),
    ],
)  # fmt: skip
def test_axe_finds_nothing(page: Page, subject: str, place: str, language: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    at(page, subject, f"{place}?lang={language}")
    assert faults(page) == []


def test_axe_finds_nothing_where_required_answers_are_missing(page: Page, subject: str) -> None:
    at(page, subject, "SE.W2/BEL")
    page.focus("[name=BELYN][value=Y]")
    page.keyboard.press("y")
    page.click("[formaction$='/complete']")
    expect(page.locator("#missing-h")).to_be_visible()
    assert faults(page) == []
