"""Arithmetic and comparison of exact numbers and of intervals: what can be said when a value is only known to lie
between two bounds. A comparison is decided only if every possible value agrees."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Interval:
    """Every number between two bounds; None is unbounded, an open bound is itself excluded."""

    low: Fraction | None
    high: Fraction | None
    low_open: bool = False
    high_open: bool = False


Number = Fraction | Interval
ZERO = Fraction(0)


class _End(NamedTuple):
    """A bound: `infinite` is -1 or 1 beyond every number, 0 for the number `at`."""

    infinite: int
    at: Fraction
    open: bool


def interval(low: Fraction | None, high: Fraction | None, low_open: bool = False, high_open: bool = False) -> Number:
    """The interval, or the number where both bounds meet."""
    if low is not None and low == high:
        return low
    return Interval(low, high, low_open, high_open)


def add(a: Number, b: Number) -> Number:
    """The sum."""
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a + b
    (al, ah), (bl, bh) = _ends(a), _ends(b)
    return _between(_plus(al, bl), _plus(ah, bh))


def negate(a: Number) -> Number:
    """The opposite."""
    if isinstance(a, Fraction):
        return -a
    low, high = (None if bound is None else -bound for bound in (a.high, a.low))
    return Interval(low, high, a.high_open, a.low_open)


def multiply(a: Number, b: Number) -> Number:
    """The product."""
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a * b
    corners = [_times(x, y) for x in _ends(a) for y in _ends(b)]
    return _between(min(corners, key=_low_key), max(corners, key=_high_key))


def divide(a: Number, b: Number) -> Number | None:
    """The quotient; None (unknown) where the divisor is, or may be, zero."""
    if isinstance(b, Fraction):
        return None if b == 0 else multiply(a, 1 / b)
    inverse = _inverse(b)
    return None if inverse is None else multiply(a, inverse)


def absolute(a: Number) -> Number:
    """The distance from zero."""
    if isinstance(a, Fraction):
        return abs(a)
    if not less(a, ZERO) and not less(ZERO, a):
        far = max((_ends(a)[1], _ends(negate(a))[1]), key=_high_key)
        return _between(_End(0, ZERO, False), far)
    return a if less(ZERO, a) else negate(a)


def least(a: Number, b: Number) -> Number:
    """The smaller of two."""
    (al, ah), (bl, bh) = _ends(a), _ends(b)
    return _between(min(al, bl, key=_low_key), min(ah, bh, key=_high_key))


def greatest(a: Number, b: Number) -> Number:
    """The greater of two."""
    return negate(least(negate(a), negate(b)))


def monotone(change: Callable[[Fraction], Fraction], a: Number) -> Number:
    """A function that never decreases, applied to both bounds; bounds become closed, which is only ever wider."""
    if isinstance(a, Fraction):
        return change(a)
    low, high = (None if bound is None else change(bound) for bound in (a.low, a.high))
    return interval(low, high)


def less(a: Number, b: Number) -> bool | None:
    """Whether a < b, None where both answers are possible."""
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a < b
    (al, ah), (bl, bh) = _ends(a), _ends(b)
    if _before(ah, bl) or (_meet(ah, bl) and (ah.open or bl.open)):
        return True
    return False if _before(bh, al) or _meet(bh, al) else None


def less_or_equal(a: Number, b: Number) -> bool | None:
    """Whether a <= b, None where both answers are possible."""
    opposite = less(b, a)
    return None if opposite is None else not opposite


def equal(a: Number, b: Number) -> bool | None:
    """Whether a == b, None where both answers are possible."""
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a == b
    return False if less(a, b) or less(b, a) else None


def _ends(a: Number) -> tuple[_End, _End]:
    if isinstance(a, Fraction):
        return _End(0, a, False), _End(0, a, False)
    low = _End(-1, ZERO, True) if a.low is None else _End(0, a.low, a.low_open)
    high = _End(1, ZERO, True) if a.high is None else _End(0, a.high, a.high_open)
    return low, high


def _between(low: _End, high: _End) -> Number:
    return interval(None if low.infinite else low.at, None if high.infinite else high.at, low.open, high.open)


def _plus(a: _End, b: _End) -> _End:
    return _End(a.infinite or b.infinite, a.at + b.at, a.open or b.open)


def _times(a: _End, b: _End) -> _End:
    """A product of bounds; a zero that is itself possible makes the product zero, whatever the other bound."""
    if not a.infinite and not a.at or not b.infinite and not b.at:
        closed = (not a.open and not a.infinite and not a.at) or (not b.open and not b.infinite and not b.at)
        return _End(0, ZERO, not closed)
    sign = _sign(a) * _sign(b)
    return _End(sign, ZERO, True) if a.infinite or b.infinite else _End(0, a.at * b.at, a.open or b.open)


def _inverse(b: Interval) -> Number | None:
    """1/b for an interval on one side of zero; an excluded bound at zero becomes unbounded."""
    low, high = _ends(b)
    if not less(ZERO, b) and not less(b, ZERO):
        return None
    return _between(_upended(high, -1), _upended(low, 1))


def _upended(end: _End, side: int) -> _End:
    if end.infinite:
        return _End(0, ZERO, True)
    return _End(0, 1 / end.at, end.open) if end.at else _End(side, ZERO, True)


def _sign(end: _End) -> int:
    return end.infinite or (1 if end.at > 0 else -1)


def _low_key(end: _End) -> tuple[int, Fraction, bool]:
    return end.infinite, end.at, end.open


def _high_key(end: _End) -> tuple[int, Fraction, bool]:
    return end.infinite, end.at, not end.open


def _before(a: _End, b: _End) -> bool:
    return (a.infinite, a.at) < (b.infinite, b.at)


def _meet(a: _End, b: _End) -> bool:
    return not a.infinite and not b.infinite and a.at == b.at
