"""The pictures of the guides, from the running demonstration: `python -m tests.guide_pictures` writes them anew.

The demonstration is made in a temporary folder with a clock that stands, and served on loopback; each picture is a part
of one page, with a palette instead of full colours, so that all of them together stay small.
"""

import json
import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from flask import Flask
from playwright.sync_api import Page

from ecrf import clock
from ecrf.app import create_app
from ecrf.i18n import LANGUAGES
from ecrf.web.guides import PICTURES
from tests.chromium import chromium
from tests.ecrf.schema import settings_for
from tests.ecrf.web.live import log_in, served
from tests.palette import with_palette

NOW = datetime(2026, 11, 10, 2, 0, tzinfo=UTC)  # ten in the morning in Nanjing, after the made subjects
WIDTH = 1080
_SUBJECTS = "24"


@dataclass(frozen=True)
class Picture:
    """A part of a page: who sees it where, from which element on, how high."""

    name: str
    who: str
    path: str
    start: str = ".topbar"
    height: int = 520


CONDITION = quote("ALT > uln(ALT)")
TAKEN = (
    Picture("worklist", "wang.min", "/"),
    Picture("form", "wang.min", "{subject}/SE.SCR/CHEM", ".lab", 560),
    Picture("news", "sun.li", "/looks", height=420),
    Picture("reading", "sun.li", "{subject}/reading/SE.SCR/CHEM", height=560),
    Picture("trail", "sun.li", "{subject}/trail", height=560),
    Picture("study", "chen.fang", "/studies/BEAM"),
    Picture("completeness", "chen.fang", "/completeness", height=420),
    Picture("listing", "chen.fang", f"/listings?form=CHEM&where={CONDITION}", height=640),
    Picture("holds", "chen.fang", "/holds/bulk", height=560),
    Picture("person", "ma.ling", "{person}", height=480),
    Picture("site", "ma.ling", "{site}", height=480),
)


@contextmanager
def demonstration() -> Iterator[tuple[str, dict[str, str]]]:
    """The address of a demonstration, and the password of each of its people."""
    with tempfile.TemporaryDirectory() as folder, clock.told_by(lambda: NOW):
        app = create_app(settings_for(f"sqlite:///{folder}/ecrf.db", demo=True))
        passwords = _made(app)
        with served(app) as address:
            yield address, passwords


def _made(app: Flask) -> dict[str, str]:
    told = app.test_cli_runner().invoke(args=["demo", "--subjects", _SUBJECTS, "--json"])
    assert told.exit_code == 0, told.output
    users = json.loads(told.stdout[told.stdout.index('{"users"') :])["users"]
    return {user["username"]: user["password"] for user in users}


def take(address: str, passwords: dict[str, str], language: str) -> None:
    """Take every picture in one language."""
    for who in dict.fromkeys(picture.who for picture in TAKEN):
        browser = chromium().new_context(base_url=address, locale=language, viewport={"width": WIDTH, "height": 900})
        page = browser.new_page()
        log_in(page, address, who, passwords[who])
        page.wait_for_url(f"{address}/")
        places = _places(page)
        for picture in (each for each in TAKEN if each.who == who):
            _take(page, picture, places, PICTURES / language / f"{picture.name}.png")
        browser.close()


def _places(page: Page) -> dict[str, str]:
    """The addresses of a subject, a person and a site that this person sees."""
    links = {"subject": ("/subjects", "NJ01-S002"), "person": ("/people", "sun.li"), "site": ("/sites", "NJ01")}
    found = {}
    for name, (path, text) in links.items():
        page.goto(path)
        link = page.locator("main th a, main td a", has_text=text)
        found[name] = str(link.first.get_attribute("href")) if link.count() else ""
    return found


def _take(page: Page, picture: Picture, places: dict[str, str], file: Path) -> None:
    page.goto(picture.path.format(**places))
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": WIDTH, "height": height})  # so that no bar that stays at its edge covers a line
    box = page.locator(picture.start).first.bounding_box()
    assert box is not None, picture
    clip = {"x": box["x"], "y": box["y"], "width": box["width"], "height": min(picture.height, height - box["y"])}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(with_palette(page.screenshot(clip=clip, caret="initial")))


if __name__ == "__main__":
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with demonstration() as (where, known):
        for tag in LANGUAGES:
            take(where, known, tag)
