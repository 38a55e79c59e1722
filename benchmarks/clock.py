"""Timing an act again and again: how often a second, and how long the middle one takes."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Measured:
    """Acts a second, and the median and 95th percentile of one act in milliseconds."""

    rate: float
    p50: float
    p95: float


def measure(act: Callable[[int], object], turns: range) -> Measured:
    """Call `act` with each number of the range; the first tenth warms up and does not count."""
    times: list[float] = []
    for turn in turns:
        before = time.perf_counter()
        act(turn)
        times.append(time.perf_counter() - before)
    counted = times[len(times) // 10 :]
    ranked = sorted(counted)
    return Measured(len(counted) / sum(counted), median(ranked) * 1e3, ranked[int(len(ranked) * 0.95)] * 1e3)


def fastest(runs: list[Measured]) -> Measured:
    """The run least disturbed by the machine's other work."""
    return max(runs, key=lambda run: run.rate)
