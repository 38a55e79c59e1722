"""What stands at the top of the house, and what the pinned requirements hold."""

import re
import subprocess
import tomllib

import pytest

from tests.house.tree import ROOT

TOP = {
    ".ci", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md", "audit", "benchmarks",
    "docs", "ecrf", "forms", "migrations", "pyproject.toml", "requirements-dev.in", "requirements-dev.txt",
    "requirements.in", "requirements.txt", "tests", "wsgi.py",
}  # fmt: skip
LOCKS = ("requirements.txt", "requirements-dev.txt")


def test_nothing_else_stands_at_the_top() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert {name.split("/")[0] for name in listed} == TOP


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_registry(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert re.findall(r"https?://|--(?:extra-)?index-url|--find-links| @ ", text) == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_library_is_pinned_with_its_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    pins = [line for line in text.split("\n") if line and not line.lstrip().startswith("#")]
    assert [
        pin[:60] for pin in pins if not re.match(r"[\w.-]+(\[[\w,-]+\])?==\S+ .*--hash=sha256:[0-9a-f]{64}", pin)
    ] == []


def test_what_is_asked_for_is_pinned() -> None:
    for source in ("requirements.in", "requirements-dev.in"):
        asked = re.findall(r"^([A-Za-z][\w.-]*)", (ROOT / source).read_text(encoding="utf-8"), re.MULTILINE)
        pinned = (ROOT / source.replace(".in", ".txt")).read_text(encoding="utf-8").lower()
        assert [
            name for name in asked if not re.search(rf"^{re.escape(name.lower())}(\[|==)", pinned, re.MULTILINE)
        ] == []


def test_warnings_are_errors() -> None:
    configured = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert configured["tool"]["pytest"]["ini_options"]["filterwarnings"][0] == "error"
