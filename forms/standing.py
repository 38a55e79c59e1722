"""How one record stands by the rules: what it shows, asks for and lacks, which ranges apply, who is measured and when.

What a page or an API shows beside the values; computed in one walk over one chart.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from forms.casebook import Casebook, EventKey, RecordKey
from forms.chart import Chart
from forms.compiled import CompiledStudy
from forms.datum import EMPTY
from forms.definitions import ItemType
from forms.findings import RangeUsed
from forms.limits import range_used
from forms.scope import RecordScope


@dataclass(frozen=True)
class Standing:
    """One record by the rules. `is_asked` says whether the form is to be filled in here at all. `items` are those the
    record holds, in the order of the form: on a repeating form the items of the row, or those of the form itself. Of
    them `shown` are in sight, and `missing` the required ones without value and reason; `ranges` has the
    range row of each laboratory item that one applies to; `birth` is None while it is not known to the day; `visits`
    are the dated events."""

    is_asked: bool
    items: tuple[str, ...]
    shown: frozenset[str]
    required: frozenset[str]
    missing: tuple[str, ...]
    ranges: Mapping[str, RangeUsed]
    sex: str | None
    birth: date | None
    visits: Mapping[EventKey, date]

    def day_of(self, event: EventKey, zero: EventKey | None) -> int | None:
        """The day of an event counted from another one, where both are dated."""
        if zero is None or zero not in self.visits or event not in self.visits:
            return None
        return (self.visits[event] - self.visits[zero]).days


def standing(compiled: CompiledStudy, casebook: Casebook, key: RecordKey) -> Standing:
    """How a record stands, started or not."""
    chart = Chart(compiled, casebook)
    scope = RecordScope(chart, key)
    items = compiled.items_at(key.form, key.row)
    shown = [oid for oid in items if scope.is_shown(oid)]
    is_asked = scope.is_asked()
    required = [oid for oid in shown if is_asked and scope.is_required(oid)]
    birth = chart.person.birth
    return Standing(
        is_asked=is_asked,
        items=items,
        shown=frozenset(shown),
        required=frozenset(required),
        missing=tuple(oid for oid in required if (chart.datum(key, oid) or EMPTY).is_empty),
        ranges=_ranges(chart, key, items),
        sex=chart.person.sex,
        birth=birth.date().earliest if birth is not None and birth.is_exact else None,
        visits={visit.event: visit.day for visit in chart.visits},
    )


def _ranges(chart: Chart, key: RecordKey, items: Iterable[str]) -> dict[str, RangeUsed]:
    """The range row of each laboratory item that one applies to."""
    known = chart.study.forms[key.form].items
    rows = ((oid, chart.limits(key, oid).row) for oid in items if known[oid].type is ItemType.LAB)
    return {oid: range_used(row) for oid, row in rows if row is not None}
