"""No mutant of the modules in `scope.py` survives but those that `docs/mutation.md` excuses, each for a reason."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutation.mutants import mutants_of
from tests.mutation.report import excused, survivors
from tests.mutation.scope import MODULES
from tests.mutation.trying import ROOT, path_of


@pytest.mark.soak
@pytest.mark.timeout(6 * 3600)
def test_no_mutant_survives_but_those_excused(tmp_path: Path) -> None:
    out = tmp_path / "mutation.jsonl"
    subprocess.run([sys.executable, "-m", "tests.mutation", "--out", str(out)], cwd=ROOT, check=True)
    told = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert {each["module"] for each in told} == set(MODULES)
    assert survivors(told) == set()


@pytest.mark.soak
def test_every_excuse_is_for_a_mutant_that_there_is() -> None:
    there_are = {(module, mutant.name) for module in MODULES for mutant in mutants_of(path_of(module), module)}
    assert set(excused()) - there_are == set()
