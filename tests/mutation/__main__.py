"""`python -m tests.mutation [MODULE ...]`: tries the mutants of the modules and writes down what became of each.

Each line of `build/mutation.jsonl` is one mutant; `killer` is the test that failed, null where it survives. What
`docs/mutation.md` excuses is not tried. At the end the table of that document is printed. `--seconds N` asks only the
fastest tests, `--again FILE` tries the survivors of an earlier run.
"""

import json
import math
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tests.mutation.report import excused, survivors, table
from tests.mutation.scope import LEFT_OUT, MODULES, PASSED_OVER
from tests.mutation.trying import ROOT, Trying

OPTIONS = ("-q", "-W", "ignore::pytest.PytestAssertRewriteWarning", "-p", "no:cacheprovider", "-p", "no:capture",
           "-o", "timeout=0", "-k", PASSED_OVER, "--rootdir", str(ROOT))  # fmt: skip
PROFILE = hypothesis.settings(
    derandomize=True, database=None, deadline=None, suppress_health_check=list(hypothesis.HealthCheck),
    phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
)  # fmt: skip
"""The same examples for every mutant, whatever else the machine does."""


def main() -> int:
    """Try the mutants that are asked for."""
    asked = ArgumentParser(prog="python -m tests.mutation")
    asked.add_argument("modules", nargs="*", default=MODULES)
    asked.add_argument("--seconds", type=float, default=math.inf, help="of tests for one mutant")
    asked.add_argument("--again", type=Path)
    asked.add_argument("--out", type=Path, default=ROOT / "build/mutation.jsonl")
    wanted = asked.parse_args()
    hypothesis.settings.register_profile("mutation", PROFILE)
    hypothesis.settings.load_profile("mutation")
    wanted.out.parent.mkdir(exist_ok=True)
    found = sorted((ROOT / "tests/forms").glob("test_*.py"))
    tests = [str(path) for path in found if not any(path.match(left_out) for left_out in LEFT_OUT)]
    excuses = excused()
    trying = Trying(
        wanted.modules, wanted.out, seconds=wanted.seconds, excused={*excuses},
        only=survivors(_told(wanted.again)) if wanted.again else None,
    )  # fmt: skip
    ended = int(pytest.main([*OPTIONS, *tests], plugins=[trying]))
    of_these = [name for name in excuses if name[0] in wanted.modules]
    sys.stdout.write(table(_told(wanted.out), of_these) + "\n")
    return ended


def _told(run: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    sys.exit(main())
