"""The changes of acts: each with its value before and after, in the words of the study, and the queries they moved."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, or_, select

from audit.tables import trail_changes, trail_values
from ecrf.db import db
from ecrf.models.queries import Query
from ecrf.models.records import Record
from ecrf.models.sites import Site
from ecrf.models.studies import Study as StudyRow
from ecrf.models.users import User
from ecrf.reads.definitions import definition, item_label
from ecrf.reads.trailed_values import Shown, said, trailed
from forms.definitions import Study

Key = tuple[str, int]
_PARTS = ("kind", "value", "unit", "comparator", "missing")


class Path(NamedTuple):
    """A path of the trail in its parts; `part` is the item of a record's document."""

    table: str
    row: str = ""
    field: str = ""
    part: str = ""

    @classmethod
    def of(cls, path: str) -> "Path":
        """The parts of a written path."""
        return cls(*path.split("/", 3))


@dataclass(frozen=True)
class ChangeFacts:
    """One change of an act. `label` names an item; any other field is named by its table and field.

    `mark` is set or refused; `reason` is the code given for this change, or the rule that refused it.
    """

    table: str
    field: str
    record: str | None
    item: str | None
    label: str
    was: Shown | None
    now: Shown | None
    mark: str
    reason: str | None
    note: str | None
    is_computed: bool


@dataclass(frozen=True)
class QueryMark:
    """What an act did to a query: `state` is what it became."""

    id: str
    number: int
    state: str
    check: str | None
    resolution: str | None
    record: str
    item: str | None


@dataclass(frozen=True)
class Surroundings:
    """The rows that the changes of a page name by id: records and queries, and the names of people, sites, studies."""

    records: Mapping[str, Record]
    queries: Mapping[str, Query]
    names: Mapping[str, str]

    def study_of(self, record_id: str) -> Study | None:
        """The definitions a record is pinned to."""
        record = self.records.get(record_id)
        return definition(record.study_id, record.study_version) if record else None


def changes_select() -> Select[Any]:
    """Changes with their values and the values before, in one statement."""
    change, now, was = trail_changes.c, trail_values.alias("now"), trail_values.alias("was")
    columns = [now.c[part].label(f"now_{part}") for part in _PARTS] + [
        was.c[part].label(f"was_{part}") for part in _PARTS
    ]
    own = and_(now.c.chain == change.chain, now.c.sequence == change.sequence, now.c.ordinal == change.ordinal)
    before = and_(
        was.c.chain == change.chain, was.c.sequence == change.predecessor_sequence,
        was.c.ordinal == change.predecessor_ordinal,
    )  # fmt: skip
    plain = (change.chain, change.sequence, change.ordinal, change.mark, change.path, change.reason_code)
    source = trail_changes.outerjoin(now, own).outerjoin(was, before)
    return select(*plain, *columns).select_from(source).order_by(change.chain, change.sequence, change.ordinal)


def changes_of(keys: Iterable[Key]) -> dict[Key, list[Any]]:
    """The rows of the changes of some entries."""
    wanted = list(keys)
    if not wanted:
        return {}
    found: dict[Key, list[Any]] = {key: [] for key in wanted}
    for row in db.session.execute(changes_select().where(_among(wanted))):
        found[(row.chain, row.sequence)].append(row)
    return found


def _among(keys: Iterable[Key]) -> ColumnElement[bool]:
    """The changes of these entries, chain by chain: SQLite looks up no pairs, and would read the whole table."""
    by_chain: dict[str, list[int]] = {}
    for chain, sequence in keys:
        by_chain.setdefault(chain, []).append(sequence)
    of, at = trail_changes.c.chain, trail_changes.c.sequence
    return or_(*(and_(of == chain, at.in_(sequences)) for chain, sequences in by_chain.items()))


def surroundings(rows: Iterable[Any]) -> Surroundings:
    """What changes are about, in at most five statements."""
    rows = list(rows)
    paths = [Path.of(row.path) for row in rows]
    asked = {path.row for path in paths if path.table == "queries"}
    queries = {row.id: row for row in db.session.scalars(select(Query).where(Query.id.in_(asked)))} if asked else {}
    wanted = {path.row for path in paths if path.table == "records"} | {query.record_id for query in queries.values()}
    records = {row.id: row for row in db.session.scalars(select(Record).where(Record.id.in_(wanted)))} if wanted else {}
    return Surroundings(records, queries, _names(rows))


def _names(rows: Iterable[Any]) -> dict[str, str]:
    """What people, sites and studies are called that a change names by id."""
    asked: dict[str, set[str]] = {}
    for row in rows:
        path = Path.of(row.path)
        if row.path == "user" and row.now_value:
            asked.setdefault("user_id", set()).add(row.now_value)
        if path.field in _NAMED and path.table not in _TOLD_FIELDS:
            asked.setdefault(path.field, set()).update(value for value in (row.now_value, row.was_value) if value)
    found: dict[str, str] = {}
    for field, ids in asked.items():
        key, name = _NAMED[field]
        found.update(db.session.execute(select(key, name).where(key.in_(ids))).all())
    return found


