"""One person at one browser: logs in, opens pages, types, presses, and is told what the browser complained of."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Response, expect

from tests.browser.hospital import Hospital

_AXE = Axe()
_KINDS = "Object.fromEntries(Array.from(document.querySelectorAll('main [name]'), e => [e.name, e.type]))"
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_OPTIONS = {"runOnly": {"type": "tag", "values": _TAGS}, "resultTypes": ["violations"]}
# A refused save is a page with a status of its own, which the browser notes as a resource that did not load.
_EXPECTED = "Failed to load resource: the server responded with a status of 4"


@dataclass
class Visitor:
    """A browser without memory of others, and whoever sits before it."""

    hospital: Hospital
    page: Page
    complaints: list[str] = field(default_factory=list)

    def log_in(self, username: str) -> "Visitor":
        """Log in on the log-in page, wherever it was met."""
        if "/login" not in self.page.url and not self.page.locator("#f-username, [name=username]").count():
            self.open("/login")
        self.page.fill("[name=username]", username)
        self.page.fill("[name=password]", self.hospital.staff[username].password)
        self.page.click("main button[type=submit]")
        return self

    def open(self, path: str) -> Response:
        """Go to an address of the application."""
        answer = self.page.goto(path if path.startswith("http") else self.hospital.address + path)
        assert answer is not None
        return answer

    def fill(self, answers: Mapping[str, str]) -> None:
        """Give answers by the names of their controls, as a hand would: type, choose or press."""
        kinds = self.page.evaluate(_KINDS)
        for name, value in answers.items():
            if kinds[name] == "radio":
                self.page.check(f"[name='{name}'][value='{value}']")
            elif kinds[name].startswith("select"):
                self.page.select_option(f"[name='{name}']", value)
            else:
                self.page.fill(f"[name='{name}']", value)

    def control(self, name: str) -> Locator:
        """The control that is posted under a name."""
        return self.page.locator(f"[name='{name}']")

    def typed(self, name: str) -> str:
        """What stands in a control."""
        return self.control(name).first.input_value()

    def save(self) -> int:
        """Press the button Save; answers the status of the page that comes of it."""
        return self.press("[data-save]")

    def press(self, selector: str) -> int:
        """Press something that sends a form; answers the status of what it is answered with, redirects left out."""
        with self.page.expect_response(lambda answer: answer.request.is_navigation_request()) as told:
            self.page.click(selector)
        self.page.wait_for_load_state("load")
        return told.value.status

    def give_reason(self, item: str, code: str = "transcription") -> None:
        """Go on from a corrected value, and say why it changes where that is asked."""
        self.page.keyboard.press("Tab")
        self.control(f"reason.{item}").select_option(code)

    def holds(self, button: str, reason: str) -> None:
        """Freeze or lock from a form's page."""
        self.page.get_by_role("link", name=button).click()
        self.expect_accessible()
        self.page.fill("[name=reason]", reason)
        assert self.press("main form button") == 303

    def send(self, path: str, typed: Mapping[str, str]) -> int:
        """Send a form that no page of theirs has, with the token that their pages have; answers the status."""
        token = json.loads(self.page.locator("body").get_attribute("hx-headers") or "{}")["X-CSRFToken"]
        address = self.hospital.address + path
        answer = self.page.context.request.post(
            address, form={**typed, "csrf_token": token}, headers={"Referer": address}, max_redirects=0
        )
        return answer.status

    def says(self, text: str) -> None:
        """The page shows this text."""
        expect(self.page.locator("main")).to_contain_text(text)

    def says_nothing_of(self, text: str) -> None:
        """The page shows no such text."""
        expect(self.page.locator("main")).not_to_contain_text(text)

    def expect_accessible(self) -> None:
        """axe-core finds nothing on the page as it stands. Both databases have the same pages: it looks at one's."""
        if self.hospital.database.dialect != "sqlite":
            return
        found: Any = _AXE.run(self.page, options=_OPTIONS).response
        told = [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found["violations"]]
        assert (self.page.url, told) == (self.page.url, [])

    def __call__(self, message: ConsoleMessage) -> None:
        """Take down what the browser complains of: a broken policy, a broken script."""
        if message.type in {"error", "warning"} and _EXPECTED not in message.text:
            self.complaints.append(message.text)


def visitor(browser: Browser, hospital: Hospital, **options: Any) -> Visitor:
    """A new browser window, English and 1440 pixels wide unless said otherwise."""
    chosen = {"viewport": {"width": 1440, "height": 900}, "locale": "en-US", **options}
    context = browser.new_context(**chosen)
    context.set_default_timeout(10_000)
    made = Visitor(hospital, context.new_page())
    made.page.on("console", made)
    made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
    made.page.on("response", lambda answer: made.complaints.append(answer.url) if answer.status >= 500 else None)
    return made
