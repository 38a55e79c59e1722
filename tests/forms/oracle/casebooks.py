"""Random casebooks: values such as people type them, some missing, some unreadable, and laboratories with ranges."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from random import Random
from typing import NamedTuple

from forms.casebook import Casebook, EventKey, RecordKey
from forms.datum import Datum
from forms.ranges import RangeRow, RangeTable
from tests.forms.oracle.study import CODED, CODES, DECLARED, EVENTS, FORMS, GENERAL, REPEATING, TYPE_OF

NUMBERS = ("0", "1", "2", "10", "36.6", "38", "40", "50", "0.5", "-1", "1.20", "４０", "-0")
COUNTS = ("0", "1", "2", "3", "7", "17", "18", "-1")
DAYS = (
    "2026-03-01", "2026-03-10", "2026-03-15", "2026-03-31", "2026-02-28", "2024-02-29", "2008-03-10", "2008-02-29",
    "1961-03-15", "2026-03", "2026-02", "2008-03", "1961", "2026-02-30", "２０２６-03-11",
)  # fmt: skip
NEAR = {
    "BRTHDAT": ("2008-03-10", "2008-03-11", "2008-03", "2008-02-29", "1961-03-10", "1961-03-11", "1961", "1990-01-01"),
    "LBDTC": ("2026-03-10", "2026-03-11", "2026-03-01", "2026-02-28", "2026-03"),
    "VISDAT": ("2026-03-01", "2026-03-10", "2026-03-10", "2026-03-11", "2026-03-31", "2026-03"),
}
"""Where it is close: the 18th and the 65th birthday, the turn of the ranges, two visits on one day."""
CLOCKS = ("00:00", "08:00", "20:30", "23:59", "08", "23")
TODAY = date(2026, 3, 31)
_ONE_PERIOD = ((date(2000, 1, 1), None),)
_TWO_PERIODS = ((date(2026, 3, 1), date(2026, 3, 10)), (date(2026, 3, 11), None))


class Typed(NamedTuple):
    """What somebody typed."""

    text: str | None
    unit: str | None = None
    comparator: str | None = None
    missing: str | None = None


class Place(NamedTuple):
    """A record: the event by its alias, instance, form, row."""

    event: str
    instance: int
    form: str
    row: int = 0


@dataclass
class Book:
    """One subject's data and the ranges of the laboratories."""

    records: dict[Place, dict[str, Typed]] = field(default_factory=dict)
    ranges: list[RangeRow] = field(default_factory=list)

    def casebook(self) -> Casebook:
        """The same as the product takes it."""
        records = {key_of(place): {item: Datum(*typed) for item, typed in values.items()}
                   for place, values in self.records.items()}  # fmt: skip
        return Casebook(records, RangeTable(self.ranges), TODAY, events=frozenset(key.event for key in records))


def key_of(place: Place) -> RecordKey:
    """The record as the product names it."""
    return RecordKey(EventKey(f"SE.{place.event}", place.instance), place.form, place.row)


def random_book(chance: Random) -> Book:
    """Some events with some forms, most of their items filled."""
    book = Book(ranges=list(random_ranges(chance)))
    for place in random_places(chance):
        if chance.random() < 0.9:
            book.records[place] = {
                item: random_typed(chance, item) for item in FORMS[place.form] if chance.random() < 0.85
            }
    return book


def fill(chance: Random, book: Book, place: Place) -> None:
    """Give a record a value for nearly everything, so that more than missing values is compared."""
    for item in FORMS[place.form]:
        while chance.random() < 0.95 and book.records[place].get(item, Typed(None)).text in (None, "?"):
            book.records[place][item] = random_typed(chance, item)


def random_places(chance: Random) -> Iterator[Place]:
    """All there could be, with up to three rows of each log."""
    for event, instance in [*((alias, 0) for alias in EVENTS if alias != "UNS"), ("UNS", 1), ("UNS", 2)]:
        for form in EVENTS[event][3].split():
            for row in range(1, chance.randint(0, 3) + 1) if form in REPEATING else (0,):
                yield Place(event, instance, form, row)


def random_typed(chance: Random, item: str) -> Typed:
    """A value for an item, now and then a reason for having none, or what cannot be read."""
    if chance.random() < 0.05:
        return chance.choice((Typed(None, missing="NOTDONE"), Typed("?"), Typed(None)))
    kind = TYPE_OF[item]
    if kind in ("lab", "quantity"):
        undeclared = [unit for name, unit in GENERAL if name == item]
        units = [*DECLARED[item]] * 4 + [*undeclared, chance.choice((None, "parsec", "?"))]
        sign = chance.choice((None, "<", ">")) if kind == "lab" else None
        return Typed(chance.choice(NUMBERS), chance.choice(units), sign)
    if kind in ("date", "datetime"):
        day = chance.choice(NEAR.get(item, DAYS))
        return Typed(day if kind == "date" or chance.random() < 0.2 else f"{day}T{chance.choice(CLOCKS)}")
    if kind == "codes":
        return Typed(" ".join(code for code in CODES[CODED[item]] if chance.random() < 0.5) or None)
    pool = {"integer": COUNTS, "decimal": NUMBERS, "time": CLOCKS, "text": ("Y", "x", "2")}
    return Typed(chance.choice(pool[kind] if kind in pool else CODES[CODED[item]]))


def random_ranges(chance: Random) -> Iterator[RangeRow]:
    """For each laboratory and analyte rows that do not overlap, with gaps: by sex, by age, by period, or by none."""
    for laboratory in CODES["LAB"]:
        for analyte in ("CHEM.ALT", "CHEM.CREA", "HEM.PLT", "HEM.HGB"):
            ages = chance.choice((((0, 120),), ((0, 17), (18, 64), (65, 120))))
            periods = chance.choice((_ONE_PERIOD, _TWO_PERIODS))
            cells = [(sex, band, period) for sex in chance.choice(("*", "FM")) for band in ages for period in periods]
            for sex, band, period in cells:
                unit = chance.choice([*DECLARED[analyte.partition(".")[2]]])
                low, high = (
                    chance.choice((None, *map(Fraction, bounds.split()))) for bounds in ("0 10 20", "30 40 50")
                )
                if chance.random() < 0.85:
                    id = f"{laboratory} {analyte} {sex} {band} {period}"
                    yield RangeRow(id, 1, laboratory, analyte, sex, *band, unit, low, high, *period)
