"""Our save and our form page over HTTP, served as in production: gunicorn, two workers of four threads, one client."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from benchmarks.answers import CHEMISTRY, Sheet
from benchmarks.browser import Browser, fields_of
from benchmarks.clinic import PASSWORD, ROOT, USERNAME, Clinic
from benchmarks.clock import Measured, measure

GUNICORN = Path(sys.executable).with_name("gunicorn")
PATIENCE = 90


@contextmanager
def served(clinic: Clinic) -> Iterator[Browser]:
    """The application on a free port, with somebody logged in."""
    port = _free_port()
    command = [str(GUNICORN), "--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4"]
    quiet = ["--no-control-socket", "--log-level", "error", "wsgi:app"]
    surroundings = {
        **os.environ, "ECRF_DATABASE_URL": clinic.settings.database_url, "ECRF_SECRET_KEY": clinic.settings.secret_key,
        "ECRF_DEMO": "1",
    }  # fmt: skip
    with subprocess.Popen([*command, *quiet], cwd=ROOT, env=surroundings, stderr=subprocess.DEVNULL) as server:
        try:
            with closing(_arrived(port)) as browser:
                _log_in(browser)
                yield browser
        finally:
            server.terminate()


def address(subject: str, form: str) -> str:
    """The page of a screening form."""
    return f"/subjects/{subject}/SE.SCR/{form}"


def measure_saves(browser: Browser, clinic: Clinic, turns: range, sheet: Sheet = CHEMISTRY) -> Measured:
    """First entries, posted as the page posts them."""
    browser.close()  # the server has hung up meanwhile; the next request calls again
    token = fields_of(browser.get(address(clinic.subjects[turns[0]], sheet.form))[1])["csrf_token"]
    sent, cookies = {"csrf_token": token, "revision": "0", **sheet.typed()}, dict(browser.cookies)

    def post(turn: int) -> None:
        browser.cookies = dict(cookies)  # the page that would have said "Saved" is never opened, so it piles up
        status, text = browser.post(address(clinic.subjects[turn], sheet.form), sent)
        assert status in {302, 303}, (status, text)

    return measure(post, turns)


def measure_page(browser: Browser, clinic: Clinic, form: str, turns: int = 100) -> tuple[Measured, int]:
    """A form page, and how many fields it has."""
    browser.close()
    place = address(clinic.subjects[0], form)
    fields = len(fields_of(browser.get(place)[1]))
    return measure(lambda _: browser.get(place), range(turns)), fields


def _log_in(browser: Browser) -> None:
    token = fields_of(browser.get("/login")[1])["csrf_token"]
    status, text = browser.post("/login", {"csrf_token": token, "username": USERNAME, "password": PASSWORD})
    assert status in {302, 303}, (status, text)


def _arrived(port: int) -> Browser:
    """A browser, as soon as the server answers."""
    until = time.monotonic() + PATIENCE
    while True:
        browser = Browser(port)
        try:
            browser.get("/health")
        except OSError:
            browser.close()
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return browser


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
