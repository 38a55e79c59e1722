"""Timing an act again and again: how often a second, and how long the middle one takes."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Measured:
    """Acts a second, and the median and 95th percentile of one act in milliseconds; `cpu` is the median of what it took
    of this process's time, which other work of the machine does not lengthen."""

    rate: float
    p50: float
    p95: float
    cpu: float


def measure(act: Callable[[int], object], turns: range) -> Measured:
    """Call `act` with each number of the range; the first tenth warms up and does not count."""
    times: list[tuple[float, float]] = []
    for turn in turns:
        before, spent = time.perf_counter(), time.process_time()
        act(turn)
        times.append((time.perf_counter() - before, time.process_time() - spent))
    counted = times[len(times) // 10 :]
    ranked, spent_each = (sorted(column) for column in zip(*counted, strict=True))
    p95 = ranked[int(len(ranked) * 0.95)]
    return Measured(len(counted) / sum(ranked), median(ranked) * 1e3, p95 * 1e3, median(spent_each) * 1e3)


def fastest(runs: list[Measured]) -> Measured:
    """The run least disturbed by the machine's other work."""
    return max(runs, key=lambda run: run.rate)
