"""Casebooks of BEAM from data in the shape of the specification's subjects."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from forms.casebook import Casebook, EventKey, RecordKey
from forms.datum import Datum
from forms.definitions import Study
from forms.findings import Verdict
from forms.given import datum_of
from forms.judge import reconsider
from forms.ranges import RangeTable
from tests.forms.beam import beam
from tests.forms.small_study import with_verdict

DAY = date(2026, 9, 1)


def answers_of(data: Mapping[str, Any], study: Study) -> Iterator[tuple[RecordKey, dict[str, Datum]]]:
    """The records of a subject in the shape of the specification, in its order; a list holds the rows of a form."""
    for event, held in data.items():
        oid, _, instance = event.partition("#")
        for form, content in held.items():
            items, place = study.forms[form].items, RecordKey(EventKey(oid, int(instance or 0)), form)
            rows = enumerate(content, 1) if isinstance(content, list) else [(0, content)]
            for number, row in rows:
                yield place._replace(row=number), {item: datum_of(items[item], given) for item, given in row.items()}


def filled(data: Mapping[str, Any], ranges: RangeTable | None = None, today: date = DAY) -> tuple[Casebook, Verdict]:
    """The casebook of a subject with everything computed on it, and the judgement of all its records."""
    compiled = beam()
    records = dict(answers_of(data, compiled.study))
    book = Casebook(
        records, ranges or RangeTable(compiled.study.ranges), today, frozenset(key.event for key in records)
    )
    verdict = reconsider(compiled, book, records)
    return with_verdict(book, next(iter(records)), verdict), verdict


def computed(data: Mapping[str, Any], path: str, ranges: RangeTable | None = None) -> str | None:
    """The text of one computed item: `SE.SCR.PT[1].PTGAP`."""
    book, _ = filled(data, ranges)
    return datum_at(book, path).text


def datum_at(book: Casebook, path: str) -> Datum:
    event, place, item = path.rsplit(".", 2)
    (oid, _, instance), (form, _, row) = event.partition("#"), place.rstrip("]").partition("[")
    return book.records.get(RecordKey(EventKey(oid, int(instance or 0)), form, int(row or 0)), {}).get(item, Datum())
