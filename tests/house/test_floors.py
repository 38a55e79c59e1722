"""The floors of the house: every contract of import-linter holds, and has been seen to fail on a planted breach."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.house.tree import PRODUCT, ROOT

LINT = Path(sys.executable).with_name("lint-imports")
BREACHES = [  # (contract, a file of ours, the import planted in it)
    ("forms-is-pure", "forms/datum.py", "import sqlalchemy"),
    ("forms-is-pure", "forms/datum.py", "import ecrf.errors"),
    ("forms-is-pure", "forms/datum.py", "import random"),
    ("audit-is-alone", "audit/tables.py", "import flask"),
    ("audit-is-alone", "audit/tables.py", "import forms.datum"),
    ("floors", "ecrf/models/records.py", "import ecrf.services.records"),
    ("floors", "ecrf/policy/permissions.py", "import ecrf.reads.records"),
    ("floors", "ecrf/web/words.py", "import ecrf.api"),
    ("floors", "ecrf/stray.py", "x = 1"),
    ("faces-ask-no-tables", "ecrf/web/words.py", "import sqlalchemy"),
    ("services-know-no-http", "ecrf/services/records.py", "import flask"),
    ("no-circles", "forms/datum.py", "import forms.casebook"),
]


def lint(house: Path, *contract: str) -> subprocess.CompletedProcess[str]:
    """The verdict of import-linter on a house, on one contract or on all."""
    options = [word for name in contract for word in ("--contract", name)]
    command = [str(LINT), "--cache-dir", str(house / ".import_linter_cache"), "--no-logo", *options]
    return subprocess.run(command, cwd=house, capture_output=True, text=True, check=False)


def contracts() -> set[str]:
    configured = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["id"] for contract in configured["tool"]["importlinter"]["contracts"]}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the house that a test may break."""
    house = tmp_path_factory.mktemp("house")
    for package in PRODUCT:
        shutil.copytree(
            ROOT / package, house / package, ignore=shutil.ignore_patterns("static", "studies", "__pycache__")
        )
    shutil.copy(ROOT / "pyproject.toml", house)
    return house


def test_the_house_keeps_all_its_contracts() -> None:
    verdict = lint(ROOT)
    assert verdict.returncode == 0, verdict.stdout


def test_every_contract_has_a_planted_breach() -> None:
    assert {contract for contract, *_ in BREACHES} == contracts()


@pytest.mark.parametrize(("contract", "file", "line"), BREACHES)
def test_a_contract_fails_on_a_planted_breach(copy: Path, contract: str, file: str, line: str) -> None:
    place = copy / file
    whole = place.read_text(encoding="utf-8") if place.exists() else None
    place.write_text(f"{whole or ''}\n{line}\n", encoding="utf-8")
    verdict = lint(copy, contract)
    _restore(place, whole)
    assert verdict.returncode == 1, verdict.stdout
    assert "BROKEN" in verdict.stdout


def _restore(place: Path, whole: str | None) -> None:
    if whole is None:
        place.unlink()
    else:
        place.write_text(whole, encoding="utf-8")
