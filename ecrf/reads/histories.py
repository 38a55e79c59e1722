"""The history of every item of some records at once, as it is printed: each value it had, by whom, when and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from audit.tables import trail_changes, trail_entries
from ecrf.db import db
from ecrf.models.records import Record
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.scopes import in_scope
from ecrf.policy.withholding import Sight
from ecrf.reads.definitions import definition
from ecrf.reads.masks import Masks
from ecrf.reads.trail_changes import changes_select
from ecrf.reads.trail_sight import emptied, masked
from ecrf.reads.trailed_values import Shown, said, trailed
from ecrf.reads.withholding import sight_of

_MARKS = ("set", "refused", "note")


@dataclass(frozen=True)
class PastValue:
    """One value of an item, the oldest first; `mark` is set or refused, `reason` a code or the rule that refused."""

    now: Shown | None
    mark: str
    recorded_at: datetime
    sequence: int
    who: str
    role: str | None
    reason: str | None
    note: str | None


def histories(
    actor: Actor, subject_id: str, record_ids: Sequence[str], *, language: str
) -> dict[tuple[str, str], list[PastValue]]:
    """By record and item, of those records whose trail the actor may read."""
    chosen: Any = select(Record).where(Record.subject_id == subject_id, Record.id.in_(record_ids))
    records = {row.id: row for row in db.session.scalars(in_scope(chosen, actor, Permission.TRAIL_READ, Record))}
    found: dict[tuple[str, str], list[PastValue]] = {}
    notes: dict[tuple[str, int], Any] = {}
    sights = {id_: sight_of(actor, record) for id_, record in records.items()}
    masks = Masks(actor, [subject_id])
    every = (_seen(row, sights, masks) for row in _rows(f"subject:{subject_id}"))
    rows = [row for row in every if row is not None]
    for row in rows:
        if row.mark == "note":
            notes[(row.path, row.sequence)] = row
    for row in rows:
        if row.mark != "note":
            _, record, _, item = row.path.split("/", 3)
            note = notes.get((row.path, row.sequence))
            found.setdefault((record, item), []).append(_past(row, note, records[record], item, language))
    return found


def _seen(row: Any, sights: Mapping[str, Sight], masks: Masks) -> Any:
    """A change as its reader sees it; None for one of an absent item, or of no record that is asked for."""
    _, record, _, item = row.path.split("/", 3)
    seen = sights.get(record)
    if seen is None or item in seen.absent:
        return None
    if item in seen.withheld:
        return emptied(row)
    return masked(row, row.chain, masks) if row.mark == "note" else row


def _rows(chain: str) -> Sequence[Any]:
    """The changes of all items of a chain's records, each with its entry."""
    change, entry = trail_changes.c, trail_entries.c
    joined = changes_select().add_columns(entry.recorded_at, entry.actor_name, entry.actor_role)
    of_records = (change.chain == chain, change.path.like("records/%/data/%"), change.mark.in_(_MARKS))
    return db.session.execute(
        joined.where(*of_records, entry.chain == change.chain, entry.sequence == change.sequence)
    ).all()


def _past(row: Any, note: Any, record: Record, item: str, language: str) -> PastValue:
    study = definition(record.study_id, record.study_version)
    return PastValue(
        said(trailed(row, "now"), study, record.form, item, language), row.mark, row.recorded_at, row.sequence,
        row.actor_name, row.actor_role, note.reason_code if note is not None else row.reason_code,
        note.now_value if note is not None else None,
    )  # fmt: skip
