"""Which reference range applies to a laboratory value, and its limits as the value is compared with them."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from forms.dates import Moment, completed_years
from forms.definitions import Item
from forms.findings import RangeUsed
from forms.numerals import decimal_text
from forms.ranges import RangeRow, RangeTable
from forms.values import in_canonical


@dataclass(frozen=True)
class Limits:
    """The range row that applies to a value, None where none does, and its limits in the item's canonical unit; a
    limit is None where it is open or not convertible."""

    row: RangeRow | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    alert_low: Fraction | None = None
    alert_high: Fraction | None = None


@dataclass(frozen=True)
class Person:
    """What chooses among the ranges of a laboratory besides the sample: sex, and date of birth (partly known)."""

    sex: str | None
    birth: Moment | None

    def ages(self, day: date) -> frozenset[int | None]:
        """The ages in completed years that the person can have on a day."""
        if self.birth is None:
            return frozenset({None})
        born = self.birth.date()
        return frozenset({completed_years(born.latest, day), completed_years(born.earliest, day)})


NO_LIMITS = Limits()


class Sample:
    """What chooses among the ranges: the laboratory, and the person's sex and age on the day of the sample.

    A partial sample date or date of birth leaves several days and ages possible.
    """

    def __init__(self, laboratory: str, sampled: Moment, person: Person) -> None:
        days = sampled.date()
        self.laboratory, self.sex = laboratory, person.sex
        self.possible = [(age, day) for day in {days.earliest, days.latest} for age in person.ages(day)]


def chosen_row(ranges: RangeTable, analyte: str, sample: Sample) -> RangeRow | None:
    """The row for a sample, by laboratory, sex, age on the sample date, and that date; None where there is a gap, or
    where the days and ages that are possible choose different ones."""
    rows = [ranges.find(sample.laboratory, analyte, sample.sex, age, day) for age, day in sample.possible]
    return rows[0] if all(row == rows[0] for row in rows[1:]) else None


def limits_of(row: RangeRow, item: Item) -> Limits:
    """The limits of a row in the canonical unit of the item."""
    limits = (row.low, row.high, row.alert_low, row.alert_high)
    if row.unit == item.canonical:
        return Limits(row, *limits)
    return Limits(row, *(_canonical(row, item, limit) for limit in limits))


def range_used(row: RangeRow) -> RangeUsed:
    """The row as a finding stores it and a page shows it."""
    return RangeUsed(
        id=row.id, revision=row.revision, laboratory=row.laboratory, analyte=row.analyte, sex=row.sex,
        age_min=row.age_min, age_max=row.age_max, low=_text(row.low), high=_text(row.high), unit=row.unit,
        valid_from=row.valid_from.isoformat(), valid_to=row.valid_to.isoformat() if row.valid_to else None,
    )  # fmt: skip


def _canonical(row: RangeRow, item: Item, limit: Fraction | None) -> Fraction | None:
    quantity = None if limit is None else in_canonical(item, limit, row.unit)
    return quantity.number if quantity is not None and isinstance(quantity.number, Fraction) else None


def _text(limit: Fraction | None) -> str | None:
    return None if limit is None else decimal_text(limit)
