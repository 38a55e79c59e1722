"""The trail as it is reviewed: one act after another, newest first, each with its changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from audit.tables import trail_entries
from ecrf.db import db
from ecrf.models.sites import Site
from ecrf.models.studies import StudyVersion
from ecrf.models.subjects import Subject
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.scopes import allowed
from ecrf.reads.definitions import definition, form_label, place
from ecrf.reads.records import RecordPlace
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
from ecrf.reads.trail_filters import TrailFilters, before_key, entry, narrowed, of_record, readable
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
    """One page of acts with its choices; `zone` is that of the period, `next` the key the next page begins before."""

    filters: TrailFilters
    acts: tuple[Act, ...]
    form_choices: tuple[tuple[str, str], ...]
    item_choices: tuple[tuple[str, str], ...]
    zone: str
    next: str | None


def trail(actor: Actor, filters: TrailFilters, *, language: str, size: int = PAGE) -> TrailPage:
    """One page of the acts the actor may read."""
    return _page(actor, filters, [], language, size)


def trail_of_subject(
    actor: Actor, subject_id: str, filters: TrailFilters, *, language: str, size: int = PAGE
) -> TrailPage:  # fmt: skip
    """The same of one subject."""
    return _page(actor, filters, [entry.subject == subject_id], language, size)


def trail_of_record(
    actor: Actor, record: RecordPlace, filters: TrailFilters, *, language: str, size: int = PAGE
) -> TrailPage:  # fmt: skip
    """The same of one record: its acts, what they brought about, its queries and what held it."""
    return _page(actor, filters, [entry.subject == record.subject_id, of_record(record)], language, size)


def _page(
    actor: Actor, filters: TrailFilters, about: Sequence[ColumnElement[bool]], language: str, size: int
) -> TrailPage:
    zone = _zone(actor)
    matching = narrowed(_entries().where(readable(actor), *about), filters, zone)
    chosen = before_key(actor, matching, filters.before)
    newest = chosen.order_by(entry.recorded_at.desc(), entry.chain.desc(), entry.sequence.desc())
    rows = db.session.execute(newest.limit(size + 1)).all()
    study = _newest_study(actor)
    acts = _acts(rows[:size], study, language)
    return TrailPage(
        filters, acts, _form_choices(study, language), _item_choices(study, filters.form, language), zone,
        f"{acts[-1].chain}~{acts[-1].sequence}" if len(rows) > size else None,
    )  # fmt: skip


def _entries() -> Select[Any]:
    columns = (
        entry.chain, entry.sequence, entry.recorded_at, entry.actor_name, entry.actor_role, entry.actor_organisation,
        entry.action, entry.study, entry.event, entry.form, entry.row, entry.study_version, entry.reason_code,
        entry.origin, entry.cause_sequence, Site.code, Site.timezone, Subject.screening_number, Subject.subject_number,
    )  # fmt: skip
    source = trail_entries.outerjoin(Site, Site.id == entry.site).outerjoin(Subject, Subject.id == entry.subject)
    return select(*columns).select_from(source)


def _acts(rows: Sequence[Any], study: Study | None, language: str) -> tuple[Act, ...]:
    changes = changes_of((row.chain, row.sequence) for row in rows)
    around = surroundings(change for of_entry in changes.values() for change in of_entry)
    return tuple(_act(row, changes[(row.chain, row.sequence)], around, study, language) for row in rows)


def _act(row: Any, changes: list[Any], around: Surroundings, study: Study | None, language: str) -> Act:
    told, marks = facts_of(changes, around, language), query_marks(changes, around)
    return Act(
        chain=row.chain, sequence=row.sequence, recorded_at=row.recorded_at, zone=row.timezone or "UTC",
        who=row.actor_name, role=row.actor_role, organisation=row.actor_organisation, site=row.code,
        action=row.action, place=_where(row, [*told, *marks], around, study, language), reason=row.reason_code,
        note=note_of(changes), origin=row.origin, cause=row.cause_sequence, changes=told, queries=marks,
        tried=tried_in(changes),
    )  # fmt: skip


def _where(
    row: Any, touching: Sequence[ChangeFacts | QueryMark], around: Surroundings, study: Study | None, language: str
) -> str:
    """The object of an act: "NJ01-004 · Week 14 · Serum chemistry"."""
    number = row.subject_number or row.screening_number
    touched = {each.record for each in touching if each.record}
    parts = [number] if number else []
    if row.event and row.form:
        oid, _, instance = row.event.partition("#")
        pinned = definition(row.study, row.study_version) if row.study_version else study
        parts += [place(pinned, oid, int(instance or 0), row.form, language, row.row or 0)] if pinned else []
    elif len(touched) == 1 and (record := around.records.get(touched.pop())):
        pinned = definition(record.study_id, record.study_version)
        parts.append(place(pinned, record.event, record.instance, record.form, language, record.row))
    return " · ".join(parts)


def _zone(actor: Actor) -> str:
    """The zone in which a period is meant: that of the actor's first site."""
    seen = allowed(actor, Permission.TRAIL_READ, study=Site.study_id, site=Site.id)
    return db.session.scalar(select(Site.timezone).where(seen).order_by(Site.code).limit(1)) or "UTC"


def _newest_study(actor: Actor) -> Study | None:
    """The newest version of the first study the actor may see: the forms and items one can choose among."""
    seen = allowed(actor, Permission.TRAIL_READ, study=StudyVersion.study_id, site=None)
    newest = (
        select(StudyVersion.study_id, StudyVersion.number).where(seen).order_by(StudyVersion.number.desc()).limit(1)
    )
    row = db.session.execute(newest).first()
    return definition(row.study_id, row.number) if row else None


def _form_choices(study: Study | None, language: str) -> tuple[tuple[str, str], ...]:
    return tuple((oid, form_label(study, oid, language)) for oid in study.forms) if study else ()


def _item_choices(study: Study | None, form: str, language: str) -> tuple[tuple[str, str], ...]:
    """The items of the chosen form, or of all."""
    forms = [each for oid, each in study.forms.items() if not form or oid == form] if study else []
    return tuple((item.oid, item.label.said_in(language)) for each in forms for item in each.items.values())
