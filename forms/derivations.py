"""Computed values: written in dependency order wherever a save moves them, marked stale where nothing may change."""

from collections.abc import Iterable

from forms.analytes import Analyte
from forms.casebook import EventKey, RecordKey
from forms.chart import Chart
from forms.compiled import Affected
from forms.dates import Clock, Moment
from forms.datum import EMPTY, Datum, differs
from forms.definitions import Item, Study
from forms.findings import Derived, Stale
from forms.kinds import Value
from forms.labs import companions, number_datum
from forms.moves import Moves
from forms.open_records import OpenRecord
from forms.quantities import Quantity
from forms.scope import Scopes

Consequence = Derived | Stale


def derive(chart: Chart, affected: Affected, moves: Moves) -> list[Consequence]:
    """Compute everything that the moves reach, laboratory companions first; each value that moves joins the moves."""
    found: list[Consequence] = []
    scopes = Scopes(chart)
    for analyte in map(chart.compiled.analytes.__getitem__, affected.lab_items):
        for record in map(chart.at, _lab_records(chart, analyte, moves)):
            for companion, datum in companions(chart, record.key, analyte.item):
                _put(record, moves, companion, datum, found)
    for each in affected.derivations:
        form, item = each.derivation.form, chart.study.forms[each.derivation.form].items[each.derivation.item]
        for key in moves.readers(each.rule, form, each.reads, item.oid in chart.compiled.row_items(form)):
            datum = datum_of(scopes[key].run(each.rule), item, chart.study)
            _put(chart.at(key), moves, item.oid, datum, found)
    return found


def datum_of(value: Value, item: Item, study: Study) -> Datum:
    """A computed value as it is stored: numbers as exact decimal text in the item's unit."""
    if isinstance(value, Quantity):
        return number_datum(value.number, item.canonical)
    if isinstance(value, bool):
        return Datum("Y" if value else "N")
    if isinstance(value, frozenset):
        listed = study.codelists[item.codelist or ""].codes
        return Datum(" ".join(term.code for term in listed if term.code in value) or None)
    if isinstance(value, Moment | Clock):
        return Datum(value.text)
    return Datum(value) if isinstance(value, str) else EMPTY


def _put(record: OpenRecord, moves: Moves, item: str, datum: Datum, found: list[Consequence]) -> None:
    """Write a computed value that has moved; a held record or item keeps its value and is marked instead."""
    if not differs(record.stored.get(item), datum):
        return
    if record.keeps(item):
        found.append(Stale(record.key, item))
        return
    record.write(item, datum)
    moves.add(record.key, item)
    found.append(Derived(record.key, item, datum))


def _lab_records(chart: Chart, analyte: Analyte, moves: Moves) -> Iterable[RecordKey]:
    """The records on which the companions of a laboratory item may now come out otherwise: where the item or its
    sample moved; all of them where sex or date of birth did, or the baseline that its grade looks at."""
    moved = moves.moved_at(analyte.own)
    if moves.moved_at(analyte.person) or _baseline_moved(chart, analyte, moved):
        return chart.records(analyte.form)
    here = {key for key in moved if key.form == analyte.form}
    if not chart.compiled.row_items(analyte.form):
        return sorted(here)
    # A sample date of the form itself is that of all its rows.
    return [key for key in chart.records(analyte.form) if key in here or key._replace(row=0) in here]


def _baseline_moved(chart: Chart, analyte: Analyte, moved: frozenset[RecordKey]) -> bool:
    """Whether one of the moved records is the baseline of an item, or would be if it held a value."""
    for oid in chart.baseline_events if moved and analyte.follows_baseline else ():
        key = RecordKey(EventKey(oid), analyte.form)
        if key in moved:
            return True
        if chart.value(key, analyte.item.oid) is not None:
            return False
    return False
