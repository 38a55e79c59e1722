"""What the columns of the matrix are: one for the subject as a whole, one for each visit, or one for each form of a
visit; and the cell of a subject in each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ecrf.models.subjects import OUT_OF_COURSE, Subject
from ecrf.reads.definitions import anchor, plan
from ecrf.reads.states import Visits, VisitState, is_expected, least_advanced, visit_state
from forms.casebook import EventKey
from forms.definitions import Event, Study

SUBJECT, VISIT, FORM = "subject", "visit", "form"
LEVELS = (SUBJECT, VISIT, FORM)


@dataclass(frozen=True)
class Days:
    """The events of one subject whose window has passed, and those planned for today."""

    overdue: frozenset[str] = frozenset()
    today: frozenset[str] = frozenset()


NO_DAYS = Days()
OVERDUE = "overdue"


@dataclass(frozen=True)
class Column:
    """A visit of the plan as a column, `target` its day; or one `form` of it; or (`oid` empty) the whole subject."""

    oid: str
    alias: str
    label: str
    target: str
    anchor: str
    form: str = ""
    instance: int = 0
    row: int = 0

    @property
    def event(self) -> str:
        """The event, as addresses of forms name it."""
        return self.oid


@dataclass(frozen=True)
class Cell:
    """One visit of one subject, one form of it, or all; no state where none is expected. `is_today`: a visit is planned
    for today."""

    state: str | None
    open_queries: int = 0
    is_today: bool = False


def columns_of(study: Study, level: str, event: str, language: str) -> tuple[Column, ...]:
    """The columns of a level; `event` is the visit whose forms are shown, else the first of the plan."""
    events = plan(study)
    if level == SUBJECT:
        return (Column("", "", "", "", ""),)
    if level != FORM:
        return tuple(_of_visit(each, language) for each in events)
    chosen = next((each for each in events if each.oid == event), events[0])
    return tuple(_of_form(study, chosen, form, language) for form in chosen.forms)


def _of_visit(event: Event, language: str) -> Column:
    target = "" if event.target is None else str(event.target).replace("-", "−")
    instance = 1 if event.repeating else 0
    place = anchor(EventKey(event.oid, instance))
    return Column(event.oid, event.alias, event.label.said_in(language), target, place, instance=instance)


def _of_form(study: Study, event: Event, form: str, language: str) -> Column:
    instance = 1 if event.repeating else 0
    place = anchor(EventKey(event.oid, instance))
    return Column(event.oid, form, study.forms[form].label.said_in(language), "", place, form, instance)


def cell_of(study: Study, column: Column, subject: Subject, visits: Visits, days: Days = NO_DAYS) -> Cell:
    """What stands of a subject in a column; a visit of which nothing has begun is overdue once its window passed."""
    if not column.oid:
        cells = [_visit_cell(study, event, subject, visits) for event in plan(study)]
        states = [cell.state for cell in cells if cell.state]
        return Cell(least_advanced(states) if states else None, sum(cell.open_queries for cell in cells))
    event = study.events[column.oid]
    if column.form:
        return _form_cell(study, event, column.form, subject, visits)
    cell = _visit_cell(study, event, subject, visits)
    state = OVERDUE if event.oid in days.overdue and cell.state in (None, "not_started") else cell.state
    return Cell(state, cell.open_queries, is_today=event.oid in days.today)


def _visit_cell(study: Study, event: Event, subject: Subject, visits: Visits) -> Cell:
    here = list(_here(event, visits))
    if not here:
        return Cell("not_started" if _is_expected(event, subject) else None)
    state = least_advanced(visit_state(study, event, visit) for visit in here)
    return Cell(state, sum(form.open_queries for visit in here for form in visit.forms.values()))


def _form_cell(study: Study, event: Event, form: str, subject: Subject, visits: Visits) -> Cell:
    here = list(_here(event, visits))
    if not here:
        is_asked = study.forms[form].shown_if is None and _is_expected(event, subject)
        return Cell("not_started" if is_asked else None)
    states = list(_form_states(study, event, form, here))
    asked = sum(visit.forms[form].open_queries for visit in here if form in visit.forms)
    return Cell(least_advanced(states) if states else None, asked)


def _form_states(study: Study, event: Event, form: str, here: Iterable[VisitState]) -> Iterator[str]:
    for visit in here:
        if visit.state != "started":
            yield visit.state
        elif form in visit.forms:
            yield visit.forms[form].state
        elif is_expected(study, event, form, visit.forms):
            yield "not_started"


def _here(event: Event, visits: Visits) -> Iterator[VisitState]:
    return (visit for key, visit in visits.items() if key.oid == event.oid)


def _is_expected(event: Event, subject: Subject) -> bool:
    """A visit of the plan is expected; one that counts from enrolment, only after it."""
    if event.kind not in ("scheduled", "common"):
        return False
    return event.target is None or subject.status not in OUT_OF_COURSE
