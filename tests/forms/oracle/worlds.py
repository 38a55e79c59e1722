"""What a value may be, as the set of all it may be: two ends for numbers, every single day for dates.

Just below 50 is 50 less `TINY`, without a bound is `HUGE`: far smaller, and far larger, than anything a casebook holds.
"""

import operator
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from itertools import product
from typing import Any
from unicodedata import normalize

from forms.intervals import Interval, Number

TINY, HUGE = Fraction(1, 10**40), Fraction(10**40)
DAY = 86400
Ends = tuple[Fraction, Fraction]
Points = tuple[Any, ...]

SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip


def compared(sign: str, left: Points, right: Points) -> bool | None:
    """A comparison in every pair of worlds: decided where all agree."""
    xs = {*left, *(y for y in right if left[0] <= y <= left[-1])}
    ys = {*right, *(x for x in left if right[0] <= x <= right[-1])}
    decide = SIGNS[sign]
    outcomes = set()
    for x, y in product(xs, ys):
        outcomes.add(decide(x, y))
        if len(outcomes) > 1:
            return None
    return outcomes.pop()


def hull(points: Iterable[Any]) -> Any:
    found = sorted(points)
    return found[0], found[-1]


def combined(operation: Callable[[Any, Any], Any], left: Points, right: Points) -> Any:
    """The outermost results of a calculation."""
    return hull(operation(x, y) for x, y in product(left, right))


def divided(left: Ends, right: Ends) -> Ends | None:
    return None if right[0] <= 0 <= right[1] else combined(operator.truediv, left, right)


def distance(of: Ends) -> Ends:
    inside = [Fraction(0)] if of[0] <= 0 <= of[1] else []
    return hull([abs(of[0]), abs(of[1]), *inside])


def matches(number: Number | None, ends: Ends | None) -> bool:
    """Whether a number of the product is exactly what may be: a bound is open where it is just missed."""
    if number is None or ends is None:
        return number is ends
    known = number if isinstance(number, Interval) else Interval(number, number)
    return _is_end(known.low, known.low_open, ends[0]) and _is_end(known.high, known.high_open, ends[1])


def _is_end(bound: Fraction | None, is_open: bool, end: Fraction) -> bool:
    if bound is None:
        return abs(end) > 10**20
    return bound == end if not is_open else 0 < abs(bound - end) < Fraction(1, 10**20)


def half_up(number: Fraction, places: int) -> Fraction:
    """Rounded as people round, halves away from zero; a bound that is just excluded counts as itself."""
    if abs(number) > 10**30:
        return number
    shifted = Fraction(round(number * 10**30), 10**30) * 10**places
    whole = abs(shifted) // 1
    if abs(shifted) - whole >= Fraction(1, 2):
        whole += 1
    return Fraction(whole if shifted > 0 else -whole, 10**places)


def number_of(text: str, comparator: str | None) -> Ends | None:
    """What a typed number may stand for."""
    narrow = normalize("NFKC", text).replace("−", "-")
    digits = narrow.removeprefix("-").split(".")
    if len(digits) > 2 or not all(part.isascii() and part.isdigit() for part in digits):
        return None
    number = Fraction(narrow)
    return {None: (number, number), "<": (-HUGE, number - TINY), ">": (number + TINY, HUGE)}[comparator]


def days_of(text: str) -> Points | None:
    """Every day that a typed date may stand for, counted from the first of the calendar."""
    parts = normalize("NFKC", text).split("-")
    if len(parts) > 3 or [len(part) for part in parts] != [4, 2, 2][: len(parts)]:
        return None
    year, *rest = map(int, parts)
    first = date(year, 1, 1)
    found = [day for day in (first + timedelta(n) for n in range(366)) if day.year == year]
    for name, wanted in zip(("month", "day"), rest, strict=False):
        found = [day for day in found if getattr(day, name) == wanted]
    return tuple(day.toordinal() for day in found) or None


def seconds_of(text: str) -> Points | None:
    """The second of a typed date-time; of a date the first and the last second of each of its days."""
    head, _, typed = normalize("NFKC", text).partition("T")
    days, clock = days_of(head), clock_of(typed) if typed else (0, DAY - 1)
    if days is None or clock is None or typed and len(days) > 1:
        return None
    return tuple(day * DAY + second for day in days for second in clock)


def clock_of(text: str) -> Points | None:
    """The second of the day; of an hour alone its first and its last."""
    hour, _, minute = normalize("NFKC", text).partition(":")
    if len(hour) != 2 or not hour.isdigit() or hour > "23" or minute > "59":
        return None
    second = int(hour) * 3600
    return (second + int(minute) * 60,) if minute else (second, second + 3599)


def filled(days: Iterable[int]) -> Points:
    """All days between the first and the last."""
    first, last = hull(days)
    return tuple(range(first, last + 1))


@cache
def birthdays(birth: int, on: int) -> int:
    """How often the birthday came round, the 29 February as 1 March in common years; -1 before the birth."""
    if on < birth:
        return -1
    born, day = date.fromordinal(birth), date.fromordinal(on)
    leap = (born.month, born.day) == (2, 29)
    common = [year for year in range(born.year + 1, day.year + 1) if leap and not _is_leap(year)]
    rounds = [date(year, 3, 1) if year in common else date(year, born.month, born.day)
              for year in range(born.year + 1, day.year + 1)]  # fmt: skip
    return sum(each <= day for each in rounds)


def _is_leap(year: int) -> bool:
    return (date(year, 3, 1) - date(year, 2, 1)).days == 29


def months_before(day: int, months: int) -> int:
    """The same day so many months earlier, found by walking back; the month's end where it is shorter."""
    start = date.fromordinal(day)
    year, month = start.year, start.month
    for _ in range(months):
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    last = max(each for each in range(28, 32) if _is_day(year, month, each))
    return date(year, month, min(start.day, last)).toordinal()


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
