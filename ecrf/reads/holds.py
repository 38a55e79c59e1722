"""What is frozen or locked of a subject, in the words of the page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select

from ecrf.db import db
from ecrf.errors import NotFound
from ecrf.models.events import Event
from ecrf.models.holds import LEVELS, WIDE, Hold
from ecrf.models.reach import over
from ecrf.models.records import Record
from ecrf.models.sites import Site
from ecrf.models.studies import Study
from ecrf.models.subjects import Subject
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.scopes import allowed, in_scope
from ecrf.reads.definitions import definition, event_label, place
from ecrf.reads.masks import Masks
from ecrf.reads.open_points import Part
from ecrf.reads.records import RecordPlace, record_place
from ecrf.reads.subjects import subject_facts
from ecrf.reads.withholding import sight_of
from forms.casebook import EventKey


@dataclass(frozen=True)
class HoldFacts:
    """One standing freeze or lock; `place` is empty for the whole subject. One of a site or a study has no subject."""

    id: str
    subject_id: str | None
    level: str
    kind: str
    place: str
    held_by: str
    held_at: datetime
    zone: str
    reason: str | None


@dataclass(frozen=True)
class FormPlace:
    """A form of an event, begun or not."""

    event: str
    instance: int
    form: str
    row: int = 0

    @property
    def key(self) -> EventKey:
        """The event as the plan names it."""
        return EventKey(self.event, self.instance)


@dataclass(frozen=True)
class HoldTarget:
    """What is about to be held; `place` says it in words. Of a form that has not begun `visit` says where it would
    stand, of an event the event without a form; for the whole subject `record` and `visit` are None."""

    level: str
    subject_id: str
    place: str
    record: RecordPlace | None = None
    item: str | None = None
    visit: FormPlace | None = None

    @property
    def part(self) -> Part | None:
        """What a checklist looks at before it is locked; an item has none."""
        if self.level == "item":
            return None
        where = self.record or self.visit
        return Part(EventKey(where.event, where.instance), where.form or None) if where else Part()


_HELD: Any = (
    select(Hold, Event, Record, Site, Study.name.label("study"))
    .select_from(Hold)
    .join(Study, Study.id == Hold.study_id)
    .outerjoin(Site, Site.id == Hold.site_id)
    .outerjoin(Event, Event.id == Hold.event_id)
    .outerjoin(Record, Record.id == Hold.record_id)
)


def standing_holds(actor: Actor, subject_id: str, version: int | None, language: str) -> tuple[HoldFacts, ...]:
    """The standing freezes and locks that reach something of a subject, the widest and newest first."""
    reached = over(Subject.id, Subject.site_id, Subject.study_id)
    chosen = in_scope(_HELD.join(Subject, reached), actor, Permission.RECORD_READ, Subject)
    rows = db.session.execute(chosen.where(Subject.id == subject_id).order_by(Hold.held_at.desc())).all()
    masks = Masks(actor, [subject_id])
    facts = (_facts(row, version, language, masks, subject_id) for row in rows if _is_told(actor, row))
    return tuple(sorted(facts, key=lambda hold: -LEVELS.index(hold.level)))


def wide_holds(actor: Actor, study: str, language: str) -> tuple[HoldFacts, ...]:
    """The standing freezes and locks of a study and of those of its sites that the actor may see, the widest first."""
    of_sites = allowed(actor, Permission.SUBJECT_READ, study=Hold.study_id, site=Hold.site_id)
    of_study = and_(Hold.site_id.is_(None), allowed(actor, Permission.SUBJECT_READ, study=Hold.study_id, site=None))
    chosen = _HELD.where(Study.name == study, Hold.subject_id.is_(None), Hold.lifted_at.is_(None))
    rows = db.session.execute(chosen.where(or_(of_sites, of_study)).order_by(Hold.site_id, Hold.held_at.desc())).all()
    facts = (_facts(row, None, language, Masks(actor, []), None) for row in rows)
    return tuple(sorted(facts, key=lambda hold: -LEVELS.index(hold.level)))


def hold_facts(
    actor: Actor, hold_id: str, language: str, permission: Permission = Permission.RECORD_READ
) -> HoldFacts:  # fmt: skip
    """One standing hold; raises `NotFound` where there is none on which the actor has the permission."""
    chosen = in_scope(_HELD, actor, permission, Hold).where(Hold.lifted_at.is_(None), Hold.id == hold_id)
    row = db.session.execute(chosen).one_or_none()
    if row is None or not _is_told(actor, row):
        raise NotFound("hold")
    subject_id = row.Hold.subject_id
    version = _newest_pinned(subject_id) if subject_id else None
    return _facts(row, version, language, Masks(actor, [subject_id] if subject_id else []), subject_id)


def _is_told(actor: Actor, row: Any) -> bool:
    """Whether this reader hears of a hold: of one on an item that is not there for the reader, not."""
    return row.Record is None or sight_of(actor, row.Record).tells_of(row.Hold.item)


def subject_target(actor: Actor, subject_id: str, permission: Permission) -> HoldTarget:
    """A whole subject; raises `NotFound` for one the actor may not hold."""
    chosen = select(Subject.id).where(Subject.id == subject_id)
    if db.session.scalar(in_scope(chosen, actor, permission, Subject)) is None:
        raise NotFound("subject")
    return HoldTarget("subject", subject_id, "")


def form_target(
    actor: Actor, subject_id: str, event: EventKey, form: str, permission: Permission, now: datetime, *, language: str
) -> HoldTarget:  # fmt: skip
    """A form of a visit by the plan in force, whether or not it has begun; raises `NotFound` for what is not there."""
    subject = subject_facts(actor, subject_id, now)
    if not actor.may(permission, subject.study_id, subject.site_id) or subject.version is None:
        raise NotFound("subject")
    study = definition(subject.study_id, subject.version)
    planned = study.events.get(event.oid)
    if planned is None or form not in planned.forms or planned.repeating is not (event.instance > 0):
        raise NotFound("target")
    where = place(study, event.oid, event.instance, form, language)
    return HoldTarget("form", subject_id, where, visit=FormPlace(event.oid, event.instance, form))


def event_target(
    actor: Actor, subject_id: str, event: EventKey, permission: Permission, now: datetime, *, language: str
) -> HoldTarget:
    """All forms of a visit that has begun; raises `NotFound` for any other."""
    subject = subject_facts(actor, subject_id, now)
    if not actor.may(permission, subject.study_id, subject.site_id) or subject.version is None:
        raise NotFound("subject")
    begun = select(Event.id).where(
        Event.subject_id == subject_id, Event.oid == event.oid, Event.instance == event.instance
    )
    if db.session.scalar(begun) is None:
        raise NotFound("target")
    where = event_label(definition(subject.study_id, subject.version), event.oid, event.instance, language)
    return HoldTarget("event", subject_id, where, visit=FormPlace(event.oid, event.instance, ""))


def record_target(
    actor: Actor, level: str, record_id: str, item: str | None, permission: Permission, *, language: str
) -> HoldTarget:  # fmt: skip
    """A form of a visit, one record, or one item of it; raises `NotFound` for what does not exist."""
    record = record_place(actor, record_id, language=language, permission=permission)
    label = dict(record.items).get(item or "")
    if level not in ("form", "record", "item") or (level == "item") != bool(label):
        raise NotFound("target")
    return HoldTarget(level, record.subject_id, f"{record.place} · {label}" if label else record.place, record, item)


def _newest_pinned(subject_id: str) -> int | None:
    chosen = select(Record.study_version).where(Record.subject_id == subject_id)
    return db.session.scalar(chosen.order_by(Record.study_version.desc()).limit(1))


def _facts(row: Any, version: int | None, language: str, masks: Masks, subject_id: str | None) -> HoldFacts:
    """The facts of a hold; words that are withheld are those of the subject it is looked at from."""
    hold, event, record, site, study = row
    where = ""
    if hold.level in WIDE:
        where = f"{site.code} {site.name}" if site else study
    elif event is not None and version is not None:
        known = definition(hold.study_id, version)
        where = event_label(known, event.oid, event.instance, language)
        if hold.form is not None:
            where = place(known, event.oid, event.instance, hold.form, language)
    elif record is not None:
        where = _place_of(record, hold.item, language)
    zone = site.timezone if site else "UTC"
    return HoldFacts(
        hold.id, hold.subject_id, hold.level, hold.kind, where, hold.held_by, hold.held_at, zone,
        masks.said(subject_id, hold.reason),
    )  # fmt: skip


def _place_of(record: Record, item: str | None, language: str) -> str:
    study = definition(record.study_id, record.study_version)
    return place(study, record.event, record.instance, record.form, language, record.row, item)
