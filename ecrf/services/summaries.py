"""The sums follow each act on a subject within its transaction, and can be computed anew from all that stands.

Most acts move counts alone, and by how much is known from the rows they moved. What takes more than one row (visits
with their windows, the day of enrolment, locked forms) is computed anew for the subject when it may have moved.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select, update

from ecrf.db import Model, db
from ecrf.models.events import Event
from ecrf.models.records import Record
from ecrf.models.sites import Site
from ecrf.models.subjects import Subject
from ecrf.models.summaries import COUNTS, SubjectSummary, VisitSummary
from ecrf.reads.definitions import definition
from ecrf.services import tallies
from ecrf.services.contributions import TABLES, Row, of_subject
from ecrf.services.visit_sums import Sums, landmark_forms, sums_of

Moved = Mapping[Model, tuple[Row | None, Row]]
"""Rows that an act moved, each as it was (None: new) and as it is."""
_RECORDS: Any = Record.__table__
_SUBJECTS: Any = SubjectSummary.__table__
_VISITS: Any = VisitSummary.__table__
_EVENTS: Any = Event.__table__


def follow(moved: Moved, at: datetime) -> None:
    """Let the sums follow what one subject's acts have moved; the rows are written already."""
    counts: Counter[str] = Counter()
    for table, before, after in (*counted_rows(moved), *_gone_or_back(moved), *_begun_visits(moved)):
        tallies.note(table, before, after)
        counts.update(of_subject(table, after))
        counts.subtract(of_subject(table, before))
    subject_id = _subject_of(moved)
    if subject_id is None:
        return
    if any(isinstance(row, Subject) and before is None for row, (before, _) in moved.items()):
        _begin(next(row for row in moved if isinstance(row, Subject)))
    _count(subject_id, counts)
    begun = _begun_alone(moved)
    if begun is not None and _take_place(begun, at):
        return
    if begun is not None or _reaches_further(moved):
        renew(subject_id, at)


def counted_rows(moved: Moved) -> Iterator[tuple[str, Row | None, Row | None]]:
    """The rows that count, as they counted before and count now: a record counts while its visit has not gone."""
    gone_before = {row.id for row, (before, _) in moved.items() if isinstance(row, Event) and has_gone(before)}
    gone_now = {row.id for row, (_, after) in moved.items() if isinstance(row, Event) and has_gone(after)}
    for row, (before, after) in moved.items():
        if isinstance(row, Record):
            was, now = row.event_id in gone_before, row.event_id in gone_now
            yield row.__tablename__, None if was else before, None if now else after
        elif row.__tablename__ in TABLES:
            yield row.__tablename__, before, after


def has_gone(event: Row | None) -> bool:
    """Whether a visit is removed or not done: nothing of it counts."""
    return event is not None and event["state"] != "started"


def _gone_or_back(moved: Moved) -> Iterator[tuple[str, Row | None, Row | None]]:
    """The records that go with their visit, or come back with it, without having moved themselves."""
    own = {row.id for row in moved if isinstance(row, Record)}
    for row, (before, after) in moved.items():
        if isinstance(row, Event) and before is not None and has_gone(before) != has_gone(after):
            records = db.session.execute(select(_RECORDS).where(_RECORDS.c.event_id == row.id)).mappings()
            for record in (dict(each) for each in records if each["id"] not in own):
                yield "records", *((None, record) if has_gone(before) else (record, None))


def _begun_visits(moved: Moved) -> Iterator[tuple[str, Row | None, Row | None]]:
    """The visits that began or changed, and all visits of a subject whose status changed, each with that status."""
    was, now = _statuses(moved)
    own = {row.id: pair for row, pair in moved.items() if isinstance(row, Event)}
    for before, after in own.values():
        yield "events", before and _said(before, was), _said(after, now)
    if was is not None and was != now:
        events = db.session.execute(select(_EVENTS).where(_EVENTS.c.subject_id == _subject_of(moved))).mappings()
        for event in (dict(each) for each in events if each["id"] not in own):
            yield "events", _said(event, was), _said(event, now)


def _statuses(moved: Moved) -> tuple[str | None, str | None]:
    """The status of the subject before and after, where it moved; before is None for a new one."""
    pairs = (pair for row, pair in moved.items() if isinstance(row, Subject))
    before, after = next(pairs, (None, None))
    return before["status"] if before else None, after["status"] if after else None


