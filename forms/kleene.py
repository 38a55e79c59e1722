"""Three-valued logic after Kleene: TRUE, FALSE, and None for UNKNOWN, which missing data gives."""

from collections.abc import Iterable

Truth = bool | None


def negation(value: Truth) -> Truth:
    """Not; UNKNOWN stays UNKNOWN."""
    return None if value is None else not value


def conjunction(values: Iterable[Truth]) -> Truth:
    """And: FALSE as soon as one part is FALSE, else UNKNOWN if one part is."""
    outcome: Truth = True
    for value in values:
        if value is False:
            return False
        if value is None:
            outcome = None
    return outcome


def disjunction(values: Iterable[Truth]) -> Truth:
    """Or: TRUE as soon as one part is TRUE, else UNKNOWN if one part is."""
    outcome: Truth = False
    for value in values:
        if value is True:
            return True
        if value is None:
            outcome = None
    return outcome


def none_of(values: Iterable[Truth]) -> bool:
    """TRUE only where every part is known to be FALSE."""
    return all(value is False for value in values)


def count_true(values: Iterable[Truth]) -> int:
    """How many parts are TRUE; UNKNOWN ones do not count."""
    return sum(value is True for value in values)
