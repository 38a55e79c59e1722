"""The pages of administration in a real browser: usable by everybody (axe-core), none wider than its window."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from ecrf.services import people
from tests.accessibility import is_wider, violations
from tests.conftest import Servers
from tests.ecrf.web.clinic_app import PASSWORD, ClinicApp, clinic_app
from tests.ecrf.web.live import chromium, complaints_of, served, signed_in

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def clinic(servers: Servers) -> Iterator[ClinicApp]:
    with clinic_app(servers("sqlite"), demo=True) as opened:
        yield opened


@pytest.fixture
def page(clinic: ClinicApp) -> Iterator[Page]:
    """A page of the administrator's browser."""
    with served(clinic.app) as address, chromium() as browser:
        opened = signed_in(browser, address, "zhou", PASSWORD)
        yield opened
        opened.context.close()


def pages(clinic: ClinicApp) -> list[str]:
    with clinic.app.app_context():
        person = people.find("wang")
        grant = people.now_in_force(person)[0].id
        site = f"/sites/{people.now_in_force(person)[0].site_id}"
    return [
        "/people", "/people?q=nobody", "/people/new", f"/people/{person.id}", f"/grants/{grant}/end", "/people/rights",
        "/people/rights?day=2020-01-01", "/roles", "/account", "/sites", "/sites/new", site,
    ]  # fmt: skip


def faults(page: Page) -> list[object]:
    """What axe-core finds on the page as it stands, and whether it is wider than the window."""
    return [*violations(page), *(["wide"] if is_wider(page) else [])]


@pytest.mark.parametrize(("language", "width"), [pytest.param("en", 1440, marks=pytest.mark.soak), ("zh-CN", 900)])
def test_the_pages_of_administration_are_usable_by_everybody(
    page: Page, clinic: ClinicApp, language: str, width: int
) -> None:
    complaints, found = complaints_of(page), {}
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"/account?lang={language}")
    for path in pages(clinic):
        page.goto(path)
        found[path] = faults(page)
    assert {path: each for path, each in found.items() if each} == {}
    assert complaints == []


def test_a_person_is_added_by_keyboard_and_activates_the_account(page: Page) -> None:
    page.goto("/people/new")
    for text in ("li.na", "Li Na", "North Clinic"):
        page.keyboard.press("Tab") if text != "li.na" else page.focus("#f-username")
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    link = page.input_value("#f-link")
    assert faults(page) == []
    page.click(".topbar button")
    page.goto(link)
    for field in ("#f-password", "#f-again"):
        page.fill(field, "short")
    page.keyboard.press("Enter")
    assert "needs at least 12" in page.inner_text("#fault")
    assert faults(page) == []
    for field in ("#f-password", "#f-again"):
        page.fill(field, "walnut orchard seventeen")
    page.keyboard.press("Enter")
    page.wait_for_url("**/login")
    page.fill("[name=username]", "li.na")
    page.fill("[name=password]", "walnut orchard seventeen")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Li Na").click()
    assert "li.na" in page.inner_text("main")
