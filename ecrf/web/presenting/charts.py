"""Plots as geometry: what a template draws, with everything that a plot says beside it in words."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, FLOOR, CEILING = 520, 180, 30
_ROOM = 490


@dataclass(frozen=True)
class Bar:
    """One bar of a plot; `url` leads to the list of what it counts."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    label: str
    number: int
    url: str
    kind: str = ""


def bars(counts: Sequence[tuple[str, int, str]], *, warned: int = 0) -> tuple[Bar, ...]:
    """Bars of (label, number, address), the highest as high as the plot; the last `warned` ones are of concern."""
    highest = max([number for _, number, _ in counts], default=0) or 1
    step = _ROOM / max(1, len(counts))
    return tuple(
        _bar(20 + step * at, step, number / highest, label, number, url, "-3" if at >= len(counts) - warned else "")
        for at, (label, number, url) in enumerate(counts)
    )


def _bar(left: float, step: float, share: float, label: str, number: int, url: str, kind: str) -> Bar:
    width, height = round(step * 0.66, 1), round(share * (FLOOR - CEILING - 6), 1)
    x = round(left + (step - width) / 2, 1)
    return Bar(x, FLOOR - height, width, height, round(left + step / 2, 1), label, number, url, kind)
