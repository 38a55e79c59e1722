"""The records of a listing themselves, and whether a condition holds on each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from ecrf.db import db
from ecrf.models.records import Record
from ecrf.models.sites import Site
from ecrf.models.standing import stands
from ecrf.models.studies import Study as StudyRow
from ecrf.models.subjects import Subject
from ecrf.services.range_tables import range_table
from forms.casebook import Casebook, EventKey, RecordKey, Values
from forms.datum import Datum, Documented
from forms.filtering import Filter


@dataclass(frozen=True)
class Line:
    """One record of a listing: whose, where, and its values as they were typed."""

    id: str
    subject_id: str
    number: str
    site: str
    zone: str
    event_id: str
    event: str
    instance: int
    form: str
    row: int
    study_version: int
    state: str
    values: Values

    @property
    def key(self) -> RecordKey:
        """The record as the definitions name it."""
        return RecordKey(EventKey(self.event, self.instance), self.form, self.row)

    def datum(self, item: str) -> Datum | None:
        """What stands for an item."""
        found: Datum | None = self.values.get(item)
        return found


_COLUMNS = (
    Record.id, Record.subject_id, func.coalesce(Subject.subject_number, Subject.screening_number), Site.code,
    Site.timezone, Record.event_id, Record.event, Record.instance, Record.form, Record.row, Record.study_version,
    Record.state, Record.data,
)  # fmt: skip


def lines_of(ids: Sequence[str]) -> list[Line]:
    """The records with these ids, in this order; one statement."""
    chosen = select(*_COLUMNS).join(Subject, Subject.id == Record.subject_id).join(Site, Site.id == Record.site_id)
    rows = db.session.execute(chosen.where(Record.id.in_(ids))) if ids else ()
    found = {row[0]: Line(*(*row[:-1], Documented(row[-1]))) for row in rows}
    return [found[id_] for id_ in ids]


def truths_of(lines: Iterable[Line], filters: Mapping[int, Filter], study_id: str, now: datetime) -> list[bool | None]:
    """Whether the condition holds on each of these records, as the version of each judges it."""
    lines = list(lines)
    ranges = range_table(study_id, db.session.get_one(StudyRow, study_id).ranges_revision)
    beside = _beside(lines, frozenset(form for each in filters.values() for form in each.forms_needed))
    truths = []
    for line in lines:
        chosen = filters[line.study_version]
        records = {**beside.get(line.subject_id, {}), line.key: line.values}
        today = now.astimezone(ZoneInfo(line.zone)).date()
        truths.append(chosen.holds_on(Casebook(records, ranges, today), line.key))
    return truths


def _beside(lines: Sequence[Line], forms: frozenset[str]) -> dict[str, dict[RecordKey, Values]]:
    """The records of these forms of the subjects of some lines, by subject."""
    if not forms:
        return {}
    columns = (Record.subject_id, Record.event, Record.instance, Record.form, Record.row, Record.data)
    subjects = {line.subject_id for line in lines}
    chosen = select(*columns).where(Record.subject_id.in_(subjects), Record.form.in_(sorted(forms)), stands())
    found: dict[str, dict[RecordKey, Values]] = {}
    for subject, event, instance, form, row, data in db.session.execute(chosen):
        found.setdefault(subject, {})[RecordKey(EventKey(event, instance), form, row)] = Documented(data)
    return found
