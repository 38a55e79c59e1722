"""How complete the data are, by site, visit and form: counted in the database, folded as asked for."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, select, union_all

from ecrf.db import db
from ecrf.models.events import Event
from ecrf.models.holds import Hold
from ecrf.models.records import Record
from ecrf.models.sites import Site
from ecrf.models.standing import GONE, stands
from ecrf.models.subjects import Subject
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.scopes import allowed
from ecrf.reads.definitions import definition, form_label, plan
from ecrf.reads.matrix import sites_seen, studies_seen
from ecrf.reads.matrix_levels import BEFORE_ENROLMENT
from forms.definitions import Event as PlannedEvent
from forms.definitions import Study

BY = ("event", "site", "form")
STATES = ("not_started", "in_progress", "complete", "frozen", "locked", "not_done")
_HELD = {"freeze": "frozen", "lock": "locked"}


class Cell(NamedTuple):
    """The finest thing that is counted."""

    site: str
    event: str
    form: str


@dataclass(frozen=True)
class CompletenessFilters:
    """What was chosen: the rows are `by` event, site or form; `study` is the short name, `site` a code, `event` and
    `form` OIDs."""

    by: str = "event"
    study: str = ""
    site: str = ""
    event: str = ""
    form: str = ""


@dataclass(frozen=True)
class CompletenessRow:
    """One visit, site or form: how many forms are expected, and how many stand in each of `STATES`. A form with
    data that is frozen or locked counts as that alone."""

    key: str
    text: str
    expected: int
    counts: Mapping[str, int]

    @property
    def finished(self) -> int:
        """Those on which the site has nothing more to do."""
        return self.expected - self.counts["not_started"] - self.counts["in_progress"]


@dataclass(frozen=True)
class Completeness:
    """The table with its choices; `total` is the sum of its rows."""

    filters: CompletenessFilters
    rows: tuple[CompletenessRow, ...] = ()
    total: CompletenessRow | None = None
    site_choices: tuple[tuple[str, str], ...] = ()
    event_choices: tuple[tuple[str, str], ...] = ()
    form_choices: tuple[tuple[str, str], ...] = ()


def completeness(actor: Actor, filters: CompletenessFilters, *, language: str) -> Completeness:
    """The table of what the actor may see; in four statements, whatever the number of subjects."""
    found = next((row for row in studies_seen(actor) if filters.study in ("", row.name)), None)
    if found is None:
        return Completeness(filters)
    study, sites = definition(found.id, found.number), sites_seen(actor, found.id)
    codes = [code for code, _ in sites if filters.site in ("", code)]
    counts = _Counts(actor, found.id, study, codes)
    events = tuple((event.oid, event.label.said_in(language)) for event in plan(study))
    forms = tuple((oid, form_label(study, oid, language)) for oid in study.forms)
    texts = {"event": events, "site": sites, "form": forms}[filters.by]
    by_key: dict[str, Counter[str]] = {}
    for cell, states in counts.cells():
        if filters.event in ("", cell.event) and filters.form in ("", cell.form):
            by_key.setdefault(getattr(cell, filters.by), Counter()).update(states)
    rows = tuple(_row(key, text, by_key[key]) for key, text in texts if key in by_key)
    total = _row("", "", sum(by_key.values(), Counter()))
    return Completeness(filters, rows, total, sites, events, forms)


def _row(key: str, text: str, counts: Counter[str]) -> CompletenessRow:
    return CompletenessRow(key, text, sum(counts.values()), {state: counts[state] for state in STATES})


class _Counts:
    """What the database counts, and what follows from it for each form of each visit at each site."""

    def __init__(self, actor: Actor, study_id: str, study: Study, sites: list[str]) -> None:
        self.study, self.sites = study, sites
        self._codes = dict(db.session.execute(select(Site.id, Site.code).where(Site.study_id == study_id)).all())
        self._actor, self._study_id = actor, study_id
        self.subjects = self._by_site(Subject, _IS_BEFORE)
        self.visits = self._by_site(Event, Event.oid, Event.state, _IS_BEFORE, joins=True)
        self.forms = self._by_site(Record, Record.event, Record.form, Record.state, where=Record.row == 0)
        self.gone = self._gone()
        self.held = self._held()

    def cells(self) -> Iterator[tuple[Cell, Counter[str]]]:
        """Each form of each visit at each site, with how many stand in which state."""
        for site in self.sites:
            for event in plan(self.study):
                expected, not_done = self._visits(site, event)
                for form in event.forms:
                    is_conditional = self.study.forms[form].shown_if is not None
                    known = self._states(Cell(site, event.oid, form))
                    waiting = 0 if is_conditional else max(expected - sum(known.values()), 0)
                    known["not_started"] += waiting
                    known["not_done"] += 0 if is_conditional else not_done
                    if sum(known.values()):
                        yield Cell(site, event.oid, form), known

    def _visits(self, site: str, event: PlannedEvent) -> tuple[int, int]:
        """How many of these visits are expected or took place, and how many are said not to be done."""
        begun = {key: self.visits.get((site, event.oid, *key), 0) for key in _VISIT_KEYS}
        not_done = sum(begun["not_done", before] for before in (0, 1))
        if event.kind not in ("scheduled", "common"):
            return 0, not_done
        apart = sum(begun[state, 0] for state in ("not_done", "removed"))
        expected = self.subjects.get((site, 0), 0) - apart
        if event.target is None:
            apart = sum(begun[state, 1] for state in ("not_done", "removed"))
            return expected + self.subjects.get((site, 1), 0) - apart, not_done
        return expected + begun["started", 1], not_done

    def _states(self, cell: Cell) -> Counter[str]:
        """The forms that were begun: those with data that are held count as that, whatever state they stand in."""
        begun = {state: self.forms.get((*cell, state), 0) - self.gone.get((*cell, state), 0) for state in _BEGUN}
        known: Counter[str] = Counter(not_done=begun["not_done"])
        for state in ("in_progress", "complete"):
            held = {kind: self.held.get((*cell, state, kind), 0) for kind in _HELD}
            known[state] = begun[state] - sum(held.values())
            for kind, count in held.items():
                known[_HELD[kind]] += count
        return known

    def _by_site(
        self, model: Any, *columns: Any, joins: bool = False, where: ColumnElement[bool] | None = None
    ) -> dict[tuple[Any, ...], int]:
        chosen = select(model.site_id, *columns, func.count()).select_from(model)
        if joins:
            chosen = chosen.join(Subject, Subject.id == model.subject_id)
        chosen = chosen.where(*self._seen(model), *([] if where is None else [where]))
        rows = db.session.execute(chosen.group_by(model.site_id, *columns))
        return {(self._codes[site], *key): count for site, *key, count in rows}

    def _gone(self) -> dict[tuple[Any, ...], int]:
        """The forms that were begun in visits that have gone: they take part in nothing."""
        place = (Record.site_id, Record.event, Record.form, Record.state)
        chosen = select(*place, func.count()).join_from(Event, Record, Record.event_id == Event.id)
        of_visits = chosen.where(Event.state.in_(GONE), Record.row == 0, *self._seen(Event)).group_by(*place)
        return {(self._codes[site], *key): count for site, *key, count in db.session.execute(of_visits)}

    def _held(self) -> dict[tuple[Any, ...], int]:
        """The forms that were begun and are frozen or locked, by the strongest of what holds them. Each level finds its
        records by an index, from the holds."""
        levels = {
            "subject": Record.subject_id == Hold.subject_id,
            "form": and_(Record.event_id == Hold.event_id, Record.form == Hold.form),
            "record": Record.id == Hold.record_id,
        }  # fmt: skip
        place = (Record.id, Record.site_id, Record.event, Record.form, Record.state)
        reached = union_all(*(
            select(*place, Hold.kind).join_from(Hold, Record, on)
            .where(Hold.level == level, Hold.lifted_at.is_(None), Record.row == 0, stands(), *self._seen(Hold))
            for level, on in levels.items()
        )).subquery()  # fmt: skip
        _, *columns = reached.c
        strongest = select(*columns[:-1], func.max(reached.c.kind).label("kind"))
        each = strongest.group_by(reached.c.id, *columns[:-1]).subquery()
        rows = db.session.execute(select(*each.c, func.count()).group_by(*each.c))
        return {(self._codes[site], *key): count for site, *key, count in rows}

    def _seen(self, model: Any) -> list[ColumnElement[bool]]:
        seen = allowed(self._actor, Permission.SUBJECT_READ, study=model.study_id, site=model.site_id)
        of_sites = [id_ for id_, code in self._codes.items() if code in self.sites]
        return [model.study_id == self._study_id, seen, model.site_id.in_(of_sites)]


_BEGUN = ("in_progress", "complete", "not_done")
_IS_BEFORE = case((Subject.status.in_(BEFORE_ENROLMENT), 1), else_=0)
_VISIT_KEYS = tuple((state, before) for state in ("started", "not_done", "removed") for before in (0, 1))
