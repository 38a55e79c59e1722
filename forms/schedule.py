"""When each visit of the plan is due: its window in days of the calendar, both ends within it.

The plan counts days from day 0. While that is unknown, one thing alone can be said: a visit at day 0 follows a
screening visit by no more days than the screening's own window allows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from forms.casebook import EventKey
from forms.dates import Moment
from forms.datum import Datum
from forms.definitions import Event, Study
from forms.values import value_of

STATES = ("upcoming", "due", "overdue", "done", "not_done")
_COUNTED = ("scheduled", "scheduled_conditional", "unscheduled")


@dataclass(frozen=True)
class Begun:
    """What became of an event: its `state` (started, not_done, removed) and the day it took place, where known."""

    state: str
    day: date | None = None


@dataclass(frozen=True)
class Scheduled:
    """One visit: the first and last day of its window, the day it is due on, and what became of it.

    `fate` is open, done or not_done. Without a window no day is known on which it would be late.
    """

    event: EventKey
    fate: str = "open"
    first: date | None = None
    due: date | None = None
    last: date | None = None
    day: date | None = None

    def state_on(self, today: date) -> str:
        """Its state on a day: one of `STATES`."""
        if self.fate != "open" or self.first is None or self.last is None:
            return "upcoming" if self.fate == "open" else self.fate
        if today < self.first:
            return "upcoming"
        return "due" if today <= self.last else "overdue"

    def outside(self, day: date | None) -> int:
        """By how many days a day lies before (negative) or after its window; 0 within, or where nothing is known."""
        if day is None or self.first is None or self.last is None:
            return 0
        return min(0, (day - self.first).days) + max(0, (day - self.last).days)


def schedule(
    study: Study, zero: date | None, begun: Mapping[EventKey, Begun], *, has_ended: bool = False
) -> tuple[Scheduled, ...]:
    """The visits of a subject in the order of the plan: those that are planned, and the others that took place.

    `zero` is the day 0; a subject who `has_ended` is expected at no further visit.
    """
    screened = _screened(study, begun)
    found = []
    for event in sorted(study.events.values(), key=lambda each: each.order):
        if event.kind in _COUNTED and event.forms:
            found += [_scheduled(event, key, begun.get(key), zero, screened) for key in _keys(event, begun)]
    return tuple(each for each in found if not (has_ended and each.fate == "open"))


def day_zero(study: Study, records: Mapping[tuple[EventKey, str], Mapping[str, Datum]]) -> date | None:
    """The day 0 of a subject: the item that the study names for it, else the date of the visit at day 0. `records` are
    the values by event and form; a date that is known in part is no day."""
    if study.zero_item is not None:
        alias, form, item = study.zero_item.split(".")
        keys = [EventKey(event.oid) for event in study.events.values() if event.alias == alias]
        return _day_in(study, form, item, [records[key, form] for key in keys if (key, form) in records])
    keys = [EventKey(event.oid) for event in study.events.values() if event.target == 0]
    form, _, item = study.visit_item.partition(".")
    return _day_in(study, form, item, [records[key, form] for key in keys if (key, form) in records])


def visit_day(study: Study, values: Mapping[str, Datum]) -> date | None:
    """The day of a visit, from the values of the form that dates it; None where it is not wholly known."""
    form, _, item = study.visit_item.partition(".")
    return _day_in(study, form, item, [values])


def _day_in(study: Study, form: str, item: str, held: list[Mapping[str, Datum]]) -> date | None:
    definition = study.forms[form].items[item]
    for values in held:
        found = value_of(definition, values.get(item))
        if isinstance(found, Moment) and found.date().is_exact:
            return found.date().earliest
    return None


def _keys(event: Event, begun: Mapping[EventKey, Begun]) -> list[EventKey]:
    """A planned visit, begun or not; of the others those that took place."""
    held = sorted(key for key, each in begun.items() if key.oid == event.oid and each.state != "removed")
    return held or ([EventKey(event.oid)] if event.kind == "scheduled" and not event.repeating else [])


def _scheduled(
    event: Event, key: EventKey, begun: Begun | None, zero: date | None, screened: tuple[date, date] | None
) -> Scheduled:
    fate = {"started": "done", "not_done": "not_done"}.get(begun.state if begun else "", "open")
    day = begun.day if begun and fate == "done" else None
    first, due, last = _window(event, zero, screened)
    return Scheduled(key, fate, first, due, last, day)


def _window(
    event: Event, zero: date | None, screened: tuple[date, date] | None
) -> tuple[date | None, date | None, date | None]:
    """The first day, the day it is due on, and the last day. A visit that the plan gives days but no target (as
    screening) has a window alone; one that is no part of the plan's days has neither."""
    if event.kind != "scheduled" or (event.target is None and event.window_min is None):
        return None, None, None
    if zero is None:
        return (screened[0], screened[1], screened[1]) if screened and event.target == 0 else (None, None, None)
    at, low, high = event.target or 0, event.window_min or 0, event.window_max or 0
    first, last = _on(zero, at + low), _on(zero, at + high)
    due = None if event.target is None else _on(zero, at)
    return (first, due, last) if first and last else (None, None, None)


def _screened(study: Study, begun: Mapping[EventKey, Begun]) -> tuple[date, date] | None:
    """The days on which day 0 can lie after a screening visit: the window of that visit, looked at from it."""
    for event in study.events.values():
        took_place = begun.get(EventKey(event.oid))
        low, high = event.window_min, event.window_max
        if event.target is not None or event.kind != "scheduled" or low is None or high is None or took_place is None:
            continue
        if low < 0 and took_place.state == "started" and took_place.day is not None:
            first, last = _on(took_place.day, -high), _on(took_place.day, -low)
            return (first, last) if first and last else None
    return None


def _on(day: date, days: int) -> date | None:
    """A day so many days later; None outside the calendar."""
    try:
        return day + timedelta(days)
    except OverflowError:
        return None
