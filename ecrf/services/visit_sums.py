"""The visits of subjects and the sums that take more than one row: computed from what stands and from the trail."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, literal, select

from audit.instants import from_microseconds
from audit.tables import trail_changes, trail_entries, trail_values
from ecrf.db import db
from ecrf.models.events import Event
from ecrf.models.holds import Hold
from ecrf.models.reach import reaches
from ecrf.models.records import Record
from ecrf.models.sites import Site
from ecrf.models.standing import stands
from ecrf.models.subjects import Subject
from ecrf.policy.actions import Action
from ecrf.reads.definitions import definition
from ecrf.reads.subjects import in_force_at
from forms.casebook import EventKey
from forms.datum import Documented
from forms.definitions import Study
from forms.schedule import Begun, Scheduled, day_zero, schedule, visit_day

ENDED = ("completed", "withdrawn", "screen_failure")
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Sums:
    """What stands of one subject: its visits as rows, its day 0, the day of enrolment, and its locked forms."""

    visits: Rows
    zero_on: date | None
    enrolled_on: date | None
    locked: int


def landmark_forms(study: Study) -> frozenset[str]:
    """The forms that hold the dates of visits and the day 0."""
    zero = [study.zero_item.split(".")[1]] if study.zero_item else []
    return frozenset([study.visit_item.partition(".")[0], *zero])


def sums_of(subject_ids: Sequence[str], now: datetime) -> dict[str, Sums]:
    """The sums of some subjects, in a fixed number of statements."""
    chosen = select(Subject, Site.timezone, in_force_at(now)).join(Site, Site.id == Subject.site_id)
    rows = db.session.execute(chosen.where(Subject.id.in_(subject_ids))).all()
    in_force: dict[str, int | None] = {row[0].id: row[2] for row in rows}
    studies = {
        row[0].id: definition(row[0].study_id, number)
        for row in rows
        if (number := in_force[row[0].id]) is not None
    }
    forms = frozenset(form for study in studies.values() for form in landmark_forms(study))
    begun, saved = _begun(subject_ids, forms), _saved(subject_ids)
    enrolled, locked = _enrolled(subject_ids), _locked(subject_ids)
    found = {}
    for subject, zone, _ in rows:
        local = _Local(ZoneInfo(zone))
        visits, zero = _visits(subject, studies.get(subject.id), begun.get(subject.id, []), saved, local)
        found[subject.id] = Sums(visits, zero, local.day(enrolled.get(subject.id)), locked.get(subject.id, 0))
    return found


@dataclass(frozen=True)
class _Local:
    """A site's calendar."""

    zone: ZoneInfo

    def day(self, moment: datetime | None) -> date | None:
        """The date there at a moment."""
        return moment.astimezone(self.zone).date() if moment else None


def _visits(
    subject: Subject, study: Study | None, begun: list[Any], saved: dict[tuple[str, str], datetime], local: _Local
) -> tuple[Rows, date | None]:
    if study is None:
        return [], None
    records = {(key, form): Documented(data) for key, _, form, data in begun if form is not None}
    zero = day_zero(study, records)
    form = study.visit_item.partition(".")[0]
    known = {key: Begun(state, visit_day(study, records.get((key, form), {}))) for key, state, _, _ in begun}
    visits = schedule(study, zero, known, has_ended=subject.status in ENDED)
    return [_row(subject, each, local.day(saved.get((subject.id, each.event.written)))) for each in visits], zero


def _row(subject: Subject, visit: Scheduled, saved: date | None) -> dict[str, Any]:
    return {
        "subject_id": subject.id, "event": visit.event.oid, "instance": visit.event.instance,
        "study_id": subject.study_id, "site_id": subject.site_id, "fate": visit.fate, "first_on": visit.first,
        "due_on": visit.due, "last_on": visit.last, "took_place_on": visit.day,
        "saved_on": saved if visit.fate == "done" else None,
    }  # fmt: skip


def _begun(subject_ids: Sequence[str], forms: Iterable[str]) -> dict[str, list[Any]]:
    """Every event of each subject, each with its records of the forms that hold dates."""
    joined = and_(
        Record.event_id == Event.id, Record.row == 0, Record.state != "removed", Record.form.in_(sorted(forms))
    )
    chosen = select(Event.subject_id, Event.oid, Event.instance, Event.state, Record.form, Record.data)
    found: dict[str, list[Any]] = {}
    for row in db.session.execute(chosen.outerjoin(Record, joined).where(Event.subject_id.in_(subject_ids))):
        found.setdefault(row.subject_id, []).append((EventKey(row.oid, row.instance), row.state, row.form, row.data))
    return found


def _chains(subject_ids: Iterable[str]) -> list[str]:
    return [f"subject:{each}" for each in subject_ids]


def _saved(subject_ids: Sequence[str]) -> dict[tuple[str, str], datetime]:
    """When the first record of each event was saved, as the trail tells."""
    entry = trail_entries.c
    chosen = select(entry.subject, entry.event, func.min(entry.recorded_at)).where(
        entry.chain.in_(_chains(subject_ids)), entry.action == Action.RECORD_SAVED.value, entry.event.is_not(None)
    )
    rows = db.session.execute(chosen.group_by(entry.subject, entry.event))
    return {(subject, event): _moment(at) for subject, event, at in rows}


def _enrolled(subject_ids: Sequence[str]) -> dict[str, datetime]:
    """When each subject was enrolled first, as the trail tells."""
    change, value, entry = trail_changes.c, trail_values.c, trail_entries.c
    joined = trail_changes.join(
        trail_values,
        and_(value.chain == change.chain, value.sequence == change.sequence, value.ordinal == change.ordinal),
    ).join(trail_entries, and_(entry.chain == change.chain, entry.sequence == change.sequence))
    paths = [f"subjects/{each}/status" for each in subject_ids]
    chosen = select(entry.subject, func.min(entry.recorded_at)).select_from(joined).where(
        change.chain.in_(_chains(subject_ids)), change.path.in_(paths), change.mark == "set", value.value == "enrolled"
    )  # fmt: skip
    return {subject: _moment(at) for subject, at in db.session.execute(chosen.group_by(entry.subject))}


def _moment(at: Any) -> datetime:
    return at if isinstance(at, datetime) else from_microseconds(at)


def _locked(subject_ids: Sequence[str]) -> dict[str, int]:
    """How many complete forms of each subject that take part are locked by what holds the subject or something of it;
    what holds its whole site or study is asked where sums are read."""
    of_subject = and_(Hold.subject_id == Record.subject_id, Hold.kind == "lock", Hold.lifted_at.is_(None), reaches())
    held = select(literal(1)).where(of_subject).correlate(Record).exists()
    chosen = select(Record.subject_id, func.count()).where(
        Record.subject_id.in_(subject_ids), Record.row == 0, Record.state == "complete", stands(), held
    )
    return {row[0]: row[1] for row in db.session.execute(chosen.group_by(Record.subject_id))}
