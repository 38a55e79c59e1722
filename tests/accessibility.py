"""What axe-core finds on a page in a browser: faults by WCAG 2.2 AA and good practice."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_AXE = Axe()
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_OPTIONS = {"runOnly": {"type": "tag", "values": _TAGS}, "resultTypes": ["violations"]}

Violation = tuple[str, list[str]]
"""A rule, and the beginnings of the elements that break it."""


def violations(page: Page) -> list[Violation]:
    """Every rule that is broken on the page as it stands."""
    found: Any = _AXE.run(page, options=_OPTIONS).response
    return [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found["violations"]]


def is_wider(page: Page) -> bool:
    """Whether the page has to be moved sideways to be read."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
