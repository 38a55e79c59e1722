"""CTCAE grades of laboratory values, from a dictionary held as data; its version is a study setting.

A value of which only a bound is known, or a limit that is not on file, gives a grade only where every possibility
agrees; 0 says that no condition of the analyte's terms holds.
"""

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from forms.ctcae_v5 import TERMS, Term
from forms.intervals import Number, less, less_or_equal
from forms.kleene import Truth
from forms.units import convert

DICTIONARIES: Mapping[str, Mapping[str, Term]] = {"5.0": TERMS}

_Exactly = Callable[[int, int], bool]
_Within = Callable[[Number, Number], Truth]
_DECISIONS: Mapping[str, tuple[_Exactly, _Within]] = {
    "<": (operator.lt, less),
    "<=": (operator.le, less_or_equal),
    ">": (operator.gt, lambda value, limit: less(limit, value)),
    ">=": (operator.ge, lambda value, limit: less_or_equal(limit, value)),
}
_CONDITION = re.compile(
    r"(?P<operator>[<>]=?)(?:(?P<times>[0-9.]+)\*)?(?P<of>ULN|LLN|BASE|[0-9.]+)(?:\+(?P<plus>[0-9.]+))?", re.ASCII
)


@dataclass(frozen=True)
class Measured:
    """A value to grade and what its grade may depend on, all in one unit (of the item).

    `base` is the baseline of a value taken after it, None for any other; `base_is_abnormal` says whether it lay above
    its own upper limit.
    """

    value: Number
    unit: str | None
    uln: Fraction | None = None
    lln: Fraction | None = None
    base: Number | None = None
    base_is_abnormal: Truth = False
    molar_mass: Fraction | None = None


@dataclass(frozen=True, slots=True)
class _Condition:
    """One comparison with `times` × `of` + `plus`; a bare number has nothing in `of` and stands in `plus`.

    `plus` is in the unit of the item, None where it has no conversion to it.
    """

    sign: str
    of: str | None
    times: Fraction
    plus: Fraction | None

    def holds(self, measured: Measured) -> Truth:
        """Whether it holds; a baseline that does not exist offers no alternative, a limit not on file may."""
        if self.of == "BASE" and not isinstance(measured.base, Fraction):
            return False if measured.base is None else None
        limit = self._limit(measured)
        if limit is None or self.plus is None:
            return None
        exactly, within = _DECISIONS[self.sign]
        if not isinstance(measured.value, Fraction):
            return within(measured.value, self.times * limit + self.plus)
        (value, parts), (times, of_times) = measured.value.as_integer_ratio(), self.times.as_integer_ratio()
        (of, of_parts), (plus, of_plus) = limit.as_integer_ratio(), self.plus.as_integer_ratio()
        whole = of_times * of_parts
        return exactly(value * whole * of_plus, (times * of * of_plus + plus * whole) * parts)

    def _limit(self, measured: Measured) -> Fraction | None:
        if self.of == "ULN":
            return measured.uln
        if self.of == "LLN":
            return measured.lln
        if self.of == "BASE":
            return measured.base if isinstance(measured.base, Fraction) else None
        return _NOTHING


_NOTHING = Fraction(0)
_Branch = tuple[tuple[int, tuple[_Condition, ...]], ...]


class Grading:
    """The terms of one analyte, their numbers in the unit of its item: read once, ready to grade any value."""

    def __init__(self, terms: Iterable[Term], unit: str | None, molar_mass: Fraction | None = None) -> None:
        self.terms = tuple(terms)
        self.uses_baseline = uses_baseline(self.terms)
        self._terms = [
            tuple(_branch(grades, term.unit, unit, molar_mass) for grades in (term.grades, term.abnormal))
            for term in self.terms
        ]

    def grade(self, measured: Measured) -> int | None:
        """The highest grade of any term; None where what is known does not settle it, or no term grades it."""
        least = most = None
        for normal, abnormal in self._terms:
            spans = [_span(branch, measured) for branch in _branches(normal, abnormal, measured.base_is_abnormal)]
            low, high = min(low for low, _ in spans), max(high for _, high in spans)
            least, most = max(least or 0, low), max(most or 0, high)
        return least if least == most else None


def terms_of(version: str, analyte: str) -> tuple[Term, ...]:
    """The terms that grade an analyte (by item OID) in a version of the dictionary; none where it is unknown."""
    return _by_analyte(version).get(analyte, ())


def uses_baseline(terms: Iterable[Term]) -> bool:
    """Whether a grade of these terms can move with the baseline."""
    return any(term.abnormal or any("BASE" in said for said in term.grades.values()) for term in terms)


def grade(terms: Iterable[Term], measured: Measured) -> int | None:
    """The highest grade of any term; None where what is known does not settle it, or no term grades the analyte."""
    return Grading(terms, measured.unit, measured.molar_mass).grade(measured)


@lru_cache(maxsize=8)
def _by_analyte(version: str) -> Mapping[str, tuple[Term, ...]]:
    found: dict[str, tuple[Term, ...]] = {}
    for term in DICTIONARIES.get(version, {}).values():
        for analyte in term.analytes:
            found[analyte] = (*found.get(analyte, ()), term)
    return found


def _span(branch: _Branch, measured: Measured) -> tuple[int, int]:
    """The lowest and the highest grade that a branch can give, as far as value, limits and baseline are known."""
    certain = possible = 0
    for number, alternatives in branch:
        unknown = False
        for condition in alternatives:
            truth = condition.holds(measured)
            if truth:
                certain, possible = max(certain, number), max(possible, number)
                break
            unknown = unknown or truth is None
        else:
            possible = max(possible, number) if unknown else possible
    return certain, possible


def _branches(normal: _Branch, abnormal: _Branch, base_is_abnormal: Truth) -> tuple[_Branch, ...]:
    if not abnormal or base_is_abnormal is False:
        return (normal,)
    return (abnormal,) if base_is_abnormal else (normal, abnormal)


def _branch(grades: Mapping[int, str], unit: str | None, target: str | None, molar_mass: Fraction | None) -> _Branch:
    """The conditions of each grade; its alternatives are joined by `or`."""
    return tuple(
        (number, tuple(_condition(part, unit, target, molar_mass) for part in said.split(" or ")))
        for number, said in grades.items()
    )


def _condition(part: str, unit: str | None, target: str | None, molar_mass: Fraction | None) -> _Condition:
    found = _CONDITION.fullmatch(part)
    if found is None:
        raise ValueError(part)
    times, of, plus = Fraction(found["times"] or 1), found["of"], Fraction(found["plus"] or 0)
    moved = _in_unit(plus, unit, target, molar_mass) if plus else plus
    if of.isalpha():
        return _Condition(found["operator"], of, times, moved)
    number = _in_unit(Fraction(of), unit, target, molar_mass)
    bound = None if number is None or moved is None else times * number + moved
    return _Condition(found["operator"], None, times, bound)


def _in_unit(number: Fraction, unit: str | None, target: str | None, molar_mass: Fraction | None) -> Fraction | None:
    """A bare number of the dictionary in the unit of the measured value."""
    if unit == target:
        return number
    if unit is None or target is None:
        return None
    return convert(number, unit, target, molar_mass=molar_mass)
