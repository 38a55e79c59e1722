"""Questions about the rows of a repeating form: dates that occur twice, periods that overlap."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations

from forms.casebook import RecordKey
from forms.chart import Chart
from forms.dates import Moment

_START, _END = ("STDAT", "STDTC"), ("ENDAT", "ENDTC")
"""How CDASH names the start and the end of a period."""


def duplicate_dates(chart: Chart, rows: Sequence[RecordKey], item: str) -> bool:
    """Whether two rows have the same date; rows without one are ignored."""
    dates = [value for key in rows if isinstance(value := chart.value(key, item), Moment) and value.is_exact]
    return len({(value.earliest, value.latest) for value in dates}) < len(dates)


def overlapping_rows(chart: Chart, rows: Sequence[RecordKey], item: str) -> bool:
    """Whether the periods of two rows with the same value of an item overlap.

    An end on the day of the next start is no overlap; a row without an end goes on today; one without a start, or with
    a partial date, is ignored.
    """
    periods = [(chart.value(key, item), period) for key in rows if (period := _period(chart, key)) is not None]
    return any(
        same is not None and same == other and first[0] < second[1] and second[0] < first[1]
        for (same, first), (other, second) in combinations(periods, 2)
    )


def _period(chart: Chart, key: RecordKey) -> tuple[date, date] | None:
    start, end = _moment(chart, key, _START), _moment(chart, key, _END)
    if start is None or not start.is_exact or (end is not None and not end.is_exact):
        return None
    return start.date().earliest, end.date().earliest if end else chart.casebook.today


def _moment(chart: Chart, key: RecordKey, endings: tuple[str, ...]) -> Moment | None:
    form = chart.study.forms[key.form]
    values: Iterator[object] = (chart.value(key, oid) for oid in form.items if oid.endswith(endings))
    return next((value for value in values if isinstance(value, Moment)), None)
