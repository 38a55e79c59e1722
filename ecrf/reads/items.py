"""The history of one item: every value it had or was refused, its queries and what held it, newest first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select

from audit.tables import trail_changes, trail_entries
from ecrf.db import db
from ecrf.errors import NotFound
from ecrf.models.holds import Hold
from ecrf.models.queries import Query
from ecrf.models.records import Record
from ecrf.models.sites import Site
from ecrf.models.subjects import Subject
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.scopes import in_scope
from ecrf.policy.withholding import Sight
from ecrf.reads.definitions import definition, item_label, place
from ecrf.reads.masks import Masks
from ecrf.reads.trail_changes import Path, changes_select
from ecrf.reads.trail_sight import emptied, masked
from ecrf.reads.trailed_values import Shown, said, trailed
from ecrf.reads.withholding import sight_of
from forms.definitions import Study


@dataclass(frozen=True)
class Step:
    """One thing that happened to an item. `kind` is value, refused, query or hold; `state` is what a query or hold
    became, `number` and `check` name the query, `rule` what refused the value."""

    kind: str
    recorded_at: datetime
    sequence: int
    who: str
    role: str | None
    was: Shown | None = None
    now: Shown | None = None
    is_first: bool = False
    reason: str | None = None
    note: str | None = None
    rule: str | None = None
    state: str | None = None
    number: int | None = None
    check: str | None = None


@dataclass(frozen=True)
class ItemHistory:
    """An item with its steps, the newest first; `event`, `instance`, `form` and `row` are the address of its record."""

    record_id: str
    subject_id: str
    event: str
    instance: int
    form: str
    row: int
    item: str
    label: str
    place: str
    zone: str
    steps: tuple[Step, ...]

    @property
    def entries(self) -> int:
        """How many entries of the trail tell of it."""
        return len({step.sequence for step in self.steps})

    @property
    def current(self) -> Shown | None:
        """The value as it stands."""
        return next((step.now for step in self.steps if step.kind == "value"), None)


def item_history(actor: Actor, record_id: str, item: str, *, language: str) -> ItemHistory:
    """The history of an item of a record; raises `NotFound` for one the actor may not see or the form does not have."""
    chosen: Any = (
        select(Record, Subject, Site.timezone).select_from(Record).join(Subject, Subject.id == Record.subject_id)
    )
    joined = chosen.join(Site, Site.id == Record.site_id).where(Record.id == record_id)
    row = db.session.execute(in_scope(joined, actor, Permission.TRAIL_READ, Record)).one_or_none()
    study = definition(row.Record.study_id, row.Record.study_version) if row else None
    if row is None or study is None or item not in study.forms[row.Record.form].items:
        raise NotFound("item")
    record, subject, zone = row
    seen = sight_of(actor, record)
    if item in seen.absent:
        raise NotFound("item")
    steps = _steps(study, record, subject.chain, item, language, seen, Masks(actor, [subject.id]))
    return ItemHistory(
        record.id, subject.id, record.event, record.instance, record.form, record.row, item,
        item_label(study, record.form, item, language),
        place(study, record.event, record.instance, record.form, language, record.row), zone, steps,
    )  # fmt: skip


def _steps(
    study: Study, record: Record, chain: str, item: str, language: str, seen: Sight, masks: Masks
) -> tuple[Step, ...]:  # fmt: skip
    own_path = f"records/{record.id}/data/{item}"
    queries = _queries(record.id, item, seen)
    holds = _holds(record.id, item)
    rows: Sequence[Any] = db.session.execute(_told(chain, own_path, queries, holds)).all()
    if item in seen.withheld:
        rows = [emptied(row) if row.path == own_path else row for row in rows]
    rows = [masked(row, chain, masks) if row.mark == "note" else row for row in rows]
    notes = {row.sequence: row for row in rows if row.mark == "note"}
    steps = []
    for row in rows:
        if row.path == own_path and row.mark != "note":
            steps.append(_value_step(row, notes.get(row.sequence), study, record.form, item, language))
        elif row.path != own_path and row.mark == "set":
            steps.append(_other_step(row, queries, holds, masks))
    return tuple(steps)


def _queries(record_id: str, item: str, seen: Sight) -> dict[str, Query]:
    chosen = select(Query).where(Query.record_id == record_id, Query.item == item)
    return {query.id: query for query in db.session.scalars(chosen) if seen.tells_of(item, query.check_id)}


def _holds(record_id: str, item: str) -> dict[str, Hold]:
    chosen = select(Hold).where(Hold.record_id == record_id, Hold.level == "item", Hold.item == item)
    return {hold.id: hold for hold in db.session.scalars(chosen)}


def _told(chain: str, own_path: str, queries: Iterable[str], holds: Iterable[str]) -> Select[Any]:
    """The changes of these paths with their entries, the newest first."""
    entry, path = trail_entries.c, trail_changes.c.path
    paths = [f"queries/{query}/state" for query in queries]
    paths += [f"holds/{hold}/{field}" for hold in holds for field in ("kind", "lifted_at")]
    joined = (entry.chain == trail_changes.c.chain) & (entry.sequence == trail_changes.c.sequence)
    columns = (entry.recorded_at, entry.actor_name, entry.actor_role, entry.action)
    told = changes_select().add_columns(*columns).join(trail_entries, joined).order_by(None)
    chosen = told.where(trail_changes.c.chain == chain, or_(path == own_path, path.in_(paths)))
    return chosen.order_by(trail_changes.c.sequence.desc(), trail_changes.c.ordinal.desc())


def _value_step(row: Any, note: Any, study: Study, form: str, item: str, language: str) -> Step:
    now, was = trailed(row, "now"), trailed(row, "was")
    refused = row.mark == "refused"
    return Step(
        "refused" if refused else "value", row.recorded_at, row.sequence, row.actor_name, row.actor_role,
        was=said(was, study, form, item, language), now=said(now, study, form, item, language),
        is_first=row.was_kind is None, rule=row.reason_code if refused else None,
        reason=note.reason_code if note is not None else None, note=note.now_value if note is not None else None,
    )  # fmt: skip


def _other_step(row: Any, queries: dict[str, Query], holds: dict[str, Hold], masks: Masks) -> Step:
    path = Path.of(row.path)
    about = (row.recorded_at, row.sequence, row.actor_name, row.actor_role)
    if path.table == "queries":
        query = queries[path.row]
        return Step("query", *about, state=row.now_value, number=query.number, check=query.check_id)
    hold = holds[path.row]
    reason = masks.said(hold.subject_id, hold.reason)
    kind = {"lock": "locked", "freeze": "frozen"}[hold.kind]
    return Step("hold", *about, state=kind if path.field == "kind" else f"un{kind}", note=reason)
