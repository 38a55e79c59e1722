"""Forms by their state, a page of subjects at a time: the lists behind the numbers of worklists and study homes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, tuple_

from ecrf.db import db
from ecrf.models.holds import Hold
from ecrf.models.queries import Query
from ecrf.models.records import Record
from ecrf.models.sites import Site
from ecrf.models.standing import stands
from ecrf.models.subjects import Subject
from ecrf.models.summaries import SubjectSummary
from ecrf.policy.actors import Actor
from ecrf.reads.definitions import definition, event_label, form_label, plan
from ecrf.reads.site_days import site_days
from ecrf.reads.withholding import queries_told

PAGE = 20
STATES = ("in_progress", "complete", "unlocked", "locked")
_COUNTED = {
    "in_progress": SubjectSummary.in_progress, "complete": SubjectSummary.complete,
    "unlocked": SubjectSummary.complete - SubjectSummary.locked, "locked": SubjectSummary.locked,
}  # fmt: skip


@dataclass(frozen=True)
class FormFilters:
    """What was chosen; an empty text is no choice. `study` is the short name, `site` the code, `state` one of `STATES`
    (unlocked and locked: of complete forms), `after` the id of the subject the page before ended with."""

    study: str = ""
    site: str = ""
    state: str = ""
    after: str = ""


@dataclass(frozen=True)
class ListedForm:
    """One form, rows of repeating ones apart; `event`, `instance`, `form` and `row` are its address."""

    subject_id: str
    subject: str
    site: str
    event: str
    instance: int
    form: str
    row: int
    visit: str
    label: str
    state: str
    open_queries: int


@dataclass(frozen=True)
class FormListing:
    """The forms of some subjects; `next` is the subject the next page begins after."""

    filters: FormFilters
    forms: tuple[ListedForm, ...]
    site_choices: tuple[tuple[str, str], ...]
    next: str | None


def form_list(actor: Actor, filters: FormFilters, now: datetime, *, language: str, size: int = PAGE) -> FormListing:
    """The forms in a state (in progress, where none is chosen) of one page of subjects, in the order of their sites and
    numbers, each subject's in the order of the plan."""
    every = site_days(actor, now, study=filters.study)
    sites = {site.id: site.code for site in every if filters.site in ("", site.code)}
    state = filters.state or "in_progress"
    if state not in STATES or not sites:
        return FormListing(filters, (), tuple((site.code, f"{site.code} {site.name}") for site in every), None)
    subjects = list(db.session.scalars(_subjects(list(sites), state, filters.after).limit(size + 1)))
    shown = {subject.id: subject for subject in subjects[:size]}
    found = [_line(row, shown[row.Record.subject_id], sites, language) for row in _records(actor, list(shown), state)]
    order = {subject_id: at for at, subject_id in enumerate(shown)}
    lines = sorted(found, key=lambda pair: (order[pair[1].subject_id], *pair[0]))
    choices = tuple((site.code, f"{site.code} {site.name}") for site in every)
    return FormListing(
        filters, tuple(line for _, line in lines), choices, subjects[size - 1].id if len(subjects) > size else None
    )


def _subjects(site_ids: list[str], state: str, after: str) -> Select[Any]:
    chosen: Select[Any] = (
        select(Subject)
        .join(Site, Site.id == Subject.site_id)
        .join(SubjectSummary, SubjectSummary.subject_id == Subject.id)
        .where(Subject.site_id.in_(site_ids), _COUNTED[state] > 0)
    )
    order = (Site.code, Subject.screening_number)
    if after:
        last = select(*order).join(Site, Site.id == Subject.site_id).where(Subject.id == after)
        row = db.session.execute(last.where(Subject.site_id.in_(site_ids))).one_or_none()
        chosen = chosen.where(tuple_(*order) > tuple_(*row) if row else false())
    return chosen.order_by(*order)


def _records(actor: Actor, subject_ids: list[str], state: str) -> Any:
    here = (Query.subject_id == Record.subject_id, Query.record_id == Record.id)  # the subject has the index
    asked = (
        select(func.count())
        .where(*here, Query.state == "open", *queries_told(actor))
        .correlate(Record)
        .scalar_subquery()
    )
    chosen = select(Record, asked.label("asked")).where(Record.subject_id.in_(subject_ids), Record.row == 0, stands())
    return db.session.execute(chosen.where(_in_state(state)))


def _in_state(state: str) -> ColumnElement[bool]:
    if state == "in_progress":
        return Record.state == "in_progress"
    complete = Record.state == "complete"
    return {"complete": complete, "locked": and_(complete, _locked()), "unlocked": and_(complete, ~_locked())}[state]


def _locked() -> ColumnElement[bool]:
    """That a form is locked: as such, with its subject, or by its record."""
    reaches = or_(
        Hold.level == "subject",
        and_(Hold.level == "form", Hold.event_id == Record.event_id, Hold.form == Record.form),
        and_(Hold.level == "record", Hold.record_id == Record.id),
    )
    standing = (Hold.subject_id == Record.subject_id, Hold.kind == "lock", Hold.lifted_at.is_(None), reaches)
    return select(Hold.id).where(*standing).correlate(Record).exists()


def _line(row: Any, subject: Subject, sites: dict[str, str], language: str) -> tuple[tuple[int, ...], ListedForm]:
    """A form with its place in the plan."""
    record = row.Record
    study = definition(record.study_id, record.study_version)
    events = {event.oid: (event.order, event.forms) for event in plan(study)}
    order, forms = events.get(record.event, (9999, ()))
    at = (order, record.instance, forms.index(record.form) if record.form in forms else 999)
    return at, ListedForm(
        subject.id, subject.number, sites[subject.site_id], record.event, record.instance, record.form, 0,
        event_label(study, record.event, record.instance, language), form_label(study, record.form, language),
        record.state, row.asked,
    )  # fmt: skip
