"""`docs/mutation.md` and what a run tells as data: who survived, and the reason why nothing can kill it."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

DOCUMENT = Path(__file__).parents[2] / "docs/mutation.md"
Name = tuple[str, str]
"""A module and what a mutant of it is called."""
CRASHED = "crashed or took too long"
_MODULE = re.compile(r"### `forms/(?P<module>[\w/]+)\.py`")
_SURVIVOR = re.compile(r"- (?P<mutant>[\w.]+: `.*?` → `.*?`(?: \(\d+\))?): (?P<reason>.+)")


def excused(document: Path = DOCUMENT) -> dict[Name, str]:
    """The survivors that the document lists, with the reason."""
    found: dict[Name, str] = {}
    module = ""
    for line in document.read_text(encoding="utf-8").split("\n"):
        if heading := _MODULE.fullmatch(line):
            module = heading["module"]
        if listed := _SURVIVOR.fullmatch(line):
            found[module, listed["mutant"]] = listed["reason"]
    return found


def killers(told: Iterable[Mapping[str, Any]]) -> dict[Name, str | None]:
    """What killed each mutant, None where nothing did; of one tried twice what was told last."""
    return {(each["module"], each["mutant"]): each["killer"] for each in told}


def survivors(told: Iterable[Mapping[str, Any]]) -> set[Name]:
    """The mutants that no test killed."""
    return {name for name, killer in killers(told).items() if killer is None}


def table(told: Iterable[Mapping[str, Any]], excuses: Collection[Name]) -> str:
    """What became of the mutants of each module, as the document shows it; those excused need not have been tried."""
    counts: dict[str, Counter[str]] = {}
    for name, killer in {**killers(told), **dict.fromkeys(excuses)}.items():
        for module in (name[0], "all"):
            counts.setdefault(module, Counter()).update([_fate(killer, name in excuses)])
    order = sorted(counts, key="all".__eq__)
    return "\n".join([
        f"| module | mutants | {' | '.join(_FATES)} |", f"|---|{'---:|' * (len(_FATES) + 1)}",
        *(f"| {module} | {counts[module].total()} | {' | '.join(str(counts[module][fate]) for fate in _FATES)} |"
          for module in order),
    ])  # fmt: skip


_FATES = ("killed by a test", "by time or a crash", "excused", "surviving")


def _fate(killer: str | None, is_excused: bool) -> str:
    if killer is None:
        return "excused" if is_excused else "surviving"
    return "by time or a crash" if killer == CRASHED else "killed by a test"
