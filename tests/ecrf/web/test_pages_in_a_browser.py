"""The pages in a real browser: usable by everybody (axe-core), by keyboard, and without scripts."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.conftest import Servers
from tests.ecrf.web.clinic_app import PASSWORD, ClinicApp, clinic_app
from tests.ecrf.web.live import chromium, complaints_of, log_in, served
from tests.house.routes import page_addresses

pytestmark = pytest.mark.browser
_REFUSED = "the server responded with a status of 4"  # noted of the pages that are not there or not for this person


@pytest.fixture(scope="module")
def clinic(servers: Servers) -> Iterator[ClinicApp]:
    with clinic_app(servers("sqlite"), demo=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def address(clinic: ClinicApp) -> Iterator[str]:
    with served(clinic.app) as where:
        yield where


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page of the data manager's browser."""
    context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    opened = context.new_page()
    log_in(opened, address, "chen", PASSWORD)
    yield opened
    context.close()


def paths(clinic: ClinicApp) -> list[str]:
    """Every page there is, as the data manager sees it, and some again: empty, held, of a row to come, not there."""
    at_clinic = {
        "subject_id": clinic.subject, "record_id": clinic.record, "query_id": clinic.query, "hold_id": clinic.hold,
        "item": "PLT", "event": "SE.SCR", "form": "HEM", "row": 1, "row_event": "SE.LOG", "row_form": "AE",
    }  # fmt: skip
    return [
        *page_addresses(at_clinic), f"/queries/{clinic.asked}", "/subjects?site=NJ02&status=withdrawn",
        f"/subjects/{clinic.held_subject}", f"/subjects/{clinic.subject}/SE.LOG/AE", "/subjects/nobody",
    ]  # fmt: skip


@pytest.mark.parametrize(("language", "width"), [("en", 1440), ("zh-CN", 900)])
def test_axe_finds_nothing_on_any_page(page: Page, clinic: ClinicApp, language: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"/subjects?lang={language}")
    found = {}
    for path in paths(clinic):
        page.goto(path)
        violations = Axe().run(page).response["violations"]
        found[path] = [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in violations]
    assert {path: each for path, each in found.items() if each} == {}


def test_axe_finds_a_planted_fault(page: Page) -> None:
    page.goto("/subjects")
    page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    assert [each["id"] for each in Axe().run(page).response["violations"]] == ["image-alt"]


def test_no_page_is_wider_than_the_window(page: Page, clinic: ClinicApp) -> None:
    wide = []
    for width in (900, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for path in paths(clinic):
            page.goto(path)
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                wide.append((width, path))
    assert wide == []


def test_no_page_makes_the_browser_complain(page: Page, clinic: ClinicApp) -> None:
    complaints = complaints_of(page)
    for path in paths(clinic):
        page.goto(path)
    assert [said for said in complaints if _REFUSED not in said] == []


def test_the_arrow_keys_move_through_the_matrix_and_enter_opens(page: Page, clinic: ClinicApp) -> None:
    page.goto("/subjects")
    page.focus(".matrix tbody th a")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.textContent").strip().startswith("NJ01-001 SCR")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent").strip().startswith("NJ01-S002 SCR")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/subjects/{clinic.held_subject}")


def test_the_history_opens_beside_the_acts_and_escape_gives_the_focus_back(page: Page, clinic: ClinicApp) -> None:
    complaints = complaints_of(page)
    page.goto(f"/records/{clinic.record}/trail")
    link = page.locator(".acts .change a", has_text="Platelets").last
    link.press("Enter")
    page.wait_for_selector("#drawer h2")
    assert page.inner_text("#drawer h2") == "Platelets"
    assert page.evaluate("document.activeElement.id") == "history-heading"
    assert Axe().run(page).violations_count == 0
    page.keyboard.press("Escape")
    assert page.locator("#drawer > *").count() == 0
    assert page.evaluate("document.activeElement.textContent") == link.inner_text()
    assert complaints == []


def test_control_enter_sends_what_was_written(page: Page, clinic: ClinicApp) -> None:
    page.goto(f"/records/{clinic.record}/query")
    page.fill("#f-text", "Is this the printed value?")
    page.press("#f-text", "Control+Enter")
    page.wait_for_url("**/queries/*")
    assert "Is this the printed value?" in page.inner_text("main")


def test_every_step_of_a_review_works_without_scripts(browser: Browser, address: str, clinic: ClinicApp) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    log_in(page, address, "sun", PASSWORD)
    page.click("text=NJ01-001")
    page.click("text=Trail of this subject")
    page.locator(".acts .change a", has_text="White cells").first.click()
    assert page.inner_text("h1") == "History of White cells"
    page.goto(f"/queries/{clinic.query}")
    page.fill("textarea", "Agreed with the source.")
    page.click("text=Close the query")
    assert "Agreed with the source." in page.inner_text("main")
    context.close()


def test_the_skip_link_is_first_and_leads_to_the_content(page: Page) -> None:
    page.goto("/subjects")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
