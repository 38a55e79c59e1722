"""Subjects as they are chosen to be frozen, locked or lifted in bulk, each with what is open in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select

from ecrf.db import db
from ecrf.errors import NotFound
from ecrf.models.events import Event
from ecrf.models.holds import Hold
from ecrf.models.sites import Site
from ecrf.models.studies import Study as StudyRow
from ecrf.models.studies import StudyVersion
from ecrf.models.subjects import Subject
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.scopes import allowed, in_scope
from ecrf.reads.definitions import definition
from ecrf.reads.open_points import NOTHING, Chosen, Open, Part, open_in_all, open_in_each
from forms.casebook import EventKey
from forms.definitions import Study

PAGE = 50
ACTS = {
    "freeze": ("freeze", Permission.HOLD_FREEZE), "lock": ("lock", Permission.HOLD_LOCK),
    "unfreeze": ("freeze", Permission.HOLD_LIFT), "unlock": ("lock", Permission.HOLD_LIFT),
}  # fmt: skip
"""The kind of hold that each act sets or lifts, and what it needs."""


@dataclass(frozen=True)
class HoldFilters:
    """What was chosen; an empty text is no choice. `act` is freeze, lock, unfreeze or unlock, `study` the short name,
    `site` the code, `event` as in addresses (`SE.SCR`, `SE.UNS~2`), `form` the OID, `status` that of the subject,
    `after` the screening number that the subjects before ended with."""

    act: str = ""
    study: str = ""
    site: str = ""
    event: str = ""
    form: str = ""
    status: str = ""
    after: str = ""

    @property
    def part(self) -> Part:
        """What is to be held of each subject."""
        oid, _, instance = self.event.partition("~")
        count = int(instance) if instance.isdecimal() and len(instance) < 6 else 0
        return Part(EventKey(oid, count) if oid else None, self.form or None)


@dataclass(frozen=True)
class Candidate:
    """One subject, what is open in what would be held, and how many freezes or locks stand in it already."""

    id: str
    number: str
    screening_number: str
    site: str
    status: str
    open: Open
    standing: int


@dataclass(frozen=True)
class Candidates:
    """One page of subjects; `total` counts all that pass the filters, `open` what is open in all of them; `study` is
    None for whoever may hold nothing."""

    filters: HoldFilters
    study: Study | None = None
    study_id: str = ""
    study_name: str = ""
    subjects: tuple[Candidate, ...] = ()
    total: int = 0
    open: Open = NOTHING
    next: str | None = None


def candidates(actor: Actor, filters: HoldFilters, *, size: int = PAGE) -> Candidates:
    """One page of the subjects that the actor may hold, in the order of their screening numbers."""
    permission = ACTS[filters.act][1] if filters.act in ACTS else Permission.HOLD_FREEZE
    found = _study(actor, filters, permission)
    if found is None:
        return Candidates(filters)
    study, chosen = definition(found.id, found.number), _chosen(actor, filters, found.id, permission)
    page = db.session.execute(_after(chosen, filters).limit(size + 1)).all()
    ids = [row.Subject.id for row in page[:size]]
    open_in, standing = open_in_each(actor, ids, filters.part, study), _standing(ids, filters)
    of_all = chosen.with_only_columns(Subject.id).order_by(None)
    return Candidates(
        filters, study, found.id, found.name,
        tuple(_candidate(row, open_in, standing) for row in page[:size]),
        db.session.scalar(select(func.count()).select_from(of_all.subquery())) or 0,
        open_in_all(
            actor, _rows_of(actor, filters, found.id, permission), filters.part, of_sites=not filters.status
        ),
        page[size - 1].Subject.screening_number if len(page) > size else None,
    )  # fmt: skip


def following(actor: Actor, filters: HoldFilters, size: int) -> list[tuple[str, str]]:
    """The next subjects that the actor sees under the filters, as (id, screening number), whether or not they may be
    held: that is asked for each. Raises `NotFound` for a study or a site that the actor does not see."""
    found = _study(actor, filters, Permission.SUBJECT_READ)
    if found is None or (filters.site and not _sees_site(actor, filters.site, found.id)):
        raise NotFound("study")
    chosen = _after(_chosen(actor, filters, found.id, Permission.SUBJECT_READ), filters).limit(size)
    rows = db.session.execute(chosen.with_only_columns(Subject.id, Subject.screening_number))
    return [(row.id, row.screening_number) for row in rows]


def _study(actor: Actor, filters: HoldFilters, permission: Permission) -> Any:
    seen = allowed(actor, permission, study=StudyRow.id, site=None)
    chosen = select(StudyRow.id, StudyRow.name, func.max(StudyVersion.number).label("number")).join(
        StudyVersion, StudyVersion.study_id == StudyRow.id
    )
    named = chosen.where(StudyRow.name == filters.study) if filters.study else chosen
    return db.session.execute(named.where(seen).group_by(StudyRow.id, StudyRow.name).order_by(StudyRow.name)).first()


def _sees_site(actor: Actor, code: str, study_id: str) -> bool:
    seen = allowed(actor, Permission.SUBJECT_READ, study=Site.study_id, site=Site.id)
    chosen = select(Site.id).where(Site.study_id == study_id, Site.code == code, seen)
    return db.session.scalar(chosen) is not None


def _chosen(actor: Actor, filters: HoldFilters, study_id: str, permission: Permission) -> Select[Any]:
    of_study: Any = select(Subject, Site.code).join(Site, Site.id == Subject.site_id)
    chosen: Select[Any] = in_scope(of_study.where(Subject.study_id == study_id), actor, permission, Subject)
    if filters.site:
        chosen = chosen.where(Site.code == filters.site)
    if filters.status:
        chosen = chosen.where(Subject.status == filters.status)
    event = filters.part.event
    if event is not None:
        begun = exists().where(Event.subject_id == Subject.id, Event.oid == event.oid, Event.instance == event.instance)
        chosen = chosen.where(begun)
    return chosen.order_by(Subject.screening_number)


def _rows_of(actor: Actor, filters: HoldFilters, study_id: str, permission: Permission) -> Chosen:
    """The rows of all of these subjects, said of the rows' own columns, which are indexed."""

    def chosen(model: Any) -> list[ColumnElement[bool]]:
        seen = allowed(actor, permission, study=model.study_id, site=model.site_id)
        of_site = select(Site.id).where(Site.study_id == study_id, Site.code == filters.site)
        of_status = select(Subject.id).where(Subject.study_id == study_id, Subject.status == filters.status)
        return [
            model.study_id == study_id, seen, *([model.site_id.in_(of_site)] if filters.site else []),
            *([model.subject_id.in_(of_status)] if filters.status else []),
        ]  # fmt: skip

    return chosen


def _after(chosen: Select[Any], filters: HoldFilters) -> Select[Any]:
    return chosen.where(Subject.screening_number > filters.after) if filters.after else chosen


def _standing(ids: Sequence[str], filters: HoldFilters) -> dict[str, int]:
    """How many holds of the kind stand in each of these subjects."""
    kind = ACTS[filters.act][0] if filters.act in ACTS else "freeze"
    counted = select(Hold.subject_id, func.count()).where(
        Hold.subject_id.in_(ids), Hold.kind == kind, Hold.lifted_at.is_(None)
    )
    rows: Any = db.session.execute(counted.group_by(Hold.subject_id)).all() if ids else ()
    return dict(rows)


def _candidate(row: Any, open_in: Mapping[str, Open], standing: Mapping[str, int]) -> Candidate:
    subject = row.Subject
    return Candidate(
        subject.id, subject.number, subject.screening_number, row.code, subject.status,
        open_in.get(subject.id, NOTHING), standing.get(subject.id, 0),
    )  # fmt: skip
