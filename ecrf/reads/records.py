"""Where a record stands: what raised queries, holds and trails of one record begin with."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from ecrf.db import db
from ecrf.errors import NotFound
from ecrf.models.records import Record
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.scopes import in_scope
from ecrf.reads.definitions import definition, item_label, place
from ecrf.reads.withholding import sight_of
from forms.casebook import EventKey


@dataclass(frozen=True)
class RecordPlace:
    """One record: its ids, its address, the words for it, and its items as (OID, label)."""

    id: str
    subject_id: str
    site_id: str
    study_id: str
    event_id: str
    event: str
    instance: int
    form: str
    row: int
    place: str
    items: tuple[tuple[str, str], ...]


def record_place(
    actor: Actor, record_id: str, *, language: str, permission: Permission = Permission.RECORD_READ
) -> RecordPlace:  # fmt: skip
    """Where a record stands; raises `NotFound` for one where the actor has no such permission."""
    chosen: Any = select(Record).where(Record.id == record_id)
    record = db.session.scalars(in_scope(chosen, actor, permission, Record)).one_or_none()
    if record is None:
        raise NotFound("record")
    study = definition(record.study_id, record.study_version)
    there = sight_of(actor, record).items(study.forms[record.form].items)
    items = tuple((item, item_label(study, record.form, item, language)) for item in there)
    return RecordPlace(
        record.id, record.subject_id, record.site_id, record.study_id, record.event_id, record.event, record.instance,
        record.form, record.row, place(study, record.event, record.instance, record.form, language, record.row), items,
    )  # fmt: skip


def record_at(actor: Actor, subject_id: str, event: EventKey, form: str, row: int = 0) -> str:
    """The id of the record that stands at a place; raises `NotFound` where none has begun that the actor may read."""
    chosen = select(Record.id).where(
        Record.subject_id == subject_id, Record.event == event.oid, Record.instance == event.instance,
        Record.form == form, Record.row == row,
    )  # fmt: skip
    found = db.session.scalar(in_scope(chosen, actor, Permission.RECORD_READ, Record))
    if found is None:
        raise NotFound("record")
    return found
