"""Forms by their state, a page of subjects at a time: the lists behind the numbers of worklists and study homes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, literal, select

from ecrf.db import db
from ecrf.models.reach import is_held
from ecrf.models.records import Record
from ecrf.models.standing import stands
from ecrf.models.subjects import Subject
from ecrf.models.summaries import PlaceTally, SubjectSummary
from ecrf.policy.actors import Actor
from ecrf.reads.definitions import definition, event_label, form_label, plan
from ecrf.reads.held_sites import held_sites
from ecrf.reads.matrix import studies_seen
from ecrf.reads.site_days import SiteDay, site_days
from ecrf.reads.states import Visits, visits_of
from forms.casebook import EventKey

PAGE = 20
STATES = ("in_progress", "complete", "unlocked", "locked")
_COUNTED: dict[str, Any] = {
    "in_progress": SubjectSummary.in_progress, "complete": SubjectSummary.complete,
    "unlocked": SubjectSummary.complete - SubjectSummary.locked, "locked": SubjectSummary.locked,
}  # fmt: skip
_COUNTED_LOCKED = {**_COUNTED, "unlocked": literal(0), "locked": SubjectSummary.complete}
"""How many forms of a subject are in a state, and the same where its whole site is locked."""
_LAST = (9999, 0)
Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class FormFilters:
    """What was chosen; an empty text is no choice. `study` is the short name, `site` the code, `state` one of `STATES`
    (unlocked and locked: of complete forms; in progress, where none is chosen), `event` and `form` are OIDs, `after`
    is the id of the subject the page before ended with."""

    study: str = ""
    site: str = ""
    state: str = ""
    event: str = ""
    form: str = ""
    after: str = ""

    @property
    def chosen_state(self) -> str:
        """The state of the forms that are listed."""
        return self.state or "in_progress"


@dataclass(frozen=True)
class ListedForm:
    """One form, rows of repeating ones apart; `event`, `instance`, `form` and `row` are its address. `state` is the
    mark that its casebook shows: a hold that reaches it comes first; `open_queries` are those of its rows too."""

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
    """The forms of some subjects; `next` is the subject the next page begins after. Visits and forms are offered where
    the sites are those of one study."""

    filters: FormFilters
    site_choices: Choices
    event_choices: Choices
    form_choices: Choices
    forms: tuple[ListedForm, ...] = ()
    next: str | None = None


def form_list(actor: Actor, filters: FormFilters, now: datetime, *, language: str, size: int = PAGE) -> FormListing:
    """The forms in a state of one page of subjects, by study, site and number, each subject's in the order of the
    plan."""
    every = site_days(actor, now, study=filters.study)
    sites = [site for site in every if filters.site in ("", site.code)]
    choices = tuple((site.code, f"{site.code} {site.name}") for site in every)
    listing = FormListing(filters, choices, *_places(actor, every, language))
    if filters.chosen_state not in STATES:
        return listing
    subjects = _page(sites, filters, size + 1)
    codes = {site.id: site.code for site in sites}
    forms = tuple(_forms(actor, subjects[:size], codes, filters, language))
    return replace(listing, forms=forms, next=subjects[size - 1].id if len(subjects) > size else None)


def _places(actor: Actor, sites: Sequence[SiteDay], language: str) -> tuple[Choices, Choices]:
    """The visits and the forms of the study of these sites, where it is one."""
    studies = {site.study_id for site in sites}
    found = next((row for row in studies_seen(actor) if studies == {row.id}), None)
    if found is None:
        return (), ()
    study = definition(found.id, found.number)
    events = tuple((event.oid, event.label.said_in(language)) for event in plan(study))
    return events, tuple((oid, form_label(study, oid, language)) for oid in study.forms)


def _page(sites: Sequence[SiteDay], filters: FormFilters, size: int) -> list[Subject]:
    """So many subjects with such forms at most: site by site, in the order of an index, until there are enough."""
    at, number = _begins(sites, filters.after)
    holding, locked = _holding(sites, filters), held_sites(site.id for site in sites).locked()
    found: list[Subject] = []
    for site in sites[at:]:
        beyond = number if site is sites[at] else ""
        if site.id in holding and len(found) < size:
            found += db.session.scalars(_subjects(site.id, filters, beyond, site.id in locked).limit(size - len(found)))
    return found


def _begins(sites: Sequence[SiteDay], after: str) -> tuple[int, str]:
    """At which of the sites the page begins, and beyond which screening number there."""
    if not after:
        return 0, ""
    ids = [site.id for site in sites]
    last = select(Subject.site_id, Subject.screening_number).where(Subject.id == after, Subject.site_id.in_(ids))
    row = db.session.execute(last).one_or_none()
    return (ids.index(row.site_id), row.screening_number) if row else (len(ids), "")


def _holding(sites: Sequence[SiteDay], filters: FormFilters) -> set[str]:
    """The sites that have such forms, as their sums tell; locked and unlocked ones are not told apart."""
    state = "in_progress" if filters.chosen_state == "in_progress" else "complete"
    here = (PlaceTally.site_id.in_([site.id for site in sites]), PlaceTally.state == state, PlaceTally.number > 0)
    chosen = select(PlaceTally.site_id).distinct().where(*here, PlaceTally.form != "")
    if filters.event:
        chosen = chosen.where(PlaceTally.event == filters.event)
    if filters.form:
        chosen = chosen.where(PlaceTally.form == filters.form)
    return set(db.session.scalars(chosen))


def _subjects(site_id: str, filters: FormFilters, beyond: str, is_locked: bool) -> Select[Any]:
    """The subjects of a site with such forms, by their sums; where a visit or a form is chosen, by their records."""
    counted = (_COUNTED_LOCKED if is_locked else _COUNTED)[filters.chosen_state]
    chosen: Select[Any] = (
        select(Subject)
        .join(SubjectSummary, SubjectSummary.subject_id == Subject.id)
        .where(Subject.site_id == site_id, Subject.screening_number > beyond, counted > 0)
    )
    if filters.event or filters.form:
        chosen = chosen.where(select(Record.id).where(Record.subject_id == Subject.id, *_listed(filters)).exists())
    return chosen.order_by(Subject.screening_number)


def _listed(filters: FormFilters) -> list[ColumnElement[bool]]:
    """The conditions under which a record is one of these forms."""
    state = filters.chosen_state
    found = [Record.row == 0, Record.state == ("in_progress" if state == "in_progress" else "complete"), stands()]
    if state in ("locked", "unlocked"):
        found.append(is_held("lock") if state == "locked" else ~is_held("lock"))
    if filters.event:
        found.append(Record.event == filters.event)
    if filters.form:
        found.append(Record.form == filters.form)
    return found


def _forms(
    actor: Actor, subjects: Sequence[Subject], codes: Mapping[str, str], filters: FormFilters, language: str
) -> list[ListedForm]:  # fmt: skip
    shown = {subject.id: subject for subject in subjects}
    order = {subject_id: at for at, subject_id in enumerate(shown)}
    columns: tuple[Any, ...] = (
        Record.subject_id, Record.study_id, Record.study_version, Record.event, Record.instance, Record.form,
    )  # fmt: skip
    chosen = select(*columns).where(Record.subject_id.in_(list(shown)), *_listed(filters))
    records = sorted(db.session.execute(chosen), key=lambda record: (order[record.subject_id], *_rank(record)))
    visits = visits_of(actor, list(shown), [filters.event] if filters.event else ())
    return [_line(record, shown[record.subject_id], visits[record.subject_id], codes, language) for record in records]


def _rank(record: Any) -> tuple[int, int, int]:
    """The place of a form in the plan."""
    visit, form = _ranks(record.study_id, record.study_version).get((record.event, record.form), _LAST)
    return visit, record.instance, form


@lru_cache(maxsize=16)
def _ranks(study_id: str, version: int) -> Mapping[tuple[str, str], tuple[int, int]]:
    events = plan(definition(study_id, version))
    return {(event.oid, form): (event.order, at) for event in events for at, form in enumerate(event.forms)}


def _line(record: Any, subject: Subject, visits: Visits, codes: Mapping[str, str], language: str) -> ListedForm:
    study = definition(record.study_id, record.study_version)
    marked = visits[EventKey(record.event, record.instance)].forms[record.form]
    return ListedForm(
        subject.id, subject.number, codes[subject.site_id], record.event, record.instance, record.form, 0,
        event_label(study, record.event, record.instance, language), form_label(study, record.form, language),
        marked.state, marked.open_queries,
    )  # fmt: skip
