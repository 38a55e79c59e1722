"""Mutants tried one after the other in children of one process that has everything imported and collected.

A mutant is tried on the tests that run what it changes, the fastest first, until one fails. A child that fails, crashes
or takes too long has killed its mutant.
"""

import gc
import json
import math
import os
import pickle
import resource
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import coverage
import pytest
from _pytest.runner import runtestprotocol

from tests.mutation.mutants import Mutant, mutants_of
from tests.mutation.patching import caches, forget, functions_of, put
from tests.mutation.report import CRASHED, Name
from tests.mutation.scope import TABLES

ROOT = Path(__file__).parents[2]
SURVEYING, GIGABYTES = 1800, 4
Items = Mapping[str, pytest.Item]


@dataclass
class Survey:
    """Which tests run which lines of which file, and how long each takes in seconds."""

    tests: dict[str, dict[int, set[str]]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def tests_of(self, mutant: Mutant, seconds: float) -> Iterator[str]:
        """The tests that run what a mutant changes, the fastest first, as many as take so long together; for a
        constant all that run its file, for a table those that hold it against its source."""
        if mutant.module in TABLES:
            found = {test for test in self.seconds if f"/{TABLES[mutant.module]}::" in test}
        else:
            lines = self.tests.get(str(path_of(mutant.module)), {})
            wanted = lines if mutant.sets else mutant.lines
            found = {test for line in wanted for test in lines.get(line, ())}
        for test in sorted(found & self.seconds.keys(), key=self.seconds.__getitem__):
            seconds -= self.seconds[test]
            if seconds > 0:
                yield test


def path_of(module: str) -> Path:
    """The file of a module named from `forms` on: `expressions/numbers`."""
    return ROOT / "forms" / f"{module}.py"


class Trying:
    """A pytest plugin that tries mutants in the place of running the tests; what became of each goes to a file, one
    JSON object a line."""

    def __init__(
        self, modules: Iterable[str], out: Path, *, seconds: float, excused: set[Name], only: set[Name] | None
    ) -> None:
        self.modules, self.out, self.seconds, self.excused, self.only = modules, out, seconds, excused, only

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Survey the tests, then try every mutant of every module."""
        items = {item.nodeid: item for item in session.items}
        for module in self.modules:
            functions_of(str(path_of(module)))
        caches()
        gc.collect()
        gc.freeze()
        survey: Survey = in_a_child(lambda: surveyed(items), Survey(), SURVEYING)
        if unfit := items.keys() - survey.seconds.keys():
            pytest.exit(f"These tests fail of themselves: {sorted(unfit)}", returncode=1)
        with self.out.open("a", encoding="utf-8") as told:
            for module in self.modules:
                for mutant in mutants_of(path_of(module), module):
                    if self._is_wanted((module, mutant.name)):
                        tests = survey.tests_of(mutant, self.seconds)
                        tell(told, mutant, *tried(mutant, {items[test]: survey.seconds[test] for test in tests}))
        return True

    def _is_wanted(self, name: Name) -> bool:
        return name not in self.excused and (self.only is None or name in self.only)


def tell(told: IO[str], mutant: Mutant, killer: str | None, tests: int, seconds: float) -> None:
    """Write down what became of a mutant."""
    said = {"module": mutant.module, "line": mutant.lines.start, "mutant": mutant.name, "killer": killer,
            "tests": tests, "seconds": round(seconds, 2)}  # fmt: skip
    told.write(json.dumps(said, ensure_ascii=False) + "\n")
    told.flush()


def tried(mutant: Mutant, tests: Mapping[pytest.Item, float]) -> tuple[str | None, int, float]:
    """What killed a mutant, None where it survives; how many tests run it, and how long it took. `tests` are given with
    their seconds."""
    began = time.monotonic()

    def attempt() -> str | None:
        try:
            put(mutant, path_of(mutant.module))
        except Exception as refused:  # noqa: BLE001 - whatever a module so changed raises when it is imported
            return repr(refused)
        return next((test.nodeid for test, seconds in tests.items() if not passes_within(test, seconds)), None)

    return in_a_child(attempt, CRASHED), len(tests), time.monotonic() - began


def passes_within(item: pytest.Item, seconds: float) -> bool:
    """Whether a test passes; a child that takes ten times as long as it should has run away and dies."""
    allow(time.process_time() + 2 + 10 * seconds)
    return passes(item)


def allow(seconds: float) -> None:
    """End this process when it has had so much of the processor."""
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(seconds), resource.RLIM_INFINITY))


def passes(item: pytest.Item) -> bool:
    """Whether a test passes, with its fixtures made for it alone."""
    return not any(report.failed for report in runtestprotocol(item, log=False, nextitem=None))


def surveyed(items: Items) -> Survey:
    """Every test run twice: watched, for its lines, and again in the order in which mutants will meet them, the fastest
    first, for its seconds. So a test that fails later fails of its mutant; those that fail here take no part."""
    watching, survey = coverage.Coverage(data_file=None, include=[f"{ROOT}/forms/*"], config_file=False), Survey()
    watched = {test: _seconds(item, test, watching) for test, item in items.items()}
    for test in sorted(watched, key=lambda each: watched[each] or 0):
        seconds = _seconds(items[test])
        if seconds is not None and watched[test] is not None:
            survey.seconds[test] = seconds
    data = watching.get_data()
    for path in data.measured_files():
        survey.tests[path] = {line: set(tests) for line, tests in data.contexts_by_lineno(path).items()}
    return survey


def _seconds(item: pytest.Item, test: str = "", watching: coverage.Coverage | None = None) -> float | None:
    """How long a test takes that passes, None for one that fails."""
    forget()
    began = time.process_time()
    if watching:
        watching.start()
        watching.switch_context(test)
    good = passes(item)
    if watching:
        watching.stop()
    return time.process_time() - began if good else None


def in_a_child(act: Callable[[], Any], otherwise: Any, seconds: float = 60) -> Any:
    """What an act gives, run quietly in a child within bounds of time and memory; `otherwise` where it dies of them."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ours)
        _run_and_exit(act, theirs, seconds)
    os.close(theirs)
    with os.fdopen(ours, "rb") as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return pickle.loads(told) if told else otherwise  # noqa: S301 - from our own child


def _run_and_exit(act: Callable[[], Any], pipe: int, seconds: float) -> None:
    """The life of a child, which ends without what its parent has planned for its own end."""
    try:
        quiet = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(quiet, stream)
        allow(seconds)
        resource.setrlimit(resource.RLIMIT_AS, (GIGABYTES << 30, GIGABYTES << 30))
        told = pickle.dumps(act())
        with os.fdopen(pipe, "wb") as out:
            out.write(told)
    finally:
        os._exit(0)
