"""Functions on dates and date-times; a partial date gives the interval of all answers."""

from collections.abc import Callable
from datetime import datetime, timedelta
from fractions import Fraction

from forms import dates
from forms.dates import Moment
from forms.functions.catalogue import MOMENTS, NUMBERS, Argument, Function
from forms.intervals import Number, interval
from forms.kinds import Kind

_BEAM = "BEAM specification, conventions"
_TWO = (Argument("a", MOMENTS), Argument("b", MOMENTS))
_TWO_TIMES = (Argument("a", (Kind.DATETIME,)), Argument("b", (Kind.DATETIME,)))


def days(a: Moment, b: Moment) -> Number:
    """b - a in calendar days, whatever the times of day."""
    start, end = a.date(), b.date()
    low = end.earliest.toordinal() - start.latest.toordinal()
    return interval(Fraction(low), Fraction(end.latest.toordinal() - start.earliest.toordinal()))


def _elapsed(length: timedelta) -> Callable[[Moment, Moment], Number | None]:
    """b - a in units of one length of time, exactly."""
    unit_seconds = int(length.total_seconds())

    def elapsed(a: Moment, b: Moment) -> Number | None:
        first, last = _seconds(a.latest, b.earliest), _seconds(a.earliest, b.latest)
        if first is None or last is None:
            return None
        return interval(Fraction(first, unit_seconds), Fraction(last, unit_seconds))

    return elapsed


def _seconds(start: object, end: object) -> int | None:
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return None
    between = end - start
    return between.days * 86400 + between.seconds


def minus_months(d: Moment, n: Fraction) -> Moment | None:
    """The day n calendar months earlier, clipped to the end of the month; n a whole number."""
    return dates.minus_months(d, int(n)) if n.denominator == 1 and abs(n) < 120000 else None


def plus_days(d: Moment, n: Fraction) -> Moment | None:
    """The day n days later, earlier where n is negative; n a whole number."""
    return dates.plus_days(d, int(n)) if n.denominator == 1 and abs(n) < 4000000 else None


def with_day(d: Moment, n: Fraction) -> Moment | None:
    """A date known to the month, with day n in place of the unknown one; any other date as it is."""
    return dates.with_day(d, int(n)) if n.denominator == 1 and 1 <= n <= 31 else None


def age(birth: Moment, on: Moment) -> Number | None:
    """Age in completed years; an interval where one of the dates is partial, None before birth."""
    born, day = birth.date(), on.date()
    low = dates.completed_years(born.latest, day.earliest)
    high = dates.completed_years(born.earliest, day.latest)
    return interval(Fraction(low), Fraction(high)) if low >= 0 else None


FUNCTIONS = (
    Function(
        "days",
        _TWO,
        Kind.NUMBER,
        days,
        "b - a in calendar days, whatever the times of day",
        _BEAM,
        (
            ("days(date('2026-03-02'), date('2026-03-16'))", "14"),
            ("days(date('2026-03-02'), date('2026-02-25'))", "-5"),
            ("days(datetime('2026-03-02T23:59'), date('2026-03-03'))", "1"),
            ("days(date('2026-02'), date('2026-03-01'))", "[1, 28]"),
        ),
        partial=True,
    ),
    Function(
        "hours",
        _TWO_TIMES,
        Kind.NUMBER,
        _elapsed(timedelta(hours=1)),
        "b - a in hours, exactly",
        _BEAM,
        (("hours(datetime('2026-03-01T20:00'), datetime('2026-03-02T06:30'))", "10.5"),),
        partial=True,
    ),
    Function(
        "minutes",
        _TWO_TIMES,
        Kind.NUMBER,
        _elapsed(timedelta(minutes=1)),
        "b - a in minutes, exactly",
        _BEAM,
        (("minutes(datetime('2026-03-01T23:40'), datetime('2026-03-02T00:50'))", "70"),),
        partial=True,
    ),
    Function(
        "minus_months",
        (Argument("d", MOMENTS), Argument("n", NUMBERS)),
        Kind.DATE,
        minus_months,
        "n calendar months before d, clipped to the end of the month",
        _BEAM,
        (
            ("minus_months(date('2026-03-31'), 1)", "2026-02-28"),
            ("minus_months(date('2024-03-31'), 1)", "2024-02-29"),
            ("minus_months(date('2026-01-15'), 3)", "2025-10-15"),
        ),
        partial=True,
    ),
    Function(
        "plus_days",
        (Argument("d", MOMENTS), Argument("n", NUMBERS)),
        Kind.DATE,
        plus_days,
        "n days after d; before it where n is negative",
        "Gregorian calendar",
        (("plus_days(date('2026-02-27'), 2)", "2026-03-01"), ("plus_days(date('2026-03-01'), -1)", "2026-02-28")),
        partial=True,
    ),
    Function(
        "with_day",
        (Argument("d", MOMENTS), Argument("n", NUMBERS)),
        Kind.DATE,
        with_day,
        "a date known to the month, with day n in place of the unknown one; any other date as it is",
        "BEAM specification, BRTHDAT: year and month allowed, day then taken as 15",
        (("with_day(date('1997-09'), 15)", "1997-09-15"), ("with_day(date('1997-09-12'), 15)", "1997-09-12")),
        partial=True,
    ),
    Function(
        "age",
        (Argument("birth", MOMENTS), Argument("on", MOMENTS)),
        Kind.NUMBER,
        age,
        "completed years; born on 29 February, the birthday is 1 March in common years",
        "BEAM specification, DV.AGE",
        (
            ("age(date('1998-03-01'), date('2026-03-01'))", "28"),
            ("age(date('2008-02-29'), date('2026-02-28'))", "17"),
            ("age(date('2008-02-29'), date('2026-03-01'))", "18"),
            ("age(date('2008'), date('2026-03-01'))", "[17, 18]"),
        ),
        unit="a",
        partial=True,
    ),
)
