"""Mutants are what they are said to be, and live and die in a child of their own."""

from itertools import repeat
from pathlib import Path

import pytest

from forms import kleene, ucum, units
from forms.ctcae import DICTIONARIES
from forms.units import unit
from tests.mutation.mutants import Mutant, mutants_of
from tests.mutation.patching import put
from tests.mutation.report import CRASHED, excused, survivors, table
from tests.mutation.trying import in_a_child, path_of

SOURCE = '''\
"""A module."""
import re

LIMIT = 18
TABLE = {"a": "1/2", "b": "x"}
CONDITION = ">=3*ULN"


def old(age: int | None, most: int = 65) -> bool | None:
    """Whether it is."""
    if age is None:
        return None
    return age >= LIMIT and not age > most


def said(low: int, high: int) -> str:
    if low == -high:
        raise ValueError(f"{low + 1}")
    hint = "low" if low == 3 else "high"
    return check.fault(1, low) or max(low, 2)
'''


def found(tmp_path: Path) -> list[Mutant]:
    (tmp_path / "ages.py").write_text(SOURCE, encoding="utf-8")
    return [*mutants_of(tmp_path / "ages.py", "ages")]


EXPECTED = {
    "module: `LIMIT = 18` → `LIMIT = 19`",
    "module: `LIMIT = 18` → `LIMIT = 17`",
    "module: `TABLE = {'a': '1/2', 'b': 'x'}` → `TABLE = {'a': '2/2', 'b': 'x'}`",
    "module: `CONDITION = '>=3*ULN'` → `CONDITION = '>3*ULN'`",
    "module: `CONDITION = '>=3*ULN'` → `CONDITION = '>=4*ULN'`",
    "old: `age is None` → `age is not None`",
    "old: `age is None` → `True`",
    "old: `age is None` → `False`",
    "old: `return None` → `return True`",
    "old: `return None` → `return False`",
    "old: `65` → `66`",
    "old: `65` → `64`",
    "old: `age >= LIMIT and (not age > most)` → `age >= LIMIT or not age > most`",
    "old: `age >= LIMIT and (not age > most)` → `age > LIMIT and (not age > most)`",
    "old: `age >= LIMIT and (not age > most)` → `age >= LIMIT and age > most`",
    "old: `age >= LIMIT and (not age > most)` → `age >= LIMIT and (not age >= most)`",
    "said: `low == -high` → `low != -high`",
    "said: `low == -high` → `low == high`",
    "said: `low == -high` → `high == -high`",
    "said: `low == -high` → `low == -low`",
    "said: `low == -high` → `True`",
    "said: `low == -high` → `False`",
    "said: `check.fault(1, low) or max(low, 2)` → `check.fault(1, low) and max(low, 2)`",
    "said: `check.fault(1, low) or max(low, 2)` → `check.fault(1, low) or min(low, 2)`",
    "said: `check.fault(1, low) or max(low, 2)` → `check.fault(1, low) or max(high, 2)`",
    "said: `check.fault(1, low) or max(low, 2)` → `check.fault(1, low) or max(low, 3)`",
    "said: `check.fault(1, low) or max(low, 2)` → `check.fault(1, low) or max(low, 1)`",
}


def test_a_mutant_moves_a_boundary_or_what_is_missing_and_nothing_that_is_said(tmp_path: Path) -> None:
    assert {mutant.name for mutant in found(tmp_path)} == EXPECTED


def test_a_mutant_knows_the_lines_that_run_it_and_what_it_sets(tmp_path: Path) -> None:
    known = {mutant.name: mutant for mutant in found(tmp_path)}
    assert known["old: `age is None` → `True`"].lines == range(11, 12)
    assert known["module: `LIMIT = 18` → `LIMIT = 19`"].sets == ("LIMIT",)
    assert known["old: `65` → `66`"].has_defaults


def of_kleene(change: str) -> Mutant:
    return next(mutant for mutant in mutants_of(path_of("kleene"), "kleene") if mutant.name == change)


def test_a_mutant_lives_in_a_child_alone() -> None:
    mutant = of_kleene("conjunction: `return False` → `return True`")

    def attempt() -> bool | None:
        put(mutant, path_of("kleene"))
        return kleene.conjunction((False, True))

    assert in_a_child(attempt, "died") is True
    assert kleene.conjunction((False, True)) is False


def test_a_table_and_a_constant_are_exchanged_wherever_they_went() -> None:
    minute = next(each for each in mutants_of(path_of("ucum"), "ucum") if each.before.startswith("_atom('60'"))
    longest = next(each for each in mutants_of(path_of("units"), "units") if "_LONGEST" in each.sets)

    def attempt() -> tuple[object, object]:
        put(minute, path_of("ucum"))
        put(longest, path_of("units"))
        return unit("min").factor, units._LONGEST

    assert in_a_child(attempt, "died") == (61, int(longest.after.split("=")[1].split(",")[0].strip(" (")))
    assert ucum.ATOMS["min"].factor == 60
    assert unit("min").factor == 60


def test_what_a_table_is_made_of_changes_the_table() -> None:
    made_of = "{1: '>ULN', 2: '>3*ULN', 3: '>5*ULN', 4: '>20*ULN'}"
    stricter = next(each for each in mutants_of(path_of("ctcae_v5"), "ctcae_v5") if each.before == made_of)

    def attempt() -> str:
        put(stricter, path_of("ctcae_v5"))
        return DICTIONARIES["5.0"]["Alanine aminotransferase increased"].grades.get(1, "none")

    assert in_a_child(attempt, "died") == "none"
    assert DICTIONARIES["5.0"]["Alanine aminotransferase increased"].grades[1] == ">ULN"


def test_a_child_that_dies_is_known_by_it() -> None:
    assert in_a_child(lambda: 1 // 0, "died") == "died"
    assert in_a_child(lambda: bytearray(1 << 40), "died") == "died"


@pytest.mark.soak
def test_a_child_that_runs_away_is_ended() -> None:
    assert in_a_child(lambda: next(each for each in repeat(0) if each), "died", seconds=0.5) == "died"


TOLD: list[dict[str, str | None]] = [
    {"module": "ranges", "mutant": "find: `a < b` → `a <= b`", "killer": None},
    {"module": "ranges", "mutant": "find: `1` → `2`", "killer": None},
    {"module": "ranges", "mutant": "find: `1` → `2`", "killer": "test"},
    {"module": "units", "mutant": "unit: `1` → `2`", "killer": CRASHED},
    {"module": "units", "mutant": "unit: `1` → `0`", "killer": None},
]
TABLE = """\
| module | mutants | killed by a test | by time or a crash | excused | surviving |
|---|---:|---:|---:|---:|---:|
| ranges | 2 | 1 | 0 | 1 | 0 |
| units | 2 | 0 | 1 | 0 | 1 |
| all | 4 | 1 | 1 | 1 | 1 |"""


def test_the_document_lists_survivors_with_their_reasons(tmp_path: Path) -> None:
    (tmp_path / "x.md").write_text(
        "### `forms/ranges.py`\n\n- find: `a < b` → `a <= b`: never equal\n", encoding="utf-8"
    )
    excuses = excused(tmp_path / "x.md")
    assert excuses == {("ranges", "find: `a < b` → `a <= b`"): "never equal"}
    assert survivors(TOLD) - set(excuses) == {("units", "unit: `1` → `0`")}
    assert table(TOLD, excuses) == TABLE
