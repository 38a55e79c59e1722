"""Enrolment against plan as geometry: steps of what was enrolled, a line of what was planned, and today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ecrf.reads.study_home import Month, Standing

LEFT, RIGHT, FLOOR, CEILING = 40, 470, 180, 24
_STEPS = (1, 2, 5)
_MOST_LABELS = 8


@dataclass(frozen=True)
class Tick:
    """A mark of a scale."""

    at: float
    text: str


@dataclass(frozen=True)
class Curve:
    """The plot: paths as SVG writes them; `end` and `plan_end` are where the lines end today and at the end."""

    enrolled: str
    planned: str
    heights: tuple[Tick, ...]
    months: tuple[Tick, ...]
    today: float
    end: float
    plan_end: float
    has_plan: bool


def curve(months: Sequence[Month], today: date, total: Standing) -> Curve | None:
    """The plot of some months; None where nothing is planned and nobody is enrolled."""
    if not months:
        return None
    highest = max(1.0, *(month.planned for month in months), *(float(month.enrolled) for month in months))
    step = _step(highest)
    scale = _Scale(len(months), step * (int((highest - 0.001) // step) + 1))
    this = sum(month.begins <= today for month in months)
    past = months[:this]
    at = round(LEFT + (max(this, 1) - 1 + today.day / 31) * scale.width, 1)
    every = max(1, -(-len(months) // _MOST_LABELS))
    labels = [Tick(scale.x(place + 0.5), each.begins.isoformat()[:7]) for place, each in enumerate(months)]
    return Curve(
        _steps(scale, past, at), _line(scale, months),
        tuple(Tick(scale.y(height), str(height)) for height in range(0, scale.top + 1, step)),
        tuple(labels[::every]), at, scale.y(total.enrolled), scale.y(months[-1].planned),
        any(month.planned for month in months),
    )  # fmt: skip


@dataclass(frozen=True)
class _Scale:
    months: int
    top: int

    @property
    def width(self) -> float:
        return (RIGHT - LEFT) / self.months

    def x(self, months: float) -> float:
        return round(LEFT + months * self.width, 1)

    def y(self, number: float) -> float:
        return round(FLOOR - number / self.top * (FLOOR - CEILING), 1)


def _step(highest: float) -> int:
    """The distance of the lines: about four of them."""
    size = 1
    while True:
        for step in _STEPS:
            if highest / (step * size) <= 5:
                return step * size
        size *= 10


def _steps(scale: _Scale, past: Sequence[Month], today: float) -> str:
    """Each month's number from its end on, and no further than today."""
    parts, before = [f"M{LEFT} {FLOOR}"], 0
    for place, month in enumerate(past, 1):
        at = min(scale.x(place), today)
        parts.append(f"H{at}")
        if month.enrolled != before:
            parts.append(f"V{scale.y(month.enrolled)}")
        before = month.enrolled
    return "".join([*parts, f"H{today}"])


def _line(scale: _Scale, months: Sequence[Month]) -> str:
    points = "".join(f"L{scale.x(place)} {scale.y(month.planned)}" for place, month in enumerate(months, 1))
    return f"M{LEFT} {FLOOR}{points}"
