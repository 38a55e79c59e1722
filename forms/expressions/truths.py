"""Closures that give TRUE, FALSE or UNKNOWN: logic, and comparisons of everything that is not a number."""

import operator
from collections.abc import Callable
from typing import Any, TypeVar

from forms import kleene
from forms.dates import Clock, Moment
from forms.expressions.names import Scope
from forms.expressions.numbers import Closure
from forms.kinds import Kind

When = TypeVar("When", Moment, Clock)


def conjunction(parts: tuple[Closure, ...]) -> Closure:
    """Kleene's and; stops at the first FALSE."""

    def both(scope: Scope, this: Scope) -> bool | None:
        outcome: bool | None = True
        for part in parts:
            value = part(scope, this)
            if value is False:
                return False
            if value is None:
                outcome = None
        return outcome

    return both


def disjunction(parts: tuple[Closure, ...]) -> Closure:
    """Kleene's or; stops at the first TRUE."""

    def either(scope: Scope, this: Scope) -> bool | None:
        outcome: bool | None = False
        for part in parts:
            value = part(scope, this)
            if value is True:
                return True
            if value is None:
                outcome = None
        return outcome

    return either


def negation(part: Closure) -> Closure:
    """Kleene's not."""
    return lambda scope, this: kleene.negation(part(scope, this))


def presence(part: Closure, wanted: bool) -> Closure:
    """present() and missing(), which are never UNKNOWN."""
    return lambda scope, this: (part(scope, this) is not None) is wanted


def before(a: When, b: When) -> bool | None:
    """Whether one moment or time of day is before another, None where both answers are possible."""
    if a.latest < b.earliest:
        return True
    return False if a.earliest >= b.latest else None


def same(a: When, b: When) -> bool | None:
    """Whether two moments are the same, None where both answers are possible."""
    if a.earliest == a.latest == b.earliest == b.latest:
        return True
    return False if a.latest < b.earliest or b.latest < a.earliest else None


_Decision = Callable[[Any, Any], bool | None]

_MOMENTS: dict[str, _Decision] = {
    "<": before,
    ">": lambda a, b: before(b, a),
    "<=": lambda a, b: kleene.negation(before(b, a)),
    ">=": lambda a, b: kleene.negation(before(a, b)),
    "==": same,
    "!=": lambda a, b: kleene.negation(same(a, b)),
}
_PLAIN: dict[str, _Decision] = {"==": operator.eq, "!=": operator.ne}


def decision(kind: Kind, sign: str) -> _Decision:
    """How two present values of one kind, not numbers, are compared."""
    return (_MOMENTS if kind in (Kind.DATE, Kind.DATETIME, Kind.TIME) else _PLAIN)[sign]


def comparison(decide: _Decision, left: Closure, right: Closure) -> Closure:
    """Two values compared; UNKNOWN where one is missing."""

    def compare(scope: Scope, this: Scope) -> bool | None:
        a = left(scope, this)
        if a is None:
            return None
        b = right(scope, this)
        return None if b is None else decide(a, b)

    return compare


def comparison_with(decide: _Decision, left: Closure, constant: Any) -> Closure:
    """A value compared with a constant."""

    def compare(scope: Scope, this: Scope) -> bool | None:
        a = left(scope, this)
        return None if a is None else decide(a, constant)

    return compare


def membership(left: Closure, among: frozenset[str]) -> Closure:
    """Whether a code is one of several constant ones."""

    def member(scope: Scope, this: Scope) -> bool | None:
        a = left(scope, this)
        return None if a is None else a in among

    return member


def counted(parts: tuple[Closure, ...]) -> Closure:
    """count_true(), as a number."""
    return lambda scope, this: (kleene.count_true(part(scope, this) for part in parts), 1)


def none_of(parts: tuple[Closure, ...]) -> Closure:
    """none_of(): every part known to be FALSE."""
    return lambda scope, this: kleene.none_of(part(scope, this) for part in parts)


def choice(parts: tuple[Closure, ...]) -> Closure:
    """case(): the value of the first TRUE condition; an UNKNOWN one before it leaves the result missing."""
    pairs, otherwise = list(zip(parts[::2], parts[1::2], strict=False)), parts[-1] if len(parts) % 2 else None

    def choose(scope: Scope, this: Scope) -> Any:
        for condition, value in pairs:
            truth = condition(scope, this)
            if truth is None:
                return None
            if truth:
                return value(scope, this)
        return otherwise(scope, this) if otherwise else None

    return choose


def first_present(parts: tuple[Closure, ...]) -> Closure:
    """coalesce(): the first value that is not missing."""

    def first(scope: Scope, this: Scope) -> Any:
        for part in parts:
            value = part(scope, this)
            if value is not None:
                return value
        return None

    return first
