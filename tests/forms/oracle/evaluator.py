"""The value of an expression by the book: a walk over nested tuples that knows nothing of the product's tree.

`None` is missing or UNKNOWN, numbers are the ends of all that is possible, dates every possible day.
"""

import operator
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

from tests.forms.oracle.casebooks import TODAY
from tests.forms.oracle.lookups import Here, in_base
from tests.forms.oracle.study import AGE_MIN, DOSES, EVENTS, LIMIT
from tests.forms.oracle.worlds import (
    DAY,
    birthdays,
    combined,
    compared,
    distance,
    divided,
    filled,
    half_up,
    hull,
    months_before,
)

Tree = tuple[Any, ...]
T, F, U = True, False, None

NOT = {T: F, F: T, U: U}
AND = {(T, T): T, (T, F): F, (T, U): U, (F, T): F, (F, F): F, (F, U): F, (U, T): U, (U, F): F, (U, U): U}
OR = {(T, T): T, (T, F): T, (T, U): T, (F, T): T, (F, F): F, (F, U): U, (U, T): T, (U, F): U, (U, U): U}
"""Kleene's truth tables."""


def worth(tree: Tree, here: Here, this: Here) -> Any:
    """The value of a tree for a record or row, inside a row predicate with the record that looks at the rows."""
    sign, *rest = tree
    if sign in WHOLE:
        return WHOLE[sign](rest, here, this)
    values = [worth(part, here, this) if isinstance(part, tuple) else part for part in rest]
    return None if None in values else STRICT[sign](*values)


def _read(rest: list[Any], here: Here, this: Here) -> Any:
    word, form, item = rest
    base = here if word == "rows" else this
    place = base.find("row" if word in ("rows", "this") else word, form, item)
    return base.value(place, item)


def _limit(rest: list[Any], here: Here, this: Here) -> Any:
    return this.limit(*rest)


def _fact(rest: list[Any], here: Here, this: Here) -> Any:
    name, outer = rest
    alias = (this if outer else here).place.event
    kind, _, target, _ = EVENTS[alias]
    if name == "event_target":
        return None if target is None else (Fraction(target), Fraction(target))
    return f"SE.{alias}" if name == "event" else kind


def _junction(table: dict[Any, Any]) -> Callable[..., Any]:
    def junction(rest: list[Any], here: Here, this: Here) -> Any:
        outcome, *others = [worth(part, here, this) for part in rest]
        for other in others:
            outcome = table[outcome, other]
        return outcome

    return junction


def _case(rest: list[Any], here: Here, this: Here) -> Any:
    for condition, value in zip(rest[::2], rest[1::2], strict=False):
        truth = worth(condition, here, this)
        if truth is not False:
            return worth(value, here, this) if truth else None
    return worth(rest[-1], here, this) if len(rest) % 2 else None


def _coalesce(rest: list[Any], here: Here, this: Here) -> Any:
    found = [worth(part, here, this) for part in rest]
    return next((value for value in found if value is not None), None)


def _any_of(rest: list[Any], here: Here, this: Here) -> Any:
    """`x in [a, b]`: `x == a or x == b`."""
    value = worth(rest[0], here, this)
    outcome: Any = False
    for member in rest[1:]:
        other = worth(member, here, this)
        outcome = OR[outcome, None if value is None else compared("==", value, other)]
    return outcome


def _rows(rest: list[Any], here: Here, this: Here) -> Any:
    how, form, condition, value = rest
    rows = here.rows(form)
    truths = [worth(condition, row, here) for row in rows]
    if how != "sum":
        met = truths.count(True)
        return met > 0 if how == "any" else (Fraction(met), Fraction(met))
    parts = [worth(value, row, here) for row, truth in zip(rows, truths, strict=True) if truth]
    if not rows or None in truths or None in parts:
        return None
    return (sum((part[0] for part in parts), Fraction(0)), sum((part[1] for part in parts), Fraction(0)))