def facts_of(rows: Iterable[Any], around: Surroundings, language: str) -> tuple[ChangeFacts, ...]:
    """What a reader sees of an act's changes: the note of an item stands beside its value."""
    rows = list(rows)
    notes = {row.path: row for row in rows if row.mark == "note"}
    told = (_fact(row, notes.get(row.path), around, language) for row in rows if _is_told(row))
    return tuple(sorted(told, key=lambda change: change.is_computed))


def note_of(rows: Iterable[Any]) -> str | None:
    """The words of an act: its reason in the actor's own words, what was said in a thread, what was taken out."""
    wanted = (row for row in rows if row.path in _WORDS or _is_message(Path.of(row.path)))
    return next((row.now_value for row in wanted if row.now_value), None)


def tried_in(rows: Iterable[Any]) -> str | None:
    """The action that a refused act was to be."""
    return next((row.now_value for row in rows if row.path == "tried"), None)


def query_marks(rows: Iterable[Any], around: Surroundings) -> tuple[QueryMark, ...]:
    """The queries whose state an act set."""
    rows = [(Path.of(row.path), row) for row in rows if row.mark == "set"]
    how = {path.row: row.now_value for path, row in rows if path.table == "queries" and path.field == "resolution"}
    set_to = [(around.queries[path.row], row.now_value) for path, row in rows
              if path.table == "queries" and path.field == "state" and path.row in around.queries]  # fmt: skip
    return tuple(
        QueryMark(query.id, query.number, state, query.check_id, how.get(query.id), query.record_id, query.item)
        for query, state in set_to
    )


_NAMED = {
    "user_id": (User.id, User.name), "site_id": (Site.id, Site.code), "study_id": (StudyRow.id, StudyRow.name),
}  # fmt: skip
_WORDS = ("reason", "exported")
_UNTOLD = frozenset({"username_key"})
_TOLD_FIELDS = {
    "records": frozenset({"state"}), "events": frozenset({"state"}), "queries": frozenset(),
    "query_messages": frozenset(), "holds": frozenset({"item"}), "stale_marks": frozenset({"item"}),
    "planned_visits": frozenset({"planned_on", "planned_at", "note"}),
    "subjects": frozenset({"screening_number", "subject_number", "status"}),
}  # fmt: skip


def _is_message(path: Path) -> bool:
    return path.table == "query_messages" and path.field == "text"


def _is_told(row: Any) -> bool:
    """Whether a change is shown as a line: ids, revisions and what the act's own name says are not."""
    path = Path.of(row.path)
    if row.mark == "note" or not path.field:
        return False
    if path.part:
        return True
    told = _TOLD_FIELDS.get(path.table)
    if told is not None:
        return path.field in told and not _is_beginning(path, row)
    is_id = path.field.endswith("_id") and path.field not in _NAMED
    return not is_id and path.field not in _UNTOLD and not (row.was_kind is None and row.now_value is None)


def _is_beginning(path: Path, row: Any) -> bool:
    """The first state of a record or a visit says nothing that the act does not."""
    return path.table in ("records", "events") and row.was_kind is None


def _fact(row: Any, note: Any, around: Surroundings, language: str) -> ChangeFacts:
    path = Path.of(row.path)
    record = around.records.get(path.row) if path.table == "records" else None
    study = around.study_of(path.row) if record else None
    form, item = (record.form if record else None), path.part or None
    found = study.forms[form].items.get(item) if study and form and item and form in study.forms else None
    return ChangeFacts(
        table=path.table, field=path.field, record=path.row if item else None, item=item,
        label=item_label(study, form, item, language) if study and form and item else (item or ""),
        was=shown_of(row, "was", path, around, language) if row.mark == "set" else None,
        now=shown_of(row, "now", path, around, language), mark=row.mark,
        reason=row.reason_code or (note.reason_code if note is not None else None),
        note=note.now_value if note is not None else None, is_computed=bool(found and found.is_computed),
    )  # fmt: skip


def value_said(row: Any, side: str, path: Path, around: Surroundings, language: str) -> str:
    """A value of a change as text alone, its unit left out; empty for nothing."""
    found = shown_of(row, side, path, around, language)
    return found.text if found else ""


def shown_of(row: Any, side: str, path: Path, around: Surroundings, language: str) -> Shown | None:
    """A value of a change: of an item in the words of its form, of an id what it stands for."""
    record = around.records.get(path.row) if path.table == "records" else None
    value = trailed(row, side)
    if path.field in _NAMED and value is not None and value.value and value.value in around.names:
        return Shown(around.names[value.value])
    return said(value, around.study_of(path.row), record.form if record else None, path.part or None, language)
