"""A server on loopback and a real browser for it. Without a browser tests skip, saying so; with CI=true they fail."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from flask import Flask
from playwright.sync_api import Browser, Page, StorageState
from werkzeug.serving import make_server

from tests.chromium import chromium as shared_chromium


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address at which the application answers while this lasts; it must go without https (a demonstration)."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium."""
    yield shared_chromium()


def signed_in(browser: Browser, address: str, username: str, password: str, **options: object) -> Page:
    """A window of its own for somebody who is logged in; the log-in page is met once for each person."""
    chosen = {"base_url": address, "viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce", **options}
    context = browser.new_context(**chosen, storage_state=_log_in(browser, address, username, password))
    context.set_default_timeout(10_000)
    return context.new_page()


@cache
def _log_in(browser: Browser, address: str, username: str, password: str) -> StorageState:
    """What the browser keeps of a log-in."""
    context = browser.new_context(base_url=address)
    log_in(context.new_page(), address, username, password)
    kept = context.storage_state()
    context.close()
    return kept


def log_in(page: Page, address: str, username: str, password: str) -> None:
    """Log in by the log-in page."""
    page.goto(f"{address}/login")
    page.fill("[name=username]", username)
    page.fill("[name=password]", password)
    page.click("main button")


def complaints_of(page: Page) -> list[str]:
    """What the browser complains about from now on: refused styles and scripts, faults of ours."""
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints
