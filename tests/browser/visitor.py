"""One person at one browser: logs in, opens pages, types, presses, and is told what the browser complained of."""

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Response, expect

from tests.accessibility import violations
from tests.browser.hospital import Hospital
from tests.browser.words import Words
from tests.house.tree import ROOT

_KINDS = "Object.fromEntries(Array.from(document.querySelectorAll('main [name]'), e => [e.name, e.type]))"
# A refused save is a page with a status of its own, which the browser notes as a resource that did not load.
_EXPECTED = "Failed to load resource: the server responded with a status of 4"
PICTURES = ROOT / "build" / "screenshots"


@dataclass
class Visitor:
    """A browser without memory of others, and whoever sits before it."""

    hospital: Hospital
    page: Page
    words: Words = field(default_factory=lambda: Words("en"))
    complaints: list[str] = field(default_factory=list)

    def log_in(self, username: str) -> "Visitor":
        """Log in on the log-in page, wherever it was met."""
        if "/login" not in self.page.url and not self.page.locator("#f-username, [name=username]").count():
            self.open("/login")
        self.page.fill("[name=username]", username)
        self.page.fill("[name=password]", self.hospital.staff[username].password)
        self.page.click("main button[type=submit]")
        return self

    def sit_before(self, page: Page) -> None:
        """Look at this page from now on, and listen to what the browser complains of there."""
        self.page = page
        page.on("console", self)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("response", lambda answer: self.complaints.append(answer.url) if answer.status >= 500 else None)

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
        with (
            self.page.expect_event("load"),  # what is typed is kept before it is sent: the page goes a moment later
            self.page.expect_response(lambda answer: answer.request.is_navigation_request()) as told,
        ):
            self.page.click(selector)
        return told.value.status

    def give_reason(self, item: str, code: str = "transcription") -> None:
        """Go on from a corrected value, and say why it changes where that is asked."""
        self.page.keyboard.press("Tab")
        self.control(f"reason.{item}").select_option(code)

    def follow(self, sentence: str, **places: object) -> None:
        """Follow a link by what it says in the visitor's language."""
        self.page.get_by_role("link", name=self.words.said(sentence, **places)).click()

    def holds(self, link: str, reason: str) -> None:
        """Freeze or lock from a form's page."""
        self.follow(link)
        self.expect_accessible(link)
        self.page.fill("[name=reason]", reason)
        if self.page.locator("#f-despite").count():  # something is open: the reason says why
            self.page.check("#f-despite")
        assert self.press("main form button") == 303

    def send(self, path: str, typed: Mapping[str, str]) -> int:
        """Send a form that no page of theirs has, with the token that their pages have; answers the status."""
        token = json.loads(self.page.locator("body").get_attribute("hx-headers") or "{}")["X-CSRFToken"]
        address = self.hospital.address + path
        answer = self.page.context.request.post(
            address, form={**typed, "csrf_token": token}, headers={"Referer": address}, max_redirects=0
        )
        return answer.status

    def says(self, text: str | re.Pattern[str]) -> None:
        """The page shows this text."""
        expect(self.page.locator("main")).to_contain_text(text)

    def says_nothing_of(self, text: str) -> None:
        """The page shows no such text."""
        expect(self.page.locator("main")).not_to_contain_text(text)

    def expect_accessible(self, step: str, in_every_language: bool = False) -> None:
        """axe-core finds nothing on the page as it stands; with ECRF_PICTURES set, a picture of it is kept.

        Unless told otherwise it looks in one language: every page is looked at in both by tests of its own.
        """
        if os.environ.get("ECRF_PICTURES"):
            with self._whole_page():
                self._picture(step)
        if self.words.language != "en" and not in_every_language:
            return
        with self._whole_page():
            told = violations(self.page)
        assert told == [], (self.page.url, told)

    @contextmanager
    def _whole_page(self) -> Iterator[None]:
        """A window as high as the page, so that no bar that stays at its edge covers a line of it."""
        self.page.wait_for_load_state("load")
        size = self.page.viewport_size
        assert size is not None
        height = self.page.evaluate("document.documentElement.scrollHeight")
        self.page.set_viewport_size({"width": size["width"], "height": max(height, size["height"])})
        yield
        self.page.set_viewport_size(size)

    def _picture(self, step: str) -> None:
        """Keep the page as build/screenshots/LANGUAGE-WIDTH/NN-step.png."""
        size = self.page.viewport_size
        assert size is not None
        folder = PICTURES / f"{self.words.language}-{size['width']}"
        self.hospital.pictures += 1
        name = f"{self.hospital.pictures:02}-{re.sub(r'[^a-z0-9]+', '-', step.lower())}.png"
        self.page.screenshot(path=folder / name, caret="initial")  # else it styles every control in the page

    def __call__(self, message: ConsoleMessage) -> None:
        """Take down what the browser complains of: a broken policy, a broken script."""
        if message.type in {"error", "warning"} and _EXPECTED not in message.text:
            self.complaints.append(message.text)


def visitor(
    browser: Browser, hospital: Hospital, language: str = "en", width: int = 1440, **options: Any
) -> Visitor:  # fmt: skip
    """A new browser window; the pages speak the language of the browser."""
    chosen = {"viewport": {"width": width, "height": 900}, "locale": language, **options}
    context = browser.new_context(**chosen)
    context.set_default_timeout(10_000)
    made = Visitor(hospital, context.new_page(), Words(language))
    made.sit_before(made.page)
    return made
