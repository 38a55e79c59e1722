"""Laboratories and their ranges, for the demonstration: `LAB_A: {name: …, ranges: {CHEM.ALT: [{low: 7, …}]}}`."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from forms.definitions import Laboratory
from forms.loading.faults import Report
from forms.loading.fields import Fields, number_of
from forms.loading.nodes import Listing, Node
from forms.loading.package import Entry
from forms.loading.vocabulary import LABORATORY, RANGE
from forms.ranges import RangeRow, overlaps

OLDEST = 150


def read_laboratory(
    code: str, entry: Entry, languages: tuple[str, ...], report: Report
) -> tuple[Laboratory, tuple[RangeRow, ...]]:
    """One laboratory and its range rows; rows of one analyte must not overlap."""
    fields = Fields(entry.node, f"laboratories/{code}", report, languages).know(LABORATORY)
    ranges = fields.inside("ranges")
    for analyte, mark in ranges.node.marks.items():
        report.place(f"{fields.path}/{analyte}", mark)
    rows = [row for analyte, node in ranges.node.entries.items() for row in _rows(code, analyte, node, fields)]
    for earlier, later in overlaps(rows):
        said = "this range overlaps another of the same laboratory"
        report.add_at(f"{fields.path}/{_key(later)}", said, f"it shares sex, age and days with {_key(earlier)}")
    return Laboratory(code, fields.words("name")), tuple(rows)


def _key(row: RangeRow) -> str:
    return row.id.partition("/")[2]


def _rows(code: str, analyte: str, node: Node, fields: Fields) -> Iterator[RangeRow]:
    if not isinstance(node, Listing):
        fields.report.add(node.mark, f"{fields.path}/{analyte}", "the ranges of an analyte are a list of rows")
        return
    for position, entry in enumerate(node.entries, 1):
        inner = Fields(entry, f"{fields.path}/{analyte}/{position}", fields.report)
        inner.know(RANGE)
        yield _row(code, analyte, position, inner)


def _row(code: str, analyte: str, position: int, fields: Fields) -> RangeRow:
    for key, example in (("unit", "U/L"), ("from", "2026-01-01")):
        fields.needs(key, example)
    low, high = _limits(fields)
    first, last = fields.day("from") or date(1900, 1, 1), fields.day("to")
    if last is not None and last < first:
        fields.wrong("to", "the period ends before it begins")
    youngest, oldest = _ages(fields)
    return RangeRow(
        id=f"{code}/{analyte}/{position}",
        revision=1,
        laboratory=code,
        analyte=analyte,
        sex=fields.text("sex") or "*",
        age_min=youngest,
        age_max=oldest,
        unit=fields.text("unit") or "",
        low=low,
        high=high,
        valid_from=first,
        valid_to=last,
        alert_low=fields.number("alert_low"),
        alert_high=fields.number("alert_high"),
    )


def _limits(fields: Fields) -> tuple[Fraction | None, Fraction | None]:
    low, high = fields.number("low"), fields.number("high")
    if low is None and high is None:
        fields.needs("low", "7")
    if low is not None and high is not None and low > high:
        fields.wrong("low", "the lower limit lies above the upper one")
    return low, high


def _ages(fields: Fields) -> tuple[int, int]:
    """The band of ages, everyone where none is given."""
    if fields.get("ages") is None:
        return 0, OLDEST
    numbers = [number_of(age) for age in fields.texts("ages")]
    low, high = numbers if len(numbers) == 2 else (None, None)
    if low is None or high is None or low > high or {low.denominator, high.denominator} != {1}:
        fields.wrong("ages", "ages must be two numbers of completed years, the lower first", "[18, 120]")
        return 0, OLDEST
    return int(low), int(high)
