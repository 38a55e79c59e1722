"""How far the visits of a list have come: their forms, and what is to be done next in each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ecrf.policy.actors import Actor
from ecrf.reads.definitions import definition
from ecrf.reads.states import visits_of
from ecrf.reads.visit_lists import VisitFacts
from ecrf.reads.visit_panels import FormLine, VisitPanel, visit_panel
from forms.casebook import EventKey

Key = tuple[str, EventKey]
"""A subject by its id, and the visit."""


@dataclass(frozen=True)
class VisitProgress:
    """One visit: its state as marks show it, its forms, and the first one that waits for data (None: none does)."""

    state: str
    complete: int
    expected: int
    open_queries: int
    next: FormLine | None


def progress_of(actor: Actor, visits: Iterable[VisitFacts], *, language: str) -> Mapping[Key, VisitProgress]:
    """How far each of these visits has come; in four statements, whatever their number."""
    listed = [visit for visit in visits if visit.version is not None]
    subjects, events = sorted({visit.subject_id for visit in listed}), frozenset(visit.event for visit in listed)
    begun = visits_of(actor, subjects, events)
    found = {}
    for visit in listed:
        study, key = definition(visit.study_id, visit.version or 0), EventKey(visit.event, visit.instance)
        event = study.events.get(visit.event)
        if event is not None:
            panel = visit_panel(study, event, key, begun[visit.subject_id].get(key), None, None, language)
            found[visit.subject_id, key] = _progress(panel)
    return found


def _progress(panel: VisitPanel) -> VisitProgress:
    waiting = (form for form in panel.forms if form.is_expected and form.state in ("not_started", "in_progress"))
    return VisitProgress(panel.state, panel.complete, panel.expected, panel.open_queries, next(waiting, None))
