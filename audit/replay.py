"""Replay: what the trail says the watched rows hold, compared with what they hold."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Dialect,
    Integer,
    Select,
    TypeDecorator,
    bindparam,
    func,
    select,
    type_coerce,
)
from sqlalchemy.exc import StatementError

from audit.faults import Findings, Place
from audit.reading import ChangeRead
from audit.tables import trail_changes
from audit.watching import NOTHING, Parts, State, Watched

_BATCH = 500
_ENDS = 2  # a path is table, id and the rest


class Replay:
    """Compares rows, some hundreds at a time, and counts them, so that rows the trail never told of show."""

    def __init__(self, connection: Connection, watched: Iterable[Watched], findings: Findings) -> None:
        self._connection = connection
        self._watched = {table.name: table for table in watched}
        self._selects = {name: _select_rows(table) for name, table in self._watched.items()}
        self._findings = findings
        self._matched = dict.fromkeys(self._watched, 0)
        self._waiting: dict[str, dict[str, State]] = {name: {} for name in self._watched}

    def compare(self, latest: Mapping[str, ChangeRead]) -> None:
        """Compare the rows that a chain tells of with what its paths were last set to, now or with those to come."""
        for name, told in self._told(latest).items():
            if not self._waiting[name].keys().isdisjoint(told):
                self._compare_waiting(name)  # a row that two chains tell of is compared with what each of them says
            self._waiting[name].update(told)
            if len(self._waiting[name]) >= _BATCH:
                self._compare_waiting(name)

    def finish(self, study: str | None) -> None:
        """Compare what still waits, then find the rows that no chain told of."""
        for name in self._watched:
            self._compare_waiting(name)
        self._look_for_untold(study)

    def _compare_waiting(self, name: str) -> None:
        waiting, self._waiting[name] = self._waiting[name], {}
        for ids in _batches(waiting):
            self._compare_rows(self._watched[name], {id_: waiting[id_] for id_ in ids})

    def _look_for_untold(self, study: str | None) -> None:
        """With `study`, among the rows that say they belong to it."""
        for name, watched in self._watched.items():
            if study is not None and "study_id" not in watched.table.c:
                continue
            mine = [] if study is None else [watched.table.c.study_id == study]
            count = self._connection.scalar(select(func.count()).select_from(watched.table).where(*mine))
            if count != self._matched[name]:
                self._name_untold(watched, mine)

    def _told(self, latest: Mapping[str, ChangeRead]) -> dict[str, dict[str, State]]:
        told: dict[str, dict[str, State]] = {}
        for path, change in latest.items():
            name, *rest = str(path).split("/", _ENDS)
            if name not in self._watched or len(rest) != _ENDS:
                continue
            parts = Parts(change.value, change.unit, change.comparator, change.missing)
            state = told.setdefault(name, {}).setdefault(rest[0], {})
            if parts != NOTHING:
                state[rest[1]] = parts
        return told

    def _compare_rows(self, watched: Watched, told: Mapping[str, State]) -> None:
        there = dict(self._rows(watched, list(told)))
        self._findings.rows += len(there)
        self._matched[watched.name] += len(there)
        for id_, state in told.items():
            if id_ not in there:
                self._findings.add(Place(watched.name, id=id_), "the trail tells of this row, and it is gone")
            else:
                self._compare_row(watched, id_, state, there[id_])

    def _compare_row(self, watched: Watched, id_: str, told: State, row: Mapping[Any, Any] | None) -> None:
        try:
            state = None if row is None else watched.state_of(row)
        except (TypeError, ValueError, AttributeError):
            state = None
        if state is None:
            self._findings.add(Place(watched.name, id=id_), "the row holds what the trail could not have told")
            return
        for end in sorted(told.keys() | state.keys()):
            if told.get(end, NOTHING) != state.get(end, NOTHING):
                self._findings.add(Place(watched.name, id=id_, column=end), "it is not what the trail tells")

    def _rows(self, watched: Watched, ids: Sequence[str]) -> Iterator[tuple[str, Mapping[Any, Any] | None]]:
        try:
            for row in self._connection.execute(self._selects[watched.name], {"ids": ids}).mappings().all():
                yield str(row[watched.key]), dict(row)
        except (StatementError, TypeError, ValueError, OverflowError):
            if len(ids) == 1:
                yield ids[0], None
            else:
                for id_ in ids:
                    yield from self._rows(watched, [id_])

    def _name_untold(self, watched: Watched, mine: Sequence[ColumnElement[bool]]) -> None:
        told = set(self._ids_told(watched))
        for id_ in self._connection.scalars(select(watched.table.c[watched.key]).where(*mine)):
            if str(id_) not in told:
                self._findings.add(Place(watched.name, id=str(id_)), "no entry tells of this row")

    def _ids_told(self, watched: Watched) -> Iterator[str]:
        mine = (trail_changes.c.mark == "set", trail_changes.c.path.startswith(f"{watched.name}/", autoescape=True))
        for path in self._connection.scalars(select(trail_changes.c.path).where(*mine)):
            yield path.split("/", _ENDS)[1]


def _select_rows(watched: Watched) -> Select[Any]:
    columns = [_as_stored(watched.table.c[name]) for name in (watched.key, *watched.fields, *watched.documents)]
    return select(*columns).where(watched.table.c[watched.key].in_(bindparam("ids", expanding=True)))


def _as_stored(column: Column[Any]) -> ColumnElement[Any]:
    return type_coerce(column, _Truth).label(column.name) if isinstance(column.type, Boolean) else column


class _Truth(TypeDecorator[Any]):
    """A boolean that is one: SQLite holds 2 and texts in its place, and Python would take them for true or false."""

    impl = Integer
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """What stands there; 0 and 1 are the booleans of SQLite."""
        return {0: False, 1: True}.get(value, value)


def _batches(ids: Iterable[str]) -> Iterator[list[str]]:
    waiting: list[str] = []
    for id_ in ids:
        waiting.append(id_)
        if len(waiting) == _BATCH:
            yield waiting
            waiting = []
    if waiting:
        yield waiting
