"""Reference ranges of laboratories: laboratory × analyte × sex × age band × period of validity, limits inclusive."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import combinations


@dataclass(frozen=True)
class RangeRow:
    """One row of a laboratory's ranges; ages in completed years on the sample date, bounds and periods inclusive.

    `analyte` is `FORM.ITEM`; `sex` is a code or `*`; limits are in `unit` (UCUM); `valid_to` None is open.
    """

    id: str
    revision: int
    laboratory: str
    analyte: str
    sex: str
    age_min: int
    age_max: int
    unit: str
    low: Fraction | None
    high: Fraction | None
    valid_from: date
    valid_to: date | None
    alert_low: Fraction | None = None
    alert_high: Fraction | None = None

    def covers(self, sex: str | None, age: int | None, day: date) -> bool:
        """Whether the row applies to a person of this sex and age on the day of the sample."""
        if self.sex != "*" and self.sex != sex:
            return False
        if age is None or not self.age_min <= age <= self.age_max:
            return False
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class RangeTable:
    """Approved range rows, indexed by laboratory and analyte."""

    def __init__(self, rows: Iterable[RangeRow] = ()) -> None:
        self._rows: dict[tuple[str, str], list[RangeRow]] = {}
        self._analytes: set[str] = set()
        for row in rows:
            self._rows.setdefault((row.laboratory, row.analyte), []).append(row)
            self._analytes.add(row.analyte)

    def find(self, laboratory: str, analyte: str, sex: str | None, age: int | None, day: date) -> RangeRow | None:
        """The row that applies, or None where there is a gap."""
        rows = self._rows.get((laboratory, analyte), ())
        return next((row for row in rows if row.covers(sex, age, day)), None)

    def knows(self, analyte: str) -> bool:
        """Whether any laboratory has a row for the analyte."""
        return analyte in self._analytes


def overlaps(rows: Iterable[RangeRow]) -> tuple[tuple[RangeRow, RangeRow], ...]:
    """Every pair of rows that could both apply to one person on one day, which no table may hold.

    The unit does not tell them apart: a value has one range, in whatever unit its laboratory states it.
    """
    groups: dict[tuple[str, str], list[RangeRow]] = {}
    for row in rows:
        groups.setdefault((row.laboratory, row.analyte), []).append(row)
    pairs = (pair for group in groups.values() for pair in combinations(group, 2))
    return tuple((first, second) for first, second in pairs if _overlap(first, second))


def _overlap(first: RangeRow, second: RangeRow) -> bool:
    sexes = "*" in {first.sex, second.sex} or first.sex == second.sex
    ages = first.age_min <= second.age_max and second.age_min <= first.age_max
    return sexes and ages and _begins_within(first, second) and _begins_within(second, first)


def _begins_within(first: RangeRow, second: RangeRow) -> bool:
    """Whether the first begins before the second ends."""
    return second.valid_to is None or first.valid_from <= second.valid_to
