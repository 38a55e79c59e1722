"""What is open in subjects, a visit or a form of theirs: what a checklist lists before data are locked."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select

from ecrf.db import db
from ecrf.models.holds import StaleMark
from ecrf.models.queries import Query
from ecrf.models.records import IS_IN_PROGRESS, Record
from ecrf.models.standing import STARTED, stands
from ecrf.models.summaries import PlaceTally, SubjectSummary
from ecrf.policy.actors import Actor
from ecrf.reads.definitions import plan
from ecrf.reads.judged import unjudged_items
from ecrf.reads.states import is_expected, visits_of
from ecrf.reads.withholding import queries_told
from forms.casebook import EventKey
from forms.definitions import Study

Chosen = Callable[[Any], list[ColumnElement[bool]]]
"""The conditions that choose rows of a model (`Record`, `Query`, `StaleMark`), by its study, site and subject."""


@dataclass(frozen=True)
class Part:
    """The part of a casebook that is looked at: a visit, a form, a form of a visit, or (neither) the whole."""

    event: EventKey | None = None
    form: str | None = None

    def covers(self, event: EventKey, form: str | None) -> bool:
        """Whether a form of a visit, or (`form` None) the visit as a whole, belongs to it."""
        return self.event in (None, event) and self.form in (None, form)


@dataclass(frozen=True)
class Open:
    """How many queries are open and answered, forms or rows in progress, forms that are expected not started, computed
    values held back, results of which nobody has said whether they matter, and checks that could not be evaluated
    though there is a value to judge. None stands for what was not counted.

    Checks that were not evaluated are told and stand against nothing: a value without its counterpart, the day of a
    death that has not been, leaves some in every complete casebook.
    """

    open_queries: int = 0
    answered_queries: int = 0
    in_progress: int = 0
    stale: int = 0
    not_started: int | None = None
    unjudged: int | None = None
    unevaluated: int | None = None

    @property
    def is_clean(self) -> bool:
        """Whether nothing stands against a lock."""
        return not self.against

    @property
    def against(self) -> tuple[tuple[str, int], ...]:
        """What stands against a lock, by name, with how often."""
        return tuple((name, count) for name, count in self.points if name != "unevaluated")

    @property
    def points(self) -> tuple[tuple[str, int], ...]:
        """What is open, by name, with how often."""
        counts = ((field.name, getattr(self, field.name)) for field in fields(self))
        return tuple((name, count) for name, count in counts if count)


NOTHING = Open()


def open_in_all(actor: Actor, chosen: Chosen, part: Part, *, of_sites: bool) -> Open:
    """What is open in all that is chosen together, forms not started apart; a few statements. Where whole sites are
    chosen (`of_sites`), the forms in progress stand in their tallies, and rows alone are counted."""
    if not of_sites or (part.event is not None and part.event.instance):
        return _open_of(dict(_counts(actor, chosen, part, by_subject=False)), ())
    counts = dict(_counts(actor, chosen, part, Record.row > 0, by_subject=False))
    forms = db.session.scalar(_tallied(chosen, part)) or 0
    key = ("in_progress",)
    return _open_of({**counts, key: counts.get(key, 0) + forms}, ())


def open_at(actor: Actor, study_id: str, site_id: str | None, study: Study) -> Open:
    """What is open at a site, or (None) in a whole study, by the sums and this version; forms of visits that nobody
    planned are not waited for."""

    def here(model: Any) -> list[ColumnElement[bool]]:
        return [model.study_id == study_id, *([model.site_id == site_id] if site_id else [])]

    opened = open_in_all(actor, here, Part(), of_sites=True)
    unjudged = db.session.scalar(select(func.sum(SubjectSummary.unjudged)).where(*here(SubjectSummary))) or 0
    return replace(opened, not_started=_missing(here, study), unjudged=unjudged)


def _missing(here: Chosen, study: Study) -> int:
    """How many forms the visits that took place have by the plan without a condition and nobody has begun."""
    counted: dict[tuple[str, str], int] = {}
    columns = (PlaceTally.event, PlaceTally.form)
    took_place = or_(PlaceTally.form != "", PlaceTally.state == STARTED)
    summed = select(*columns, func.sum(PlaceTally.number)).where(*here(PlaceTally), took_place)
    for event, form, number in db.session.execute(summed.group_by(*columns)):
        counted[event, form] = number
    return sum(
        max(counted.get((event.oid, ""), 0) - counted.get((event.oid, form), 0), 0)
        for event in plan(study) if event.kind != "unscheduled"
        for form in event.forms if study.forms[form].shown_if is None
    )  # fmt: skip


def _tallied(chosen: Chosen, part: Part) -> Select[Any]:
    place = [PlaceTally.event == part.event.oid] if part.event else []
    place.append(PlaceTally.form == part.form if part.form else PlaceTally.form != "")
    return select(func.sum(PlaceTally.number)).where(
        *chosen(PlaceTally), PlaceTally.state == "in_progress", *place
    )  # fmt: skip


def open_in_each(actor: Actor, subjects: Sequence[str], part: Part, study: Study) -> dict[str, Open]:
    """What is open in each of these subjects, by id, the forms that are expected by this version included."""
    if not subjects:
        return {}
    counts = dict(_counts(actor, lambda model: [model.subject_id.in_(subjects)], part, by_subject=True))
    visits, unjudged = visits_of(actor, subjects), _unjudged(subjects, part)
    return {
        id_: _open_of(counts, (id_,), _not_started(visits[id_], part, study), unjudged.get(id_, 0)) for id_ in subjects
    }


def _open_of(
    counts: dict[tuple[Any, ...], int], key: tuple[str, ...], not_started: int | None = None,
    unjudged: int | None = None,
) -> Open:  # fmt: skip
    names = ("open", "answered", "in_progress", "stale")
    opened, answered, in_progress, stale = (counts.get((name, *key), 0) for name in names)
    return Open(opened, answered, in_progress, stale, not_started, unjudged)


def _unjudged(subjects: Sequence[str], part: Part) -> dict[str, int]:
    """How many results out of range nobody has judged; of whole subjects their sums know it."""
    if part == Part():
        summed = select(SubjectSummary.subject_id, SubjectSummary.unjudged)
        return dict(db.session.execute(summed.where(SubjectSummary.subject_id.in_(subjects))).all())
    columns = (Record.subject_id, Record.study_id, Record.study_version, Record.form, Record.state, Record.data)
    chosen = select(*columns).where(Record.subject_id.in_(subjects), stands(), *_of_part(part))
    found: dict[str, int] = {}
    rows: Any = db.session.execute(chosen).mappings()
    for row in rows:
        found[row["subject_id"]] = found.get(row["subject_id"], 0) + len(unjudged_items(row))
    return found


def _counts(
    actor: Actor, chosen: Chosen, part: Part, *like: ColumnElement[bool], by_subject: bool
) -> Iterable[tuple[tuple[Any, ...], int]]:  # fmt: skip
    """Each count under its name and, where it was grouped, the subject; of the records in progress those like this."""
    of_part = [stands(), *_of_part(part)]
    counted: tuple[tuple[Any, Any, ColumnElement[bool]], ...] = (
        (Query, Query.state, and_(Query.state != "closed", *queries_told(actor))),
        (StaleMark, literal("stale"), StaleMark.cleared_at.is_(None)),
        (Record, Record.state, IS_IN_PROGRESS),
    )  # fmt: skip
    for model, named, standing in counted:
        of_record = [*like, *of_part] if model is Record else [exists().where(Record.id == model.record_id, *of_part)]
        by = [named, *([model.subject_id] if by_subject else [])]
        found = select(*by, func.count()).select_from(model).where(standing, *chosen(model), *of_record)
        if model is Record and not by_subject:  # else the covering index of all records is read from end to end
            found = found.with_hint(Record, "INDEXED BY ix_records_in_progress", "sqlite")
        for *key, count in db.session.execute(found.group_by(*by)):
            yield tuple(key), count


def _of_part(part: Part) -> list[ColumnElement[bool]]:
    event = [Record.event == part.event.oid, Record.instance == part.event.instance] if part.event else []
    return [*event, *([Record.form == part.form] if part.form else [])]


def _not_started(visits: Any, part: Part, study: Study) -> int:
    """The forms that a visit which took place has by the plan and that nobody has begun."""
    count = 0
    for key, visit in visits.items():
        event = study.events.get(key.oid)
        if event is not None and visit.state == "started":
            missing = (form for form in event.forms if form not in visit.forms and part.covers(key, form))
            count += sum(is_expected(study, event, form, visit.forms) for form in missing)
    return count
