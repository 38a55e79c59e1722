"""The trail as it is taken out: all changes of all acts that a filter leaves, stored and in words, batch by batch."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from audit.tables import trail_entries
from ecrf.db import db
from ecrf.policy.actors import Actor
from ecrf.reads.definitions import item_label
from ecrf.reads.trail import COLUMNS, place_of
from ecrf.reads.trail_changes import Path, Surroundings, changes_of, surroundings, value_said
from ecrf.reads.trail_choices import codes_said, newest_study, zone_of
from ecrf.reads.trail_filters import TrailFilters, entry, readable
from ecrf.reads.trail_reach import Narrowing, Of, entries, narrowing
from ecrf.reads.trail_sight import Seen
from forms.definitions import Study

BATCH = 200
_MORE = (entry.record, entry.request_id, entry.hash)


@dataclass(frozen=True)
class Extent:
    """What is taken out: the acts that the filters leave up to a moment, and among how many that the reader may."""

    filters: TrailFilters
    of: Of
    until: datetime
    acts: int
    among: int


@dataclass(frozen=True)
class ChangeTaken:
    """One change; `row` has its columns and those of both values, as they are stored."""

    row: Any
    item: str | None
    label: str
    was: str
    now: str


@dataclass(frozen=True)
class ActTaken:
    """One entry with all its changes; `row` has its columns as they are stored, its site's and its subject's."""

    row: Any
    number: str
    place: str
    changes: tuple[ChangeTaken, ...]


def extent(actor: Actor, filters: TrailFilters, of: Of, until: datetime, *, language: str) -> Extent:
    """How much there is to take out; whatever is written from `until` on is left out, so that the number stays true."""
    filters = replace(filters, before="")
    chosen = _chosen(actor, filters, of, language, newest_study(actor))
    counted = chosen.narrowed(select(func.count()).select_from(trail_entries)).where(entry.recorded_at < until)
    among = select(func.count()).select_from(trail_entries).where(readable(actor), entry.recorded_at < until)
    return Extent(filters, of, until, db.session.scalar(counted) or 0, db.session.scalar(among) or 0)


def acts_taken(actor: Actor, wanted: Extent, *, language: str) -> Iterator[ActTaken]:
    """The acts, the newest first. Of any number of them no more than a batch is held at once."""
    study, before, is_more = newest_study(actor), "", True
    while is_more:
        chosen = _chosen(actor, replace(wanted.filters, before=before), wanted.of, language, study)
        newest = chosen.narrowed(entries(*COLUMNS, *_MORE)).where(entry.recorded_at < wanted.until)
        rows = db.session.execute(newest.order_by(*chosen.order).limit(BATCH)).all()
        yield from _taken(actor, rows, study, language)
        is_more = len(rows) == BATCH
        before = f"{rows[-1].chain}~{rows[-1].sequence}" if is_more else ""
        db.session.expunge_all()


def _chosen(actor: Actor, filters: TrailFilters, of: Of, language: str, study: Study | None) -> Narrowing:
    return narrowing(actor, filters, of, zone_of(actor), codes_said(study, filters, language))


def _taken(actor: Actor, rows: Any, study: Study | None, language: str) -> Iterator[ActTaken]:
    changes = changes_of((row.chain, row.sequence) for row in rows)
    every = [each for of_entry in changes.values() for each in of_entry]
    around = surroundings(every)
    seen = Seen(actor, every, around)
    for row in rows:
        told = seen.of(row, changes[(row.chain, row.sequence)])
        place = place_of(row, _touched(told, around), around, study, language)
        number = row.subject_number or row.screening_number or ""
        yield ActTaken(row, number, place, tuple(_change(each, around, language) for each in told))


def _touched(rows: Iterable[Any], around: Surroundings) -> set[str]:
    """The records whose values or queries some changes name."""
    paths = [Path.of(row.path) for row in rows]
    asked = (around.queries[path.row].record_id for path in paths if path.row in around.queries)
    return {*(path.row for path in paths if path.row in around.records), *asked}


def _change(row: Any, around: Surroundings, language: str) -> ChangeTaken:
    path = Path.of(row.path)
    record = around.records.get(path.row) if path.table == "records" else None
    study, item = around.study_of(path.row) if record else None, path.part or None
    label = item_label(study, record.form, item, language) if study and record and item else item or ""
    was, now = (value_said(row, side, path, around, language) for side in ("was", "now"))
    return ChangeTaken(row, item, label, was, now)
