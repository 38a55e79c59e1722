"""One subject's casebook: its visits and their forms with their states, its open queries, and what holds it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from ecrf.db import db
from ecrf.errors import NotFound
from ecrf.models.records import Record
from ecrf.models.standing import STARTED
from ecrf.policy.actors import Actor
from ecrf.reads.definitions import definition, plan
from ecrf.reads.departures import Said, said_of_all
from ecrf.reads.holds import HoldFacts, standing_holds
from ecrf.reads.masks import Masks
from ecrf.reads.queries import QueryFacts, unsettled
from ecrf.reads.states import VisitState, visits_of
from ecrf.reads.subjects import SubjectFacts, subject_facts
from ecrf.reads.visit_panels import DONE, FormLine, VisitPanel, visit_panel
from forms.casebook import EventKey
from forms.definitions import Event, Study


@dataclass(frozen=True)
class VisitChoice:
    """A visit that nobody planned and that can be added: `instance` is the number it would have."""

    event: str
    instance: int
    label: str


@dataclass(frozen=True)
class Casebook:
    """Everything the casebook page says; `next` is the first form that waits for data, `addable` the kinds of visits
    that can be added."""

    subject: SubjectFacts
    visits: tuple[VisitPanel, ...]
    queries: tuple[QueryFacts, ...]
    holds: tuple[HoldFacts, ...]
    complete: int
    total: int
    next: FormLine | None
    addable: tuple[VisitChoice, ...] = ()


def casebook(actor: Actor, subject_id: str, now: datetime, *, language: str) -> Casebook:
    """The casebook of a subject the actor may see; raises `NotFound` otherwise."""
    subject = subject_facts(actor, subject_id, now)
    visits = _visits(actor, subject, language) if subject.version is not None else ()
    there = [visit for visit in visits if visit.gone is None]
    forms = [form for visit in there if visit.is_expected for form in visit.forms if form.is_expected]
    planned = (form for visit in there if visit.is_planned for form in visit.forms if form.is_expected)
    waiting = next((form for form in planned if form.state in ("not_started", "in_progress")), None)
    return Casebook(
        subject, tuple(_opened(visit, waiting) for visit in visits), unsettled(actor, subject_id, language),
        standing_holds(actor, subject_id, subject.version, language),
        sum(form.state in DONE for form in forms), len(forms), None if subject.held else waiting,
        _addable(subject, visits, language),
    )  # fmt: skip


def visit_in(found: Casebook, key: EventKey) -> VisitPanel:
    """One visit of a casebook; raises `NotFound` for one that is not there."""
    here = (visit for visit in found.visits if (visit.event, visit.instance) == key)
    visit = next(here, None)
    if visit is None:
        raise NotFound("event")
    return visit


def _addable(subject: SubjectFacts, visits: Iterable[VisitPanel], language: str) -> tuple[VisitChoice, ...]:
    """The kinds of visits that the plan leaves open, with the number that the next one has."""
    study = definition(subject.study_id, subject.version) if subject.version is not None else None
    taken: dict[str, int] = {}
    for visit in visits:
        taken[visit.event] = max(visit.instance, taken.get(visit.event, 0))
    return tuple(
        VisitChoice(event.oid, taken.get(event.oid, 0) + 1 if event.repeating else 0, event.label.said_in(language))
        for event in (plan(study) if study else ())
        if event.kind == "unscheduled" and (event.repeating or event.oid not in taken)
    )  # fmt: skip


def _opened(visit: VisitPanel, waiting: FormLine | None) -> VisitPanel:
    """A visit in work shows its forms at once, and so does the one that comes next."""
    is_next = waiting is not None and waiting in visit.forms
    return replace(visit, is_open=visit.is_open or is_next)


def _visits(actor: Actor, subject: SubjectFacts, language: str) -> tuple[VisitPanel, ...]:
    """The visits of the plan in force, a repeating one once for each time it took place."""
    study = definition(subject.study_id, subject.version or 0)
    begun = visits_of(actor, [subject.id])[subject.id]
    dates = _dates(subject.id, study)
    keys = [(event, key) for event in plan(study) for key in _instances(event, set(begun))]
    gone = _gone(actor, subject.id, begun)
    return tuple(
        visit_panel(study, event, key, begun.get(key), dates.get(key), gone.get(key), language) for event, key in keys
    )  # fmt: skip


def _gone(actor: Actor, subject_id: str, begun: Mapping[EventKey, VisitState]) -> dict[EventKey, Said]:
    """Who called visits not done or removed them; no statement where there are none."""
    ids = {visit.id: key for key, visit in begun.items() if visit.state != STARTED}
    told = said_of_all(f"subject:{subject_id}", "events", ids) if ids else {}
    masks = Masks(actor, [subject_id])
    return {ids[id_]: said._replace(note=masks.said(subject_id, said.note)) for id_, said in told.items()}


def _instances(event: Event, begun: set[EventKey]) -> list[EventKey]:
    held = sorted(key for key in begun if key.oid == event.oid)
    return held if held or event.kind == "unscheduled" else [EventKey(event.oid)]


def _dates(subject_id: str, study: Study) -> dict[EventKey, str | None]:
    """The date of each visit, as typed in the study's visit item."""
    form, item = study.visit_item.split(".")
    chosen = select(Record.event, Record.instance, Record.data).where(
        Record.subject_id == subject_id, Record.form == form, Record.row == 0, Record.state != "removed"
    )
    return {EventKey(oid, instance): data.get(item, {}).get("v") for oid, instance, data in db.session.execute(chosen)}
