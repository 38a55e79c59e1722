"""Believable casebooks of made subjects, the same for the same number and day: for trying lists and measuring speed."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from ecrf.cli.demo_course import LATEST, SCREENING, Course, Visit, course
from ecrf.cli.demo_values import PANELS, Values
from ecrf.services.bulk_entry import Happening, Sheet
from ecrf.services.bulk_steps import Ending, Enrolment, NeverDone, Plan
from ecrf.services.words import NOT_DONE_REASONS
from forms.casebook import EventKey
from forms.datum import Datum
from forms.definitions import Study

OPENED = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
"""When the study opened its first sites: before the first visit."""
EARLIEST = date(2026, 11, 5)
"""The story ends on the day it is told, but not before this one: the laboratories' ranges begin with 2026."""
_SEED = 20260304
_TOLD_UNTIL = timedelta(days=6)
"""Visits of the last days are not entered yet: some are overdue by now, some are of today."""
_CASEBOOKS = 400
"""So many different casebooks there are; with more subjects, several have the same answers but for their numbers."""
_AT_NINE = time(1, 0, tzinfo=UTC)  # nine o'clock in China
_NOT_DONE, _PLANNED = 0.05, 0.8
_TIMES = ("", "", "08:00", "08:30", "09:00", "10:30", "14:00")
_WHY = {
    "withdraw": ("Subject withdrew consent.", "Lost to follow-up.", "Moved to another city.", "受试者撤回知情同意。"),
    "screen_failure": ("Does not meet the criteria of the protocol.", "不符合方案的入选标准。"),
}
Answers = dict[str, Datum]


def reviewed(today: date) -> datetime:
    """When monitors and data managers have looked at it all: after the last entry, before today."""
    return datetime.combine(today - timedelta(days=1), _AT_NINE)


def opened(today: date) -> datetime:
    """When the study opened, for a story that ends today."""
    return OPENED + (today - EARLIEST)


def kind_of(number: int) -> int:
    """Which of the different casebooks the subject of this number has: each its own, while there are enough."""
    return number if number < _CASEBOOKS else random.Random(_SEED - number).randrange(_CASEBOOKS)  # noqa: S311


def casebook(kind: int, number: str, study: Study, today: date = EARLIEST) -> tuple[Happening, ...]:
    """What happened to the subject of one casebook with this screening number until today, in its order."""
    dice = random.Random(_SEED + kind)  # noqa: S311 - seeded on purpose
    values, way = Values(dice, study), course(dice, study, today - _TOLD_UNTIL)
    sheets = [each for visit in way.visits for each in _visited(dice, values, visit, number, way)]
    last = max(each.at for each in sheets)
    found = [*sheets, *_decided(dice, values, way, number, last), *_planned(dice, way, today)]
    return tuple(sorted(found, key=lambda each: each.at))


def _visited(dice: random.Random, values: Values, visit: Visit, number: str, way: Course) -> Iterator[Happening]:
    """The sheets of a visit, and perhaps a form that was not done."""
    at, step = datetime.combine(visit.entered, _AT_NINE) + timedelta(minutes=dice.randrange(420)), timedelta(minutes=4)
    event, filled = EventKey(visit.event.oid), []
    for turn, (form, answers) in enumerate(_forms(dice, values, visit, number, way)):
        filled.append(form)
        yield Sheet(event, form, 0, answers, at + turn * step, visit.is_complete)
    if not visit.is_missed and dice.random() < _NOT_DONE:
        left = [form for form in visit.event.forms if form not in (*filled, "IE")]
        yield NeverDone(at + len(filled) * step, event, dice.choice(left), dice.choice(NOT_DONE_REASONS[:-1]))


def _forms(
    dice: random.Random, values: Values, visit: Visit, number: str, way: Course
) -> Iterator[tuple[str, Answers]]:
    """The forms that were filled in: the chemistry, which is large, at some visits alone."""
    is_first = visit.event.oid == SCREENING.oid
    if visit.is_missed:
        yield "SV", values.missed()
        return
    yield "SV", values.visit(visit.day)
    if is_first:
        yield "DM", values.demography(number, visit.day)
    if "BLV" in visit.event.forms:
        yield "BLV", values.start(visit.day)
    yield "VS", values.vital_signs(visit.day, first=is_first)
    for form in PANELS:
        if form in visit.event.forms and (is_first or dice.random() < (0.2 if form == "HEM" else 0.05)):
            yield form, values.panel(form, visit.day, visit.day - way.begun)


def _decided(dice: random.Random, values: Values, way: Course, number: str, last: datetime) -> Iterator[Happening]:
    """Whether the subject was enrolled, and how its way ended."""
    if way.zero is None:
        return
    decided = datetime.combine(max(way.zero, way.visits[0].entered), _AT_NINE) + timedelta(hours=9)
    answers = values.eligibility(way.zero, number.replace("-S", "-"), is_eligible=way.is_enrolled)
    yield Sheet(SCREENING, "IE", 0, answers, decided, is_complete=True)
    if way.is_enrolled:
        yield Enrolment(decided + timedelta(minutes=10))
    if way.end and way.ended:
        said = max(decided, last, datetime.combine(way.ended, _AT_NINE)) + timedelta(hours=1)
        yield Ending(said, way.end, dice.choice(_WHY[way.end]) if way.end in _WHY else None)


def _planned(dice: random.Random, way: Course, today: date) -> Iterator[Happening]:
    """The visit that comes next, planned by the site when all else was entered."""
    if way.ahead is not None and dice.random() < _PLANNED:
        event, day = way.ahead
        at = datetime.combine(today - _TOLD_UNTIL + LATEST, _AT_NINE) + timedelta(hours=11)
        yield Plan(at, EventKey(event.oid), day, dice.choice(_TIMES))
