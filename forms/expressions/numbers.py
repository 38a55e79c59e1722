"""Numbers while an expression runs: a pair (numerator, denominator > 0), not reduced, or an Interval.

Pairs of integers are as exact as Fraction and several times faster; intervals take the slow way round.
"""

import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from forms import intervals
from forms.expressions.names import Scope
from forms.intervals import Interval, Number

Pair = tuple[int, int]
Inner = Pair | Interval
Closure = Callable[[Scope, Scope], Any]
"""What a term becomes: it takes the scope at hand and the scope of the record the expression runs on."""

_Decision = Callable[[Number, Number], bool | None]

ORDER: dict[str, tuple[Callable[[int, int], bool], _Decision]] = {
    "<": (operator.lt, intervals.less),
    "<=": (operator.le, intervals.less_or_equal),
    ">": (operator.gt, lambda a, b: intervals.less(b, a)),
    ">=": (operator.ge, lambda a, b: intervals.less_or_equal(b, a)),
    "==": (operator.eq, intervals.equal),
    "!=": (operator.ne, lambda a, b: None if (same := intervals.equal(a, b)) is None else not same),
}


def inward(number: Number) -> Inner:
    """A number as closures pass it."""
    return number.as_integer_ratio() if isinstance(number, Fraction) else number


def outward(inner: Inner) -> Number:
    """A number as everybody else knows it."""
    return Fraction(*inner) if isinstance(inner, tuple) else inner


def comparison(sign: str, left: Closure, right: Closure) -> Closure:
    """Two numbers compared; undecided intervals and missing values are UNKNOWN."""
    decide, decide_slowly = ORDER[sign]

    def compare(scope: Scope, this: Scope) -> bool | None:
        a = left(scope, this)
        if a is None:
            return None
        b = right(scope, this)
        if b is None:
            return None
        if a.__class__ is tuple and b.__class__ is tuple:
            return decide(a[0] * b[1], b[0] * a[1])
        return decide_slowly(outward(a), outward(b))

    return compare


def comparison_with(sign: str, left: Closure, constant: Fraction) -> Closure:
    """A number compared with a constant."""
    decide, decide_slowly = ORDER[sign]
    top, bottom = constant.as_integer_ratio()

    def compare(scope: Scope, this: Scope) -> bool | None:
        a = left(scope, this)
        if a is None:
            return None
        if a.__class__ is tuple:
            return decide(a[0] * bottom, top * a[1])
        return decide_slowly(a, constant)

    return compare


def _add(a: Pair, b: Pair) -> Pair:
    return a[0] * b[1] + b[0] * a[1], a[1] * b[1]


def _subtract(a: Pair, b: Pair) -> Pair:
    return a[0] * b[1] - b[0] * a[1], a[1] * b[1]


def _multiply(a: Pair, b: Pair) -> Pair:
    return a[0] * b[0], a[1] * b[1]


def _divide(a: Pair, b: Pair) -> Pair | None:
    top, bottom = a[0] * b[1], a[1] * b[0]
    if not bottom:
        return None
    return (top, bottom) if bottom > 0 else (-top, -bottom)


def _least(a: Pair, b: Pair) -> Pair:
    return a if a[0] * b[1] <= b[0] * a[1] else b


def _greatest(a: Pair, b: Pair) -> Pair:
    return a if a[0] * b[1] >= b[0] * a[1] else b


_Exactly = Callable[[Pair, Pair], Pair | None]
_Widely = Callable[[Number, Number], Number | None]

BINARY: dict[str, tuple[_Exactly, _Widely]] = {
    "+": (_add, intervals.add),
    "-": (_subtract, lambda a, b: intervals.add(a, intervals.negate(b))),
    "*": (_multiply, intervals.multiply),
    "/": (_divide, intervals.divide),
    "sum": (_add, intervals.add),
    "min": (_least, intervals.least),
    "max": (_greatest, intervals.greatest),
}


def combination(sign: str, parts: tuple[Closure, ...]) -> Closure:
    """Numbers combined from left to right; UNKNOWN as soon as one is missing."""
    exactly, widely = BINARY[sign]
    first, *others = parts

    def combine(scope: Scope, this: Scope) -> Inner | None:
        total: Inner | None = first(scope, this)
        for part in others:
            if total is None:
                return None
            value = part(scope, this)
            if value is None:
                return None
            total = merged(exactly, widely, total, value)
        return total

    return combine


def merged(exactly: _Exactly, widely: _Widely, a: Any, b: Any) -> Inner | None:
    """Two numbers combined, the fast way where both are exact."""
    if a.__class__ is tuple and b.__class__ is tuple:
        return exactly(a, b)
    result = widely(outward(a), outward(b))
    return None if result is None else inward(result)


def multiple(part: Closure, factor: Fraction, offset: Fraction = intervals.ZERO) -> Closure:
    """A number times a constant, plus another."""
    top, bottom = factor.as_integer_ratio()

    def scale(scope: Scope, this: Scope) -> Inner | None:
        a = part(scope, this)
        if a is None:
            return None
        if isinstance(a, tuple):
            return a[0] * top, a[1] * bottom
        return inward(intervals.multiply(a, factor))

    if not offset:
        return scale
    return combination("+", (scale, lambda scope, this: offset.as_integer_ratio()))


def change(part: Closure, function: Callable[[Number], Number]) -> Closure:
    """A number changed by a function of its own."""

    def changed(scope: Scope, this: Scope) -> Inner | None:
        a = part(scope, this)
        return None if a is None else inward(function(outward(a)))

    return changed


def distance(part: Closure) -> Closure:
    """The absolute value."""

    def absolute(scope: Scope, this: Scope) -> Inner | None:
        a = part(scope, this)
        if a is None:
            return None
        if isinstance(a, tuple):
            return abs(a[0]), a[1]
        return inward(intervals.absolute(a))

    return absolute
