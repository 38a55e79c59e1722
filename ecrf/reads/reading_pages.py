"""A page of a casebook that is read: one visit, one form of it, or all; what comes before and after; what was seen."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from audit.tables import trail_heads
from ecrf.db import db
from ecrf.errors import NotFound
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.require import require_at
from ecrf.reads.casebook import Casebook, casebook
from ecrf.reads.looks import looks_at
from ecrf.reads.reading import RecordRead, records_read
from ecrf.reads.subjects import SubjectFacts
from ecrf.reads.visit_panels import FormLine, VisitPanel
from forms.casebook import EventKey


@dataclass(frozen=True)
class Step:
    """Where a reader can go: a visit (`form` empty) or one form of it."""

    event: EventKey
    label: str
    form: str = ""


@dataclass(frozen=True)
class FormRead:
    """One form of a visit with its records, its own before its rows; none where it has not begun."""

    line: FormLine
    records: tuple[RecordRead, ...]


@dataclass(frozen=True)
class Reading:
    """A page: its visits with their forms, the way to all visits and the steps on from here. `head` is the last entry
    of the subject's chain as it was read, `seen_at` when the subject was last looked at, `is_form` whether one form is
    read alone."""

    subject: SubjectFacts
    visits: tuple[tuple[VisitPanel, tuple[FormRead, ...]], ...]
    all_visits: tuple[Step, ...]
    here: Step | None
    before: Step | None
    after: Step | None
    seen_at: datetime | None
    head: int
    is_form: bool

    @property
    def forms(self) -> tuple[FormRead, ...]:
        """The forms of all its visits."""
        return tuple(form for _, forms in self.visits for form in forms)

    @property
    def record_ids(self) -> tuple[str, ...]:
        """The ids of all its records."""
        return tuple(record.id for form in self.forms for record in form.records)


def reading(
    actor: Actor, subject_id: str, event: EventKey | None, form: str, now: datetime, *, language: str,
    whole: bool = False,
) -> Reading:  # fmt: skip
    """The page of a visit (the first that has begun where none is named), of one of its forms, or the whole casebook.

    Raises `NotFound` for a subject, visit or form that the actor may not read or that there is none of.
    """
    book = casebook(actor, subject_id, now, language=language)
    require_at(actor, Permission.RECORD_READ, book.subject.study_id, book.subject.site_id)
    chosen = _begun(book) if whole else [_visit(book, event)]
    wanted = [(visit, _forms(visit, form)) for visit in chosen if visit is not None]
    since, seen_at = looks_at(actor, subject_id)
    places = [(_key(line), line.form) for _, lines in wanted for line in lines]
    records = records_read(actor, book.subject, places, language=language, since=since)
    visits = tuple((visit, tuple(FormRead(line, tuple(records.get((_key(line), line.form), ()))) for line in lines))
                   for visit, lines in wanted)  # fmt: skip
    steps = _steps(book.visits, form)
    at = next((number for number, step in enumerate(steps) if not whole and visits and
               (step.event, step.form) == (places[0][0], form)), None)  # fmt: skip
    return Reading(
        book.subject, visits, _steps(book.visits, ""), steps[at] if at is not None else None,
        steps[at - 1] if at else None, steps[at + 1] if at is not None and at + 1 < len(steps) else None,
        seen_at, _head(book.subject), bool(form),
    )  # fmt: skip


def _begun(book: Casebook) -> list[VisitPanel]:
    return [visit for visit in book.visits if any(line.record_id or line.rows for line in visit.forms)]


def _visit(book: Casebook, event: EventKey | None) -> VisitPanel | None:
    """The visit of that key, or the first that has begun, or the first there is."""
    if event is None:
        return next(iter(_begun(book)), book.visits[0] if book.visits else None)
    found = next((visit for visit in book.visits if visit.forms and _key(visit.forms[0]) == event), None)
    if found is None:
        raise NotFound("event")
    return found


def _forms(visit: VisitPanel, form: str) -> list[FormLine]:
    """The forms that are read: the one that is named, else those that have begun or are expected."""
    if not form:
        return [line for line in visit.forms if line.is_expected or line.record_id or line.rows]
    found = [line for line in visit.forms if line.form == form]
    if not found:
        raise NotFound("form")
    return found


def _steps(visits: Iterable[VisitPanel], form: str) -> tuple[Step, ...]:
    """All visits, or, while one form is read alone, all forms, in the order of the casebook."""
    there = [visit for visit in visits if visit.forms]
    if not form:
        return tuple(Step(_key(visit.forms[0]), visit.label) for visit in there)
    return tuple(Step(_key(line), f"{visit.label} · {line.label}", line.form) for visit in there
                 for line in _forms(visit, ""))  # fmt: skip


def _key(line: FormLine) -> EventKey:
    return EventKey(line.event, line.instance)


def _head(subject: SubjectFacts) -> int:
    return db.session.scalar(select(trail_heads.c.sequence).where(trail_heads.c.chain == f"subject:{subject.id}")) or 0
