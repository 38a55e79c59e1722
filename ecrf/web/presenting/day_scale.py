"""A subject's visits on a scale of days: windows as boxes, what took place and what is planned as marks, and today."""

from dataclasses import dataclass
from datetime import date

from ecrf.reads.visits import Schedule, VisitLine

LEFT, RIGHT, WIDTH = 70, 1290, 1360
_MARKS = {"done": "complete", "not_done": "notdone"}


@dataclass(frozen=True)
class Window:
    """The box of one window; `name` stands above it where there is room."""

    x: float
    width: float
    middle: float
    name: str
    day: str
    is_now: bool


@dataclass(frozen=True)
class Mark:
    """What took place, or is planned; `kind` is a symbol, `note` says by how many days it lies outside."""

    x: float
    kind: str
    note: str


@dataclass(frozen=True)
class DayScale:
    """The whole scale; nothing where no window is known."""

    windows: tuple[Window, ...]
    marks: tuple[Mark, ...]
    today: float | None


def day_scale(schedule: Schedule) -> DayScale | None:
    """The scale of a schedule, from its first known day to its last; None where no window is known."""
    visits = [visit for visit in schedule.visits if visit.first and visit.last]
    days = [day for visit in schedule.visits for day in (visit.first, visit.last, visit.day, visit.planned_on) if day]
    if not visits:
        return None
    first, last = min(days), max(days)
    scale = _Scale(first, max(1, (last - first).days))
    marks = tuple(_mark(scale, each) for each in schedule.visits if each.day or (each.is_ahead and each.planned_on))
    today = scale.at(schedule.today) if first <= schedule.today <= last else None
    return DayScale(_windows(scale, visits, schedule.today), marks, today)


@dataclass(frozen=True)
class _Scale:
    first: date
    length: int

    def at(self, day: date) -> float:
        return round(LEFT + (day - self.first).days / self.length * (RIGHT - LEFT), 1)


def _windows(scale: _Scale, visits: list[VisitLine], today: date) -> tuple[Window, ...]:
    found, free = [], -1.0
    for visit in visits:
        if visit.first is None or visit.last is None:
            continue
        x = scale.at(visit.first)
        width = max(8.0, round(scale.at(visit.last) - x, 1))
        middle = round(x + width / 2, 1)
        shown = middle > free
        free = middle + 44 if shown else free
        day = (visit.day or visit.due or visit.last).isoformat()[5:]
        is_now = visit.first <= today <= visit.last
        found.append(Window(x, width, middle, visit.alias if shown else "", day if shown else "", is_now))
    return tuple(found)


def _mark(scale: _Scale, visit: VisitLine) -> Mark:
    day = visit.day or visit.planned_on
    note = f"{visit.outside:+d} d".replace("-", "−") if visit.outside else ""
    kind = "finding" if visit.outside else _MARKS.get(visit.state, "clock")
    return Mark(scale.at(day) if day else LEFT, kind, note)
