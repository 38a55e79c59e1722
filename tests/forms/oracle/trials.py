"""Trials of the product against the naive evaluator: one casebook, one of its records, and expressions on it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

from forms.chart import Chart
from forms.dates import Moment
from forms.expressions import Compiled, Kind, compile_expression
from forms.intervals import Interval
from forms.names import StudyNames
from forms.quantities import Quantity
from forms.scope import RecordScope
from tests.forms.oracle.casebooks import Book, Place, key_of, random_book
from tests.forms.oracle.evaluator import worth
from tests.forms.oracle.grower import Grower
from tests.forms.oracle.lookups import Here
from tests.forms.oracle.numbers import KINDS
from tests.forms.oracle.study import COMPILED, FACTORS, STUDY
from tests.forms.oracle.vocabulary import Part


@dataclass(frozen=True)
class Disagreement:
    """An expression that came out otherwise than by the book; `seed` makes it again."""

    seed: int
    place: Place
    text: str
    ours: object
    by_the_book: object


@dataclass(frozen=True)
class Case:
    """One expression on one record."""

    seed: int
    book: Book
    place: Place
    part: Part
    wants: Kind
    unit: str | None = None

    def compiled(self) -> Compiled:
        """The expression as the product compiles it."""
        names = StudyNames(STUDY, STUDY.forms[self.place.form])
        return compile_expression(self.part.text, names, expects=self.wants, unit=self.unit)

    def scope(self) -> RecordScope:
        """The record as the product looks at it."""
        return RecordScope(Chart(COMPILED, self.book.casebook()), key_of(self.place))

    def expected(self) -> Any:
        """What comes out by the book, in the words of the product."""
        here = Here(self.book, self.place)
        return self._said(worth(self.part.tree, here, here))

    def _said(self, value: Any) -> Any:
        if value is None or self.wants is Kind.BOOLEAN:
            return value
        if self.wants is Kind.DATE:
            return value[0], value[-1]
        _, factor, offset = FACTORS[self.unit] if self.unit else ("", "1", "0")
        return tuple(end / Fraction(factor) - Fraction(offset) for end in value)


def cases(seed: int) -> Iterator[Case]:
    """Three conditions, a number and a date for a random record of a random casebook."""
    chance = Random(seed)
    book = random_book(chance)
    place = chance.choice(sorted(book.records))
    grower = Grower(chance, place.form)
    for depth in (1, 2, 3):
        yield Case(seed, book, place, grower.condition(depth), Kind.BOOLEAN)
    kind = chance.choice((*KINDS, "plain"))
    units = [None] if kind == "plain" else [code for code, (of, _, _) in FACTORS.items() if of == kind]
    yield Case(seed, book, place, grower.number(kind, 2), Kind.NUMBER, chance.choice(units))
    yield Case(seed, book, place, grower.days(2), Kind.DATE)


def disagreements(seeds: Iterable[int], tally: Counter[str] | None = None) -> list[Disagreement]:
    """All that disagree, the shortest first."""
    found = []
    for case in (case for seed in seeds for case in cases(seed)):
        ours, expected = case.scope().run(case.compiled()), case.expected()
        if not _agree(ours, expected):
            found.append(Disagreement(case.seed, case.place, case.part.text, ours, expected))
        if tally is not None:
            tally[f"{case.wants} {'TRUE' if expected is True else 'UNKNOWN' if expected is None else 'other'}"] += 1
    return sorted(found, key=lambda each: len(each.text))


def _agree(ours: Any, expected: Any) -> bool:
    if isinstance(ours, Moment):
        return expected is not None and (ours.earliest.toordinal(), ours.latest.toordinal()) == expected
    if isinstance(ours, Quantity):
        number = ours.number
        ends = number if isinstance(number, Interval) else Interval(number, number)
        if expected is None:
            return False
        low, high = expected
        return _same_end(ends.low, ends.low_open, low) and _same_end(ends.high, ends.high_open, high)
    return ours is expected


def _same_end(bound: Fraction | None, is_open: bool, end: Fraction) -> bool:
    """Whether a bound is the end of what is possible: nothing for one beyond all numbers, open for one just missed."""
    if bound is None:
        return abs(end) > 10**20
    return bound == end if not is_open else 0 < abs(bound - end) < Fraction(1, 10**20)
