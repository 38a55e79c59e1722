"""The README's first command on a fresh clone: it builds, fills, serves, keeps the data and starts over."""

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks.browser import Browser, fields_of
from tests.house.tree import ROOT

LOG_IN = re.compile(r"^\s+coordinator\s+NJ01\s+(\S+)\s+(\S+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is committed, and nothing that this machine has beside it."""
    folder = tmp_path_factory.mktemp("clone") / "ecrf"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    return folder


@contextmanager
def running(clone: Path, port: int) -> Iterator[str]:
    """`make run`, and what it printed until its pages answered."""
    surroundings = {
        name: value for name, value in os.environ.items() if not name.startswith(("ECRF_", "VIRTUAL_ENV", "MAKE"))
    }
    command = ["make", "run", f"PORT={port}"]
    with subprocess.Popen(
        command, cwd=clone, env=surroundings, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as made:
        try:
            yield _printed(made, f"http://127.0.0.1:{port}")
        finally:
            os.killpg(made.pid, signal.SIGINT)
            made.wait(30)


def _printed(made: subprocess.Popen[str], address: str) -> str:
    lines = []
    for line in made.stdout or ():
        lines.append(line)
        if address in line:
            return "".join(lines)
    return pytest.fail(f"make run ended:\n{''.join(lines)}")


def _browse(port: int) -> Browser:
    for _ in range(200):
        browser = Browser(port)
        try:
            browser.get("/health")
        except OSError:
            browser.close()
            time.sleep(0.1)
        else:
            return browser
    return pytest.fail("nobody answers")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_make_run_serves_the_demonstration_from_a_fresh_clone(clone: Path) -> None:
    port = _free_port()
    with running(clone, port) as printed:
        found = LOG_IN.search(printed)
        assert found, printed
        browser = _browse(port)
        token = fields_of(browser.get("/login")[1])["csrf_token"]
        sent = {"csrf_token": token, "username": found[1], "password": found[2]}
        assert browser.post("/login", sent)[0] in {302, 303}
        status, page = browser.get("/subjects")
        assert (status, "NJ01-S002" in page) == (200, True)
        browser.close()
    kept = clone / "instance/demo"
    assert (kept / "ecrf.db").is_file()
    assert [path for path in (kept, *kept.iterdir()) if path.stat().st_mode & 0o077] == []
    with running(clone, port) as printed:
        assert "instance/demo/ecrf.log-ins.json" in printed
        assert not LOG_IN.search(printed)
    subprocess.run(["make", "reset-demo"], cwd=clone, check=True)
    assert not (clone / "instance/demo").exists()
