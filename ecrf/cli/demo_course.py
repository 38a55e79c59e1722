"""How a made subject fares: which visits it comes to, whether it is enrolled, and how its way ends."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from forms.casebook import EventKey
from forms.definitions import Event, Study

SCREENING = EventKey("SE.SCR")
LATEST = timedelta(days=3)
"""So long after the last visits somebody still enters data."""
_STARTS = timedelta(days=281)
_SCREEN_FAILURES, _DROPPED_OUT, _MISSED, _NOT_SAID = 0.12, 0.035, 0.02, 0.2


@dataclass(frozen=True)
class Visit:
    """One visit as it was: when, or missed; how late it was entered, and whether its forms were completed."""

    event: Event
    day: date
    is_missed: bool
    entered: date
    is_complete: bool


@dataclass(frozen=True)
class Course:
    """The way of one subject until the last day that data tell of.

    `zero` is the day of enrolment (or failure), None while it lies ahead; `end` the act that ended the way and `ended`
    its day; `ahead` the visit that comes next and its day.
    """

    begun: date
    visits: tuple[Visit, ...]
    zero: date | None = None
    end: str | None = None
    ended: date | None = None
    ahead: tuple[Event, date] | None = None

    @property
    def is_enrolled(self) -> bool:
        """Whether the gate opened."""
        return self.zero is not None and self.end != "screen_failure"


def course(dice: random.Random, study: Study, until: date) -> Course:
    """The way of a subject by chance, as data tell of it `until` a day."""
    begun = until - timedelta(days=dice.randrange(_STARTS.days))
    visits = [_visit(dice, study.events[SCREENING.oid], begun, until, is_missed=False)]
    fails, zero = dice.random() < _SCREEN_FAILURES, begun + timedelta(days=dice.randint(5, 14))
    if zero > until:
        return Course(begun, tuple(visits), ahead=(next(_planned(study)), zero))
    if fails:
        return Course(begun, tuple(visits), zero, "screen_failure", zero)
    for event in _planned(study):
        day = zero + timedelta(days=(event.target or 0) + _late(dice, event))
        if day > until:
            return Course(begun, tuple(visits), zero, ahead=(event, day))
        if event.target and dice.random() < _DROPPED_OUT:
            said = dice.random() >= _NOT_SAID
            return Course(begun, tuple(visits), zero, *(("withdraw", day) if said else ()))
        visits.append(_visit(dice, event, day, until, is_missed=event.target != 0 and dice.random() < _MISSED))
    return Course(begun, tuple(visits), zero, "complete", visits[-1].entered)


def _planned(study: Study) -> Iterator[Event]:
    return (each for each in study.events.values() if each.kind == "scheduled" and each.target is not None)


def _late(dice: random.Random, event: Event) -> int:
    days = dice.randint(event.window_min or 0, event.window_max or 0)
    return days + (dice.randint(2, 6) if event.target and dice.random() < 0.04 else 0)


def _visit(dice: random.Random, event: Event, day: date, until: date, *, is_missed: bool) -> Visit:
    lag = dice.choice((0, 0, 0, 1, 1, 2, 3, 5, 9, 16))
    entered = min(day + timedelta(days=lag), until + LATEST)
    return Visit(event, day, is_missed, entered, dice.random() < (0.95 if day < until - timedelta(days=40) else 0.5))
