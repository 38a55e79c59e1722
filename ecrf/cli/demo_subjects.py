"""Believable casebooks of made subjects, the same for the same number: for trying lists and measuring speed."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from ecrf.cli.demo_values import PANELS, Values
from ecrf.services.bulk_entry import Sheet
from forms.casebook import EventKey
from forms.datum import Datum
from forms.definitions import Event, Study

OPENED = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
"""When the study opened its first sites: before the first visit."""
_SEED = 20260304
_FIRST, _LAST = date(2026, 1, 12), date(2026, 10, 20)
_CUT_OFF = date(2026, 10, 30)
"""Nothing is entered later than some days after this."""
REVIEWED = datetime(2026, 11, 9, 1, 0, tzinfo=UTC)
"""When monitors and data managers have looked at it all: after the last entry."""
_SCREENING = EventKey("SE.SCR")
_CASEBOOKS = 400
"""So many different casebooks there are; with more subjects, several have the same answers but for their numbers."""
_AT_NINE = time(1, 0, tzinfo=UTC)  # nine o'clock in China
_SCREEN_FAILURES, _DROPPED_OUT, _MISSED = 0.12, 0.06, 0.02
Answers = dict[str, Datum]


@dataclass(frozen=True)
class Visit:
    """One visit as it was: when, or missed; how late it was entered, and whether its forms were completed."""

    event: Event
    day: date
    is_missed: bool
    entered: date
    is_complete: bool


def kind_of(number: int) -> int:
    """Which of the different casebooks the subject of this number has: each its own, while there are enough."""
    return number if number < _CASEBOOKS else random.Random(_SEED - number).randrange(_CASEBOOKS)  # noqa: S311


def casebook(kind: int, number: str, study: Study) -> tuple[Sheet, ...]:
    """The sheets of one casebook with this screening number, in the order in which they were entered."""
    dice = random.Random(_SEED + kind)  # noqa: S311 - seeded on purpose
    values, begun = Values(dice, study), _FIRST + timedelta(days=dice.randrange((_LAST - _FIRST).days))
    sheets = [sheet for visit in _visits(dice, begun, study) for sheet in _sheets(dice, values, visit, number, begun)]
    return tuple(sorted(sheets, key=lambda sheet: sheet.at))


def _visits(dice: random.Random, begun: date, study: Study) -> Iterator[Visit]:
    """Screening and the visits that the subject reached before the cut-off, failed, or dropped out."""
    yield _visit(dice, study.events[_SCREENING.oid], begun, is_missed=False)
    if dice.random() < _SCREEN_FAILURES:
        return
    day_0 = begun + timedelta(days=dice.randint(5, 14))
    for event in (each for each in study.events.values() if each.kind == "scheduled" and each.target is not None):
        late = dice.randint(event.window_min or 0, event.window_max or 0) + (
            dice.randint(2, 6) if dice.random() < 0.04 else 0
        )
        day = day_0 + timedelta(days=(event.target or 0) + late)
        if day > _CUT_OFF or dice.random() < _DROPPED_OUT:
            return
        yield _visit(dice, event, day, is_missed=event.target != 0 and dice.random() < _MISSED)


def _visit(dice: random.Random, event: Event, day: date, *, is_missed: bool) -> Visit:
    lag = dice.choice((0, 0, 0, 1, 1, 2, 3, 5, 9, 16))
    entered = min(day + timedelta(days=lag), _CUT_OFF + timedelta(days=3))
    return Visit(event, day, is_missed, entered, dice.random() < (0.95 if day < _CUT_OFF - timedelta(days=40) else 0.5))


def _sheets(dice: random.Random, values: Values, visit: Visit, number: str, begun: date) -> Iterator[Sheet]:
    at, step = datetime.combine(visit.entered, _AT_NINE) + timedelta(minutes=dice.randrange(420)), timedelta(minutes=4)
    for turn, (form, answers) in enumerate(_forms(dice, values, visit, number, begun)):
        yield Sheet(EventKey(visit.event.oid), form, 0, answers, at + turn * step, visit.is_complete)


def _forms(
    dice: random.Random, values: Values, visit: Visit, number: str, begun: date
) -> Iterator[tuple[str, Answers]]:
    """The forms that were filled in: the chemistry, which is large, at some visits alone."""
    is_first = visit.event.oid == _SCREENING.oid
    if visit.is_missed:
        yield "SV", values.missed()
        return
    yield "SV", values.visit(visit.day)
    if is_first:
        yield "DM", values.demography(number, visit.day)
    yield "VS", values.vital_signs(visit.day, first=is_first)
    for form in PANELS:
        if form in visit.event.forms and (is_first or dice.random() < (0.3 if form == "HEM" else 0.08)):
            yield form, values.panel(form, visit.day, visit.day - begun)