def _said(event: Row, status: str | None) -> Row:
    return {**event, "status": status or db.session.get_one(Subject, event["subject_id"]).status}


def renew(subject_id: str, at: datetime) -> None:
    """Compute anew, for one subject, what takes more than one row."""
    sums = sums_of([subject_id], at)[subject_id]
    stood = db.session.execute(select(_VISITS).where(_VISITS.c.subject_id == subject_id)).mappings()
    _replace_visits([dict(row) for row in stood], sums.visits)
    before = dict(db.session.execute(select(_SUBJECTS).where(_SUBJECTS.c.subject_id == subject_id)).mappings().one())
    after = {**before, **_apart(sums), "site_id": db.session.get_one(Subject, subject_id).site_id}
    if after != before:
        db.session.execute(update(_SUBJECTS).where(_SUBJECTS.c.subject_id == subject_id).values(after))
        tallies.note("subject_summaries", before, after)


def _apart(sums: Sums) -> dict[str, Any]:
    return {"zero_on": sums.zero_on, "enrolled_on": sums.enrolled_on, "locked": sums.locked}


def _subject_of(moved: Moved) -> str | None:
    for row in moved:
        found = row.id if isinstance(row, Subject) else getattr(row, "subject_id", None)
        if found is not None:
            return str(found)
    return None


def _begin(subject: Subject) -> None:
    whose = {"subject_id": subject.id, "study_id": subject.study_id, "site_id": subject.site_id}
    db.session.execute(insert(_SUBJECTS).values({**whose, **dict.fromkeys((*COUNTS, "locked"), 0)}))


def _count(subject_id: str, counts: Mapping[str, int]) -> None:
    moved = {name: _SUBJECTS.c[name] + number for name, number in counts.items() if number}
    if moved:
        db.session.execute(update(_SUBJECTS).where(_SUBJECTS.c.subject_id == subject_id).values(moved))


def _begun_alone(moved: Moved) -> Event | None:
    """The event that began with the first save of a form that says nothing of any day, and with nothing else."""
    events = [row for row, (before, _) in moved.items() if isinstance(row, Event) and before is None]
    if len(events) != 1 or events[0].state != "started":
        return None
    others = {row: pair for row, pair in moved.items() if row is not events[0]}
    saved = any(isinstance(row, Record) and row.event_id == events[0].id for row in others)
    return events[0] if saved and not _reaches_further(others) else None


def _take_place(event: Event, at: datetime) -> bool:
    """Let a visit that was expected take place; False where none was."""
    here = (_VISITS.c.subject_id, event.subject_id), (_VISITS.c.event, event.oid), (_VISITS.c.instance, event.instance)
    saved = at.astimezone(ZoneInfo(db.session.get_one(Site, event.site_id).timezone)).date()
    changed = (
        update(_VISITS)
        .where(*(column == value for column, value in here), _VISITS.c.fate == "open")
        .values(fate="done", saved_on=saved)
        .returning(*_VISITS.c)
    )
    after = db.session.execute(changed).mappings().one_or_none()
    if after is None:
        return False
    tallies.note("visit_summaries", {**after, "fate": "open", "saved_on": None}, dict(after))
    return True


def _reaches_further(moved: Moved) -> bool:
    """Whether something moved of what takes more than one row."""
    return any(map(_is_of_further_reach, moved))


def _is_of_further_reach(row: Model) -> bool:
    if isinstance(row, Record):
        return row.form in landmark_forms(definition(row.study_id, row.study_version))
    return row.__tablename__ in ("subjects", "events", "holds")


def _replace_visits(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> None:
    old, new = ({_key(row): row for row in rows} for rows in (before, after))
    for key in old.keys() | new.keys():
        if old.get(key) != new.get(key):
            tallies.note("visit_summaries", old.get(key), new.get(key))
    gone = [key for key in old if old[key] != new.get(key)]
    come = [new[key] for key in new if old.get(key) != new[key]]
    for subject_id, event, instance in gone:
        here = _VISITS.c.subject_id == subject_id, _VISITS.c.event == event, _VISITS.c.instance == instance
        db.session.execute(delete(_VISITS).where(*here))
    if come:
        db.session.execute(insert(_VISITS), come)


def _key(row: Row) -> tuple[str, str, int]:
    return row["subject_id"], row["event"], row["instance"]
