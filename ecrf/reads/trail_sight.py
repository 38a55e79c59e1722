"""The changes of acts as a reader sees them: those of what is absent are left out, values that are withheld say so."""

import json
from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any, NamedTuple

from sqlalchemy import Row, select

from ecrf.db import db
from ecrf.models.holds import Hold, StaleMark
from ecrf.models.queries import Query, QueryMessage
from ecrf.models.records import Record
from ecrf.policy.actors import Actor
from ecrf.policy.withholding import Sight, sight
from ecrf.reads.masks import Masks
from ecrf.reads.trail_changes import Path, Surroundings
from ecrf.reads.withholding import flags_by_study, without
from forms.withheld import CODE, NO_FLAGS, Flags


class About(NamedTuple):
    """What a query, a hold or a mark is about."""

    form: str
    item: str | None
    check: str | None = None


def about_of(rows: Iterable[Any]) -> dict[tuple[str, str], About]:
    """What the queries, messages, holds and marks that some changes name are about; one statement for each kind."""
    named: dict[str, set[str]] = {}
    for row in rows:
        path = Path.of(row.path)
        if path.table in _TABLES:
            named.setdefault(path.table, set()).add(path.row)
    found: dict[tuple[str, str], About] = {}
    for table, ids in named.items():
        model, about = _TABLES[table]
        columns = (model.id, Record.form, about.item, *([about.check_id] if about is Query else []))
        joined = select(*columns).select_from(model)
        joined = joined.join(Query, Query.id == model.query_id) if model is QueryMessage else joined
        rows_named = db.session.execute(joined.join(Record, Record.id == about.record_id).where(model.id.in_(ids)))
        found |= {(table, id_): About(*told) for id_, *told in rows_named}
    return found


_TABLES: dict[str, tuple[Any, Any]] = {
    "queries": (Query, Query), "query_messages": (QueryMessage, Query), "holds": (Hold, Hold),
    "stale_marks": (StaleMark, StaleMark),
}  # fmt: skip


class Seen:
    """The changes of some acts as one reader sees them."""

    def __init__(self, actor: Actor, rows: Iterable[Any], around: Surroundings) -> None:
        self._actor, self._around = actor, around
        self._flags = {study: flags for study, flags in flags_by_study().items() if flags != NO_FLAGS}
        self._about = about_of(rows) if self._flags else {}
        self._masks = Masks(actor, {row.chain.partition(":")[2] for row in rows if row.chain.startswith("subject:")})

    def of(self, act: Any, rows: Iterable[Any]) -> list[Any]:
        """Those of one entry, of which `act` has `study`, `form`, `site`, `now_at` (where its subject is) and
        `actor_id`."""
        if act.study not in self._flags:
            return list(rows)
        reader = _Reader(self._actor, act, self._around, self._flags[act.study], self._about, self._masks)
        return [seen for row in rows if (seen := reader.seen(row)) is not None]


class _Reader:
    """One reader of one entry."""

    def __init__(
        self, actor: Actor, act: Any, around: Surroundings, flags: Flags, about: Mapping[tuple[str, str], About],
        masks: Masks,
    ) -> None:  # fmt: skip
        self._actor, self._act, self._around, self._flags, self._told_of = actor, act, around, flags, about
        self._masks = masks

    def seen(self, row: Any) -> Any:
        """The change as this reader sees it; None for one that is not there."""
        path = Path.of(row.path)
        if path.table == "records" and path.part:
            form = self._form_of(path.row)
            return self._value(row, path.part, self._sight(form) if form else self._anywhere())
        return self._about(row, path) if path.table in _TABLES else self._words(row)

    def _sight(self, form: str) -> Sight:
        return sight(self._actor, self._flags, form, self._act.study, self._act.now_at or self._act.site)

    def _form_of(self, record_id: str) -> str | None:
        record = self._around.records.get(record_id)
        return record.form if record else self._act.form

    def _anywhere(self) -> Sight:
        """The sight of an item of which no form is known."""
        seen = self._sight("")
        return Sight(withheld=seen.unquoted)

    def _value(self, row: Any, item: str, seen: Sight) -> Any:
        if item in seen.absent:
            return None
        if item in seen.withheld:
            return emptied(row)
        return masked(row, self._act.chain, self._masks) if row.mark == "note" else row

    def _about(self, row: Any, path: Path) -> Any:
        """A change of a query, of what was said in it, of a hold or of a mark, as far as it is of an item one sees."""
        told = self._told_of.get((path.table, path.row))
        if told is None:
            return row
        seen = self._sight(told.form)
        if not seen.tells_of(told.item, told.check):
            return None
        if path.field != "explanation":
            return masked(row, self._act.chain, self._masks)
        return _with(row, **{side: _unquoted(getattr(row, side), seen) for side in ("now_value", "was_value")})

    def _words(self, row: Any) -> Any:
        """The filters of what somebody took out may name values."""
        is_own = self._act.actor_id == self._actor.id
        names_values = row.path in ("exported", "listing/where") and bool(self._sight("").unquoted)
        return emptied(row) if names_values and not is_own else masked(row, self._act.chain, self._masks)


def _unquoted(document: str | None, seen: Sight) -> str | None:
    if document is None:
        return None
    return json.dumps(without(json.loads(document), seen.unquoted), ensure_ascii=False, separators=(",", ":"))


def emptied(row: Any) -> Any:
    """A change whose values are withheld: that there was one, or none, is seen."""
    parts: dict[str, str | None] = {}
    for side in ("now", "was"):
        is_empty = getattr(row, f"{side}_value") is None and getattr(row, f"{side}_missing") is None
        parts |= {f"{side}_{part}": None for part in ("value", "unit", "comparator")}
        parts[f"{side}_missing"] = None if is_empty else CODE
    return _with(row, **parts)


def masked(row: Any, chain: str, masks: Masks) -> Any:
    """A change in whose words nothing is quoted that is withheld."""
    subject = chain.partition(":")[2] if chain.startswith("subject:") else None
    said = {side: masks.said(subject, getattr(row, side)) for side in ("now_value", "was_value")}
    return row if all(getattr(row, side) == text for side, text in said.items()) else _with(row, **said)


def _with(row: Any, **changed: Any) -> Any:
    known = row._asdict() if isinstance(row, Row) else vars(row)
    return SimpleNamespace(**{**known, **changed})
