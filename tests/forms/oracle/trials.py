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
from forms.names import StudyNames
from forms.quantities import Quantity
from forms.scope import RecordScope
from tests.forms.oracle.casebooks import Book, Place, fill, key_of, random_book
from tests.forms.oracle.evaluator import worth
from tests.forms.oracle.grower import Grower
from tests.forms.oracle.lookups import Here
from tests.forms.oracle.numbers import KINDS, LIMITED
from tests.forms.oracle.study import COMPILED, FACTORS, STUDY
from tests.forms.oracle.vocabulary import Part
from tests.forms.oracle.worlds import matches


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
    """Three conditions, two numbers and a date for a random record of a random casebook, often one of a laboratory."""
    chance = Random(seed)
    book = random_book(chance)
    places = sorted(book.records)
    measured = [place for place in places if place.form in ("CHEM", "HEM")]
    place = chance.choice(measured if measured and chance.random() < 0.5 else places)
    if chance.random() < 0.6:
        fill(chance, book, place)
    grower = Grower(chance, place.form)
    for depth in (1, 2, 3):
        yield Case(seed, book, place, grower.condition(depth), Kind.BOOLEAN)
    for kind in (chance.choice((*KINDS, "plain")), chance.choice((*LIMITED, "plain"))):
        units = [None] if kind == "plain" else [code for code, (of, _, _) in FACTORS.items() if of == kind]
        yield Case(seed, book, place, grower.number(kind, 3), Kind.NUMBER, chance.choice(units))
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
        return matches(ours.number, expected)
    return ours is expected
