"""Subjects × visits (or forms of a visit): one page of it in a fixed number of statements, whatever the number of
subjects."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import func, select

from ecrf.db import db
from ecrf.models.sites import Site
from ecrf.models.studies import Study as StudyRow
from ecrf.models.studies import StudyVersion
from ecrf.models.subjects import Subject
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.scopes import allowed
from ecrf.reads.definitions import definition, plan
from ecrf.reads.matrix_days import days_of, study_day, zeros_of
from ecrf.reads.matrix_levels import FORM, NO_DAYS, Cell, Column, Days, cell_of, columns_of
from ecrf.reads.site_days import SiteDay, site_days
from ecrf.reads.states import Visits, visits_of
from ecrf.reads.subject_filters import SubjectFilters, after_key
from ecrf.reads.tallies import overdue_at
from ecrf.reads.totals import NOTHING, Totals
from ecrf.reads.totals import seen as seen_by
from ecrf.reads.totals import totals as totals_of
from forms.definitions import Study

PAGE = 50


@dataclass(frozen=True)
class MatrixRow:
    """One subject and its visits; `day` is the study day of today, where day 0 is known."""

    subject_id: str
    number: str
    screening_number: str
    status: str
    cells: tuple[tuple[Column, Cell], ...]
    open_queries: int
    day: int | None = None


@dataclass(frozen=True)
class SiteGroup:
    """The subjects of one site on this page; `total` counts all that pass the filters."""

    code: str
    name: str
    total: int
    rows: tuple[MatrixRow, ...]


@dataclass(frozen=True)
class Matrix:
    """One page of the matrix with its choices; `next` is the key the next page begins after, None at the end; `overdue`
    counts visits, where no more than sites are chosen."""

    filters: SubjectFilters
    columns: tuple[Column, ...] = ()
    groups: tuple[SiteGroup, ...] = ()
    totals: Totals = NOTHING
    studies: tuple[tuple[str, str], ...] = ()
    site_choices: tuple[tuple[str, str], ...] = ()
    event_choices: tuple[tuple[str, str], ...] = ()
    shown: int = 0
    first: str = ""
    last: str = ""
    next: str | None = None
    overdue: int | None = None


def matrix(actor: Actor, filters: SubjectFilters, now: datetime, *, language: str, size: int = PAGE) -> Matrix:
    """One page of the subjects the actor may see, each with the state of its visits, of the forms of one visit, or as a
    whole."""
    studies = studies_seen(actor)
    chosen = next((row for row in studies if filters.study in ("", row.name)), None)
    if chosen is None:
        return Matrix(filters)
    filters = filters.in_study(chosen.name)
    study = definition(chosen.id, chosen.number)
    page = _page(actor, filters, chosen.id, size)
    rows = page[:size]
    columns = columns_of(study, filters.level, filters.event, language)
    overdue = None if filters.is_of_some else overdue_at(_sites_of(actor, filters, now))
    filters = filters.at_visit(columns[0].event) if filters.level == FORM else filters
    totals, per_site = totals_of(actor, filters, chosen.id)
    return Matrix(
        filters, columns, _groups(actor, study, columns, rows, per_site, now), totals,
        studies=tuple((row.name, row.name) for row in studies),
        site_choices=sites_seen(actor, chosen.id),
        event_choices=tuple((event.oid, event.label.said_in(language)) for event in plan(study)),
        shown=len(rows),
        first=rows[0].Subject.number if rows else "",
        last=rows[-1].Subject.number if rows else "",
        next=rows[-1].Subject.screening_number if len(page) > size else None,
        overdue=overdue,
    )  # fmt: skip


def _sites_of(actor: Actor, filters: SubjectFilters, now: datetime) -> tuple[SiteDay, ...]:
    return site_days(actor, now, study=filters.study, site=filters.site)


def studies_seen(actor: Actor) -> list[Any]:
    """The studies the actor may see subjects of, each with its newest version."""
    newest = func.max(StudyVersion.number).label("number")
    chosen = select(StudyRow.id, StudyRow.name, newest).join(StudyVersion, StudyVersion.study_id == StudyRow.id)
    seen = chosen.where(allowed(actor, Permission.SUBJECT_READ, study=StudyRow.id, site=None))
    return list(db.session.execute(seen.group_by(StudyRow.id, StudyRow.name).order_by(StudyRow.name)))


def sites_seen(actor: Actor, study_id: str) -> tuple[tuple[str, str], ...]:
    """The sites of a study whose subjects the actor may see, as choices."""
    seen = allowed(actor, Permission.SUBJECT_READ, study=Site.study_id, site=Site.id)
    chosen = select(Site.code, Site.name).where(Site.study_id == study_id, seen).order_by(Site.code)
    return tuple((code, f"{code} {name}") for code, name in db.session.execute(chosen))


def _page(actor: Actor, filters: SubjectFilters, study_id: str, size: int) -> list[Any]:
    """One subject more than the page holds, so that it is known whether another page follows."""
    seen = allowed(actor, Permission.SUBJECT_READ, study=Subject.study_id, site=Subject.site_id)
    chosen = after_key(seen_by(actor, filters, study_id, Subject, Site), filters, study_id, seen)
    return list(db.session.execute(chosen.order_by(Site.code, Subject.screening_number).limit(size + 1)))


def _groups(
    actor: Actor, study: Study, columns: tuple[Column, ...], rows: list[Any], per_site: dict[str, int], now: datetime
) -> tuple[SiteGroup, ...]:
    visits = visits_of(actor, [row.Subject.id for row in rows])
    days, zeros = days_of(rows, now), zeros_of(rows)
    built = (
        (row.Site, _row(study, columns, row.Subject, visits[row.Subject.id], days.get(row.Subject.id, NO_DAYS),
                        study_day(zeros.get(row.Subject.id), row.Site, now)))
        for row in rows
    )  # fmt: skip
    return tuple(
        SiteGroup(site.code, site.name, per_site.get(site.code, 0), tuple(row for _, row in of_site))
        for site, of_site in groupby(built, key=lambda pair: pair[0])
    )


def _row(
    study: Study, columns: tuple[Column, ...], subject: Subject, visits: Visits, days: Days, day: int | None
) -> MatrixRow:  # fmt: skip
    cells = tuple((column, cell_of(study, column, subject, visits, days)) for column in columns)
    asked = sum(cell.open_queries for _, cell in cells)
    return MatrixRow(subject.id, subject.number, subject.screening_number, subject.status, cells, asked, day)
