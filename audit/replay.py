"""Replay: what the trail says the watched rows hold, compared with what they hold."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, select
from sqlalchemy.exc import StatementError

from audit.faults import Findings, Place
from audit.reading import ChangeRead, stream
from audit.stored import Odd, as_stored
from audit.tables import trail_changes
from audit.watching import NOTHING, Parts, State, Untold, Watched

_BATCH = 500
_ENDS = 2  # a path is table, id and the rest
_PARTS = ChangeRead._fields.index("value")  # from here on, a change is the parts of its value

Counted = tuple[int, int]
"""How many rows, and the sum of their ids' hashes: equal for the same rows, each counted once, in whatever order."""

_NONE: Counted = (0, 0)

_UNTELLABLE = "it holds what the trail could not have told"


class Replay:
    """Compares rows, some hundreds at a time, and counts them, so that rows the trail never told of show."""

    def __init__(self, connection: Connection, watched: Iterable[Watched], findings: Findings) -> None:
        self._connection = connection
        self._watched = {table.name: table for table in watched}
        self._selects = {name: _select_rows(table, connection.dialect.name) for name, table in self._watched.items()}
        self._findings = findings
        self._matched = dict.fromkeys(self._watched, _NONE)
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
            if self._matched[name] != _and(_NONE, self._ids(watched, mine)):
                self._name_untold(watched, mine)

    def _told(self, latest: Mapping[str, ChangeRead]) -> dict[str, dict[str, State]]:
        told: dict[str, dict[str, State]] = {name: {} for name in self._watched}
        for path, change in latest.items():
            try:
                name, id_, end = str(path).split("/", _ENDS)
                rows = told[name]
            except (ValueError, KeyError):  # of no row that is watched
                continue
            state = rows.get(id_)
            if state is None:
                state = rows[id_] = {}
            if (parts := change[_PARTS:]) != NOTHING:
                state[end] = Parts._make(parts)
        return told

    def _compare_rows(self, watched: Watched, told: Mapping[str, State]) -> None:
        there = dict(self._rows(watched, list(told)))
        self._findings.rows += len(there)
        self._matched[watched.name] = _and(self._matched[watched.name], there)
        for id_, state in told.items():
            if id_ not in there:
                self._findings.add(Place(watched.name, id=id_), "the trail tells of this row, and it is gone")
            else:
                self._compare_row(watched, id_, state, there[id_])

    def _compare_row(self, watched: Watched, id_: str, told: State, row: dict[str, Any] | None) -> None:
        if row is None:
            self._findings.add(Place(watched.name, id=id_), _UNTELLABLE)
            return
        for column in [column for column, value in row.items() if isinstance(value, Odd)]:
            self._findings.add(Place(watched.name, id=id_, column=column), "it is not written as the trail writes")
            row[column] = row[column].document
        state, untold = self._state(watched, id_, row)
        for end in sorted(told.keys() | state.keys()):
            if told.get(end, NOTHING) != state.get(end, NOTHING) and end.split("/")[0] not in untold:
                self._findings.add(Place(watched.name, id=id_, column=end), "it is not what the trail tells")

    def _state(self, watched: Watched, id_: str, row: dict[str, Any]) -> tuple[State, set[str]]:
        """The row's state but for columns that hold what no entry could tell, which are named here."""
        untold: set[str] = set()
        while True:
            try:
                return watched.state_of(row), untold
            except Untold as found:
                self._findings.add(Place(watched.name, id=id_, column=found.end), _UNTELLABLE)
                column = found.end.split("/")[0]
                row[column] = {} if column in watched.documents else None
                untold.add(column)

    def _rows(self, watched: Watched, ids: Sequence[str]) -> Iterator[tuple[str, dict[str, Any] | None]]:
        try:
            for row in self._connection.execute(self._selects[watched.name], {"ids": ids}).mappings().all():
                yield str(row[watched.key]), {**row}
        except (StatementError, TypeError, ValueError, OverflowError, RecursionError):
            if len(ids) == 1:
                yield ids[0], None
            else:
                for id_ in ids:
                    yield from self._rows(watched, [id_])

    def _name_untold(self, watched: Watched, mine: Sequence[ColumnElement[bool]]) -> None:
        """Name the rows that no chain tells of, and those of which two do."""
        chains: dict[str, str] = {}
        double = {id_ for chain, id_ in self._ids_told(watched) if chains.setdefault(id_, chain) != chain}
        for id_ in self._ids(watched, mine):
            if id_ not in chains:
                self._findings.add(Place(watched.name, id=id_), "no entry tells of this row")
            elif id_ in double:
                self._findings.add(Place(watched.name, id=id_), "two chains tell of this row")

    def _ids(self, watched: Watched, mine: Sequence[ColumnElement[bool]]) -> Iterator[str]:
        wanted = select(watched.table.c[watched.key]).where(*mine)
        return (str(id_) for (id_,) in stream(self._connection, wanted))

    def _ids_told(self, watched: Watched) -> Iterator[tuple[str, str]]:
        chain, mark, path = trail_changes.c.chain, trail_changes.c.mark, trail_changes.c.path
        wanted = select(chain, path).where(mark == "set", path.startswith(f"{watched.name}/", autoescape=True))
        return ((chain, str(path).split("/", _ENDS)[1]) for chain, path in stream(self._connection, wanted))


def _and(counted: Counted, ids: Iterable[str]) -> Counted:
    """Counted together with some more."""
    count, total = counted
    for id_ in ids:
        count += 1
        total += hash(id_)
    return count, total


def _select_rows(watched: Watched, dialect: str) -> Select[Any]:
    names = (watched.key, *watched.fields, *watched.documents)
    columns = [as_stored(watched.table.c[name], dialect) for name in names]
    return select(*columns).where(watched.table.c[watched.key].in_(bindparam("ids", expanding=True)))


def _batches(ids: Iterable[str]) -> Iterator[list[str]]:
    waiting: list[str] = []
    for id_ in ids:
        waiting.append(id_)
        if len(waiting) == _BATCH:
            yield waiting
            waiting = []
    if waiting:
        yield waiting