def _count(rest: list[Any], here: Here, this: Here) -> Any:
    met = Fraction([worth(part, here, this) for part in rest].count(True))
    return met, met


WHOLE: dict[str, Callable[[list[Any], Here, Here], Any]] = {
    "read": _read, "limit": _limit, "fact": _fact, "and": _junction(AND), "or": _junction(OR), "case": _case,
    "coalesce": _coalesce, "any of": _any_of, "rows": _rows, "count_true": _count,
    "not": lambda rest, here, this: NOT[worth(rest[0], here, this)],
    "missing": lambda rest, here, this: worth(rest[0], here, this) is None,
    "present": lambda rest, here, this: worth(rest[0], here, this) is not None,
    "none_of": lambda rest, here, this: [worth(part, here, this) for part in rest].count(False) == len(rest),
}  # fmt: skip
"""What does not simply become missing with its parts."""


def _rounded(ends: Any, places: int, factor: Fraction, offset: Fraction) -> Any:
    """Rounded in a unit of its own, whatever the base."""
    low, high = (half_up(end / factor - offset, places) for end in ends)
    return (low + offset) * factor, (high + offset) * factor


def _whole_days(ends: Any, days: Any) -> Any:
    low, high = (int(end) for end in days)
    assert low == high
    return filled([day + low for day in ends])


def _age(births: Any, days: Any) -> Any:
    low, high = hull(birthdays(birth, day) for birth, day in product(births, days))
    return None if low < 0 else in_base((Fraction(low), Fraction(high)), "a")


def _with_day(days: Any, number: int) -> Any:
    """The day of a month that is all that is known; any other date as it is."""
    return (days[0] + min(number, len(days)) - 1,) if 1 < len(days) < 32 else days


def _number(code: str) -> Any:
    return (Fraction(code), Fraction(code)) if code.isdigit() else None


def _between(length: int) -> Callable[[Any, Any], Any]:
    return lambda a, b: combined(lambda x, y: Fraction(y - x, length), a, b)


def _weighted(code: str, *pairs: Any) -> Any:
    total = sum((weight for item, weight in zip(pairs[::2], pairs[1::2], strict=True) if item == code), Fraction(0))
    return total, total


def _doses(dose: Any) -> Any:
    outcome: Any = False
    for each in DOSES:
        outcome = OR[outcome, compared("==", dose, in_base((each, each), "mg"))]
    return outcome


STRICT: dict[str, Callable[..., Any]] = {
    "number": lambda number: (number, number),
    "parameter": lambda name: {"LIMIT": (LIMIT, LIMIT), "AGE_MIN": in_base((AGE_MIN, AGE_MIN), "a"), "ARM": "Y"}[name],
    "word": lambda text: text,
    "days of": lambda *days: days,
    "compared": compared,
    "==": operator.eq,
    "!=": operator.ne,
    "among": lambda code, codes: code in codes,
    "dose": _doses,
    "+": lambda a, b: combined(operator.add, a, b),
    "-": lambda a, b: combined(operator.sub, a, b),
    "*": lambda a, b: combined(operator.mul, a, b),
    "/": divided,
    "negative": lambda a: (-a[1], -a[0]),
    "abs": distance,
    "min": lambda *parts: (min(part[0] for part in parts), min(part[1] for part in parts)),
    "max": lambda *parts: (max(part[0] for part in parts), max(part[1] for part in parts)),
    "sum": lambda *parts: (sum(part[0] for part in parts), sum(part[1] for part in parts)),
    "round": _rounded,
    "weighted_sum": _weighted,
    "number of": _number,
    "today": lambda: (TODAY.toordinal(),),
    "date": lambda seconds: tuple(sorted({second // DAY for second in seconds})),
    "days": _between(1),
    "hours": _between(3600),
    "minutes": _between(60),
    "age": _age,
    "minus_months": lambda days, months: filled([months_before(day, months) for day in days]),
    "plus_days": lambda days, number: filled([day + number for day in days]),
    "with_day": _with_day,
}
