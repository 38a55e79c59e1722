"""The pages in a real browser: usable by everybody (axe-core), by keyboard, and without scripts."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page

from ecrf.policy.grants import Role
from tests.accessibility import Violation, is_wider, violations
from tests.conftest import Servers
from tests.ecrf.web.clinic_app import PASSWORD, ClinicApp, clinic_app
from tests.ecrf.web.live import chromium, complaints_of, served, signed_in
from tests.house.routes import PAGE_ROUTES, page_addresses

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
    opened = signed_in(browser, address, "chen", PASSWORD)
    yield opened
    opened.context.close()


def paths(clinic: ClinicApp) -> dict[str, list[str]]:
    """Every page there is, as the data manager sees it, and some again: empty, held, of a row to come, not there; and
    as a coordinator sees them, those that site staff alone may open and those where they may type."""
    at_clinic = {
        "subject_id": clinic.subject, "record_id": clinic.record, "query_id": clinic.query, "hold_id": clinic.hold,
        "item": "PLT", "event": "SE.SCR", "form": "HEM", "row": 1, "row_event": "SE.LOG", "row_form": "AE",
        "study": "TRIAL", "site": "NJ01", "person_id": "nobody", "grant_id": "none", "token": "none", "site_id": "none",
        "topic": "queries",
    }  # fmt: skip
    subject, by_site = f"/subjects/{clinic.subject}", (Role.COORDINATOR, Role.DATA_MANAGER)
    theirs = [route for route in PAGE_ROUTES if [route.is_open_to(role) for role in by_site] == [True, False]]
    office = [
        *page_addresses(at_clinic), f"/queries/{clinic.asked}", "/subjects?site=NJ02&status=withdrawn",
        f"/subjects/{clinic.held_subject}", f"/subjects/{clinic.subject}/SE.LOG/AE", "/subjects/nobody",
        "/listings?form=HEM&where=PLT+%3C+5", "/help/data-manager",
    ]  # fmt: skip
    site = [
        *page_addresses(at_clinic, theirs), "/", subject, f"{subject}/visits", f"{subject}/SE.SCR/HEM",
        f"{subject}/SE.LOG/AE", "/visits?state=due", f"/queries/{clinic.query}", f"{subject}/reading/SE.SCR",
    ]  # fmt: skip
    return {"chen": office, "wang": site}


SIGHTS = [
    pytest.param(("en", 1440), id="1440"),
    pytest.param(("zh-CN", 900), id="900", marks=pytest.mark.soak),
    pytest.param(("en", 390), id="390", marks=pytest.mark.soak),
]


@dataclass
class Walk:
    """What was seen of every page on one walk through them."""

    faults: dict[str, list[Violation]] = field(default_factory=dict)
    wide: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="module", params=SIGHTS)
def walk(request: pytest.FixtureRequest, browser: Browser, address: str, clinic: ClinicApp) -> Walk:
    """Every page opened once in one language and width; on the narrowest axe has no more to say."""
    (language, width), seen = request.param, Walk()
    for username, theirs in paths(clinic).items():
        page = signed_in(browser, address, username, PASSWORD, viewport={"width": width, "height": 900})
        page.goto(f"/subjects?lang={language}")
        complaints = complaints_of(page)
        for path in theirs:
            page.goto(path)
            seen.wide += [path] if is_wider(page) else []
            found = violations(page) if width > 390 else []
            seen.faults |= {f"{username} {path}": found} if found else {}
        seen.complaints += complaints
        page.context.close()
    return seen


def test_axe_finds_nothing_on_any_page(walk: Walk) -> None:
    assert walk.faults == {}


def test_no_page_is_wider_than_the_window(walk: Walk) -> None:
    assert walk.wide == []


def test_no_page_makes_the_browser_complain(walk: Walk) -> None:
    assert [said for said in walk.complaints if _REFUSED not in said] == []


def test_axe_finds_a_planted_fault(page: Page) -> None:
    page.goto("/subjects")
    page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    assert [rule for rule, _ in violations(page)] == ["image-alt"]


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
    assert violations(page) == []
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
    page = signed_in(browser, address, "sun", PASSWORD, java_script_enabled=False)
    page.goto("/subjects")
    page.click("text=NJ01-001")
    page.click("text=Trail of this subject")
    page.locator(".acts .change a", has_text="White cells").first.click()
    assert page.inner_text("h1") == "History of White cells"
    page.goto(f"/queries/{clinic.query}")
    page.fill("textarea", "Agreed with the source.")
    page.click("text=Close the query")
    assert "Agreed with the source." in page.inner_text("main")
    page.context.close()


def test_the_skip_link_is_first_and_leads_to_the_content(page: Page) -> None:
    page.goto("/subjects")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_shift_and_space_choose_all_subjects_up_to_one(page: Page) -> None:
    page.goto("/holds/bulk")
    boxes = page.locator("[data-range] tbody input")
    boxes.nth(0).press("Space")
    boxes.nth(2).press("Shift+Space")
    assert [boxes.nth(at).is_checked() for at in range(3)] == [True, True, True]
