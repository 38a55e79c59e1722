"""What has moved in a chart, and which records of an expression's form that reaches: the dependency graph at work."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple
from weakref import WeakKeyDictionary

from forms.casebook import RecordKey
from forms.chart import Chart
from forms.definitions import Study
from forms.expressions import Compiled
from forms.names import RELATIVE
from forms.reads import EVERYTHING, path_of, range_paths

ANYWHERE = "*"
"""The place of what an expression reads wherever it stands: sex, date of birth, the order of the visits."""


class Link(NamedTuple):
    """One thing an expression reads: a path `FORM.ITEM` or `FORM` (rows), and the place it looks for it in."""

    path: str
    place: str


_LINKS: WeakKeyDictionary[Compiled, tuple[Link, ...]] = WeakKeyDictionary()
"""Each compiled expression belongs to one form of one study, so what it reads is worked out once."""


class Moves:
    """The items and records that have moved so far, by path; computed values join as they are derived.

    `fresh` are the records to evaluate whole: one that has just begun, or those that a person asked about.
    """

    def __init__(self, chart: Chart, fresh: Iterable[RecordKey] = ()) -> None:
        self.chart, self.fresh = chart, frozenset(fresh)
        self._by_path: dict[str, set[RecordKey]] = {}
        self._wholly_fresh: dict[str, list[RecordKey]] = {}

    @property
    def paths(self) -> frozenset[str]:
        """What has moved, as paths."""
        return frozenset(self._by_path)

    def add(self, key: RecordKey, item: str | None = None) -> None:
        """An item of a record has moved; without an item, a row has come or gone."""
        self._move(key.form, key)
        if item is not None:
            self._move(f"{key.form}.{item}", key)

    def _move(self, path: str, key: RecordKey) -> None:
        there = self._by_path.get(path)
        if there is None:
            self._by_path[path] = {key}
        else:
            there.add(key)

    def readers(self, rule: Compiled, form: str, reads: frozenset[str], on_rows: bool) -> list[RecordKey]:
        """The records of a form, its rows or the form itself, on which an expression may now come out otherwise."""
        if form in self._wholly_fresh:
            return self._wholly_fresh[form]
        places = self.chart.places(form, on_rows)
        if self.fresh.issuperset(places):
            if not self.chart.study.forms[form].repeating:
                self._wholly_fresh[form] = places
            return places
        links = _LINKS.get(rule)
        if links is None:
            links = _LINKS[rule] = tuple(links_of(rule, form, self.chart.study, EVERYTHING in reads))
        hits = {(link.place, moved) for link in links for moved in self._by_path.get(link.path, ())}
        return [
            key
            for key in places
            if key in self.fresh or any(sees(self.chart, place, key, moved) for place, moved in hits)
        ]

    def moved_at(self, paths: Iterable[str]) -> frozenset[RecordKey]:
        """The records in which something moved at one of these paths."""
        return frozenset().union(*(self._by_path[path] for path in paths if path in self._by_path))


def sees(chart: Chart, place: str, reader: RecordKey, moved: RecordKey) -> bool:
    """Whether a look-up from one record through a place can end in another."""
    if place in {"row", "this"}:
        return moved.event == reader.event and moved.row in {0, reader.row}
    if place == "event":
        return moved.event == reader.event
    plan = chart.event(reader.event)
    if place == "rows":
        return moved.event == reader.event or plan is None or moved.form not in plan.forms
    other = chart.event(moved.event)
    return place in {*RELATIVE, ANYWHERE} or (other is not None and other.alias == place)


def links_of(rule: Compiled, form: str, study: Study, whole: bool) -> Iterator[Link]:
    """Everything an expression reads, with the place it looks in."""
    if whole:
        yield from (Link(each, ANYWHERE) for each in study.forms)
    yield from (Link(path_of(reference, form), reference.place) for reference in rule.reads)
    yield from (Link(each, "rows") for each in rule.row_forms)
    if any(reference.place in RELATIVE for reference in rule.reads):
        yield Link(study.visit_item, ANYWHERE)
    for reference in rule.limits:
        owner = reference.form or form
        for path in range_paths(owner, study):
            yield Link(path, reference.place if path.startswith(f"{owner}.") else ANYWHERE)
