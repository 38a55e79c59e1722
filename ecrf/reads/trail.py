"""The trail as it is reviewed: one act after another, newest first, each with its changes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ecrf.db import db
from ecrf.models.sites import Site
from ecrf.models.subjects import Subject
from ecrf.policy.actors import Actor
from ecrf.reads.definitions import definition, event_label, place
from ecrf.reads.trail_changes import (
    ChangeFacts,
    QueryMark,
    Surroundings,
    changes_of,
    facts_of,
    note_of,
    query_marks,
    surroundings,
    tried_in,
)
from ecrf.reads.trail_choices import TrailChoices, choices_of, codes_said, newest_study, zone_of
from ecrf.reads.trail_filters import TrailFilters, entry
from ecrf.reads.trail_objects import objects_of
from ecrf.reads.trail_reach import WHOLE, Of, above, entries, narrowing
from ecrf.reads.trail_sight import Seen
from forms.definitions import Study

PAGE = 25
_SHOWN_WHOLE = 8


@dataclass(frozen=True)
class Act:
    """One entry as a reader sees it. `zone` is the site's; `cause` is the sequence of the entry it followed from,
    `tried` the action that a refused act was to be."""

    chain: str
    sequence: int
    recorded_at: datetime
    zone: str
    who: str
    role: str | None
    organisation: str | None
    site: str | None
    action: str
    place: str
    reason: str | None
    note: str | None
    origin: str
    cause: int | None
    changes: tuple[ChangeFacts, ...]
    queries: tuple[QueryMark, ...]
    tried: str | None = None

    @property
    def is_long(self) -> bool:
        """Whether the act has more changes than are shown at once."""
        return len(self.changes) > _SHOWN_WHOLE


@dataclass(frozen=True)
class TrailPage:
    """One page of acts with its choices; `zone` is that of the period, `next` the key to go on from. A page that was
    not filled within what it looked through says in `reached` how far back that was."""

    filters: TrailFilters
    acts: tuple[Act, ...]
    choices: TrailChoices
    zone: str
    next: str | None
    reached: datetime | None = None


def trail(actor: Actor, filters: TrailFilters, *, language: str, of: Of = WHOLE, size: int = PAGE) -> TrailPage:
    """One page of the acts the actor may read: of everything, of a subject, of a record."""
    zone, study = zone_of(actor), newest_study(actor)
    chosen = narrowing(actor, filters, of, zone, codes_said(study, filters, language))
    floor = chosen.floor()
    newest = chosen.narrowed(entries(*COLUMNS)).where(*above(floor)).order_by(*chosen.order)
    rows = db.session.execute(newest.limit(size + 1)).all()
    acts = tuple(_led_by(filters.item, act) for act in acts_of(actor, rows[:size], study, language))
    last = rows[size - 1] if len(rows) > size else floor
    return TrailPage(
        filters, acts, choices_of(actor, study, filters, language), zone,
        f"{last.chain}~{last.sequence}" if last else None,
        floor.recorded_at if floor and len(rows) <= size else None,
    )  # fmt: skip


COLUMNS = (
    entry.chain, entry.sequence, entry.recorded_at, entry.actor_name, entry.actor_role, entry.actor_organisation,
    entry.action, entry.study, entry.event, entry.form, entry.row, entry.study_version, entry.reason_code,
    entry.origin, entry.cause_sequence, Site.code, Site.timezone, Subject.screening_number, Subject.subject_number,
    entry.actor_id, entry.site, Subject.site_id.label("now_at"),
)  # fmt: skip
"""What is read of each entry."""


def _led_by(item: str, act: Act) -> Act:
    """The act with the values of the item that is looked for before its others, of which some may be folded away."""
    if not item:
        return act
    return replace(act, changes=tuple(sorted(act.changes, key=lambda change: change.item != item)))


def acts_of(actor: Actor, rows: Sequence[Any], study: Study | None, language: str) -> tuple[Act, ...]:
    """Entries as acts with their changes, as the actor sees them; `study` names the places of those to which
    no version is pinned."""
    changes = changes_of((row.chain, row.sequence) for row in rows)
    every = [change for of_entry in changes.values() for change in of_entry]
    around = surroundings(every)
    seen = Seen(actor, every, around)
    return tuple(
        _act(row, seen.of(row, changes[(row.chain, row.sequence)]), around, study, language) for row in rows
    )  # fmt: skip


def _act(row: Any, changes: list[Any], around: Surroundings, study: Study | None, language: str) -> Act:
    told = (*objects_of(changes, around), *facts_of(changes, around, language))
    marks = query_marks(changes, around)
    touched = {each.record for each in told if each.record} | {mark.record for mark in marks}
    return Act(
        chain=row.chain, sequence=row.sequence, recorded_at=row.recorded_at, zone=row.timezone or "UTC",
        who=row.actor_name, role=row.actor_role, organisation=row.actor_organisation, site=row.code,
        action=row.action, place=place_of(row, touched, around, study, language), reason=row.reason_code,
        note=note_of(changes), origin=row.origin, cause=row.cause_sequence, changes=told, queries=marks,
        tried=tried_in(changes),
    )  # fmt: skip


def place_of(row: Any, touched: set[str], around: Surroundings, study: Study | None, language: str) -> str:
    """The object of an act: "NJ01-004 · Week 14 · Serum chemistry"; `touched` are the records that its changes name."""
    number = row.subject_number or row.screening_number
    parts = [number] if number else []
    if row.event:
        pinned = definition(row.study, row.study_version) if row.study_version else study
        parts += [_in_visit(pinned, row, language)] if pinned else []
    elif len(touched) == 1 and (record := around.records.get(touched.pop())):
        pinned = definition(record.study_id, record.study_version)
        parts.append(place(pinned, record.event, record.instance, record.form, language, record.row))
    return " · ".join(parts)


def _in_visit(study: Study, row: Any, language: str) -> str:
    """A form of a visit, or the visit itself."""
    oid, _, instance = row.event.partition("#")
    if row.form is None:
        return event_label(study, oid, int(instance or 0), language)
    return place(study, oid, int(instance or 0), row.form, language, row.row or 0)
