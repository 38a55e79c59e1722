"""The state of forms and visits as marks show it, for many subjects in four statements."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, case, func, select

from ecrf.db import db
from ecrf.models.events import Event
from ecrf.models.holds import Hold
from ecrf.models.queries import Query
from ecrf.models.reach import over
from ecrf.models.records import Record
from ecrf.models.standing import GONE, STARTED
from ecrf.models.subjects import Subject
from ecrf.policy.actors import Actor
from ecrf.reads.withholding import queries_told
from forms.casebook import EventKey
from forms.definitions import Event as PlannedEvent
from forms.definitions import Study

ADVANCE = ("not_started", "in_progress", "complete", "verified", "signed", "frozen", "locked")
_KINDS = {"lock": "locked", "freeze": "frozen"}


@dataclass(frozen=True)
class FormState:
    """One form of one visit: its state with freezes and locks in it, its rows, and its open queries."""

    state: str
    record_id: str | None = None
    rows: int = 0
    open_queries: int = 0


@dataclass(frozen=True)
class VisitState:
    """One visit of one subject that has begun, or was called not done; `held` is frozen or locked where it is held as
    such."""

    state: str
    forms: Mapping[str, FormState] = field(default_factory=dict)
    id: str = ""
    held: str | None = None


Visits = dict[EventKey, VisitState]


def least_advanced(states: Iterable[str]) -> str:
    """The state of a visit from those of its forms; one begun among others not started is in progress."""
    states = list(states)
    counted = [state for state in states if state in ADVANCE]
    if not counted:
        return "removed" if states and set(states) == {"removed"} else "not_done"
    least = min(counted, key=ADVANCE.index)
    return "in_progress" if least == "not_started" and set(counted) != {"not_started"} else least


def visit_state(study: Study, event: PlannedEvent, visit: VisitState | None) -> str:
    """The mark of a visit: its own exception, what holds it as such, or its least advanced form among those that are
    expected."""
    if visit is not None and (visit.state != STARTED or visit.held):
        return visit.state if visit.state != STARTED else visit.held or ""
    begun = visit.forms if visit else {}
    expected = [form for form in event.forms if is_expected(study, event, form, begun)]
    return least_advanced(begun[form].state if form in begun else "not_started" for form in expected)


def is_expected(study: Study, event: PlannedEvent, form: str, begun: Mapping[str, FormState]) -> bool:
    """Whether a form belongs to a visit: conditional forms once begun, and so all forms of a visit nobody planned."""
    return form in begun or (study.forms[form].shown_if is None and (event.kind != "unscheduled" or not begun))


def visits_of(actor: Actor, subject_ids: Sequence[str], events: Collection[str] = ()) -> dict[str, Visits]:
    """Every visit that has begun, of each of these subjects, with the queries of which the actor hears; of these events
    alone, where some are named."""
    if not subject_ids:
        return {}
    held = _holds(subject_ids)
    asked = _open_queries(actor, subject_ids)
    forms = _forms(subject_ids, events)
    visits: dict[str, Visits] = {subject_id: {} for subject_id in subject_ids}
    alone = _forms_held(held)
    chosen = select(Event.id, Event.subject_id, Event.oid, Event.instance, Event.state)
    chosen = chosen.where(Event.oid.in_(events)) if events else chosen
    for event in db.session.execute(chosen.where(Event.subject_id.in_(subject_ids))):
        here = {row.form: _form_state(row, event, held, asked) for row in forms.get(event.id, ())}
        here |= {form: _held_only(form, event, held) for form in alone.get(event.id, ()) if form not in here}
        visits[event.subject_id][EventKey(event.oid, event.instance)] = VisitState(
            event.state, here, event.id, _KINDS.get(held.get((event.subject_id, event.id, None, None), ""))
        )
    return visits


Held = dict[tuple[str, str | None, str | None, str | None], str]


def _holds(subject_ids: Sequence[str]) -> Held:
    """The strongest standing hold by (subject, event, form, record); what holds the site or the study is one of the
    subject, and those of single items mark no form."""
    place = (Subject.id, Hold.event_id, Hold.form, Hold.record_id)
    chosen = select(*place, func.max(Hold.kind)).join(Hold, over(Subject.id, Subject.site_id, Subject.study_id))
    standing = chosen.where(Subject.id.in_(subject_ids), Hold.level != "item").group_by(*place)
    return {(subject, event, form, record): kind for subject, event, form, record, kind in db.session.execute(standing)}


def _forms_held(held: Held) -> dict[str, list[str]]:
    """The forms that are held as such, by the id of their event: some of them may have no data yet."""
    found: dict[str, list[str]] = {}
    for _, event, form, _ in held:
        if event and form:
            found.setdefault(event, []).append(form)
    return found


def _open_queries(actor: Actor, subject_ids: Sequence[str]) -> dict[tuple[str, str], int]:
    """How many open queries stand on each form of each event."""
    counted = select(Record.event_id, Record.form, func.count(Query.id).label("number"))
    joined = counted.join(Query, and_(Query.record_id == Record.id, Query.state == "open"))
    told = joined.where(Query.subject_id.in_(subject_ids), *queries_told(actor))
    grouped = told.group_by(Record.event_id, Record.form)
    return {(row.event_id, row.form): row.number for row in db.session.execute(grouped)}


def _forms(subject_ids: Sequence[str], events: Collection[str]) -> dict[str, list[Any]]:
    """The forms begun in each event, rows of repeating forms counted."""
    whole = Record.row == 0
    chosen = select(
        Record.event_id, Record.form,
        func.max(case((whole, Record.state))).label("state"),
        func.max(case((whole, Record.id))).label("record_id"),
        func.count(case((and_(~whole, Record.state != "removed"), Record.id))).label("rows"),
        func.count(case((and_(~whole, Record.state == "in_progress"), Record.id))).label("unfinished"),
    )  # fmt: skip
    found: dict[str, list[Any]] = {}
    chosen = chosen.where(Record.event.in_(events)) if events else chosen
    grouped = chosen.where(Record.subject_id.in_(subject_ids)).group_by(Record.event_id, Record.form)
    for row in db.session.execute(grouped):
        found.setdefault(row.event_id, []).append(row)
    return found


def _strongest(kinds: Iterable[str | None]) -> str | None:
    return max((kind for kind in kinds if kind), default=None)


def _form_state(row: Any, event: Any, held: Held, asked: Mapping[tuple[str, str], int]) -> FormState:
    own = "in_progress" if row.unfinished and row.state == "complete" else row.state or "in_progress"
    kind = _hold_on(row, event, held) if held and own not in GONE else None
    return FormState(_KINDS[kind] if kind else own, row.record_id, row.rows, asked.get((row.event_id, row.form), 0))


def _hold_on(row: Any, event: Any, held: Held) -> str | None:
    """The strongest hold that reaches a form: of the subject, of the visit, of the form, of its record."""
    return _strongest((
        held.get((event.subject_id, None, None, None)),
        held.get((event.subject_id, event.id, None, None)),
        held.get((event.subject_id, event.id, row.form, None)),
        held.get((event.subject_id, None, None, row.record_id)) if row.record_id else None,
    ))  # fmt: skip


def _held_only(form: str, event: Any, held: Held) -> FormState:
    wider = (None, None, None), (event.id, None, None), (event.id, form, None)
    kind = _strongest(held.get((event.subject_id, *place)) for place in wider)
    return FormState(_KINDS[kind or "freeze"])
