"""What stands under the filters of the matrix, from sums that follow each act."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from ecrf.db import db
from ecrf.models.sites import Site
from ecrf.models.subjects import Subject
from ecrf.models.summaries import SiteTally, SubjectSummary
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.scopes import allowed, in_scope
from ecrf.reads.subject_filters import SubjectFilters, narrowed


@dataclass(frozen=True)
class Totals:
    """What stands under these filters."""

    subjects: int = 0
    in_progress: int = 0
    complete: int = 0
    open_queries: int = 0
    answered_queries: int = 0


NOTHING = Totals()


def seen(actor: Actor, filters: SubjectFilters, study_id: str, *columns: Any) -> Select[Any]:
    """These columns of the subjects and sites that the actor may see under the filters; the study is said of the sites,
    so that subjects are read site by site, in the order in which they are shown."""
    chosen = select(*columns).select_from(Subject).join(Site, Site.id == Subject.site_id)
    chosen = chosen.where(Site.study_id == study_id)
    return narrowed(in_scope(chosen, actor, Permission.SUBJECT_READ, Subject), filters)


def totals(actor: Actor, filters: SubjectFilters, study_id: str) -> tuple[Totals, dict[str, int]]:
    """What stands under the filters, and the number of subjects at each site, in one statement over the sums: those of
    sites where nothing else is chosen, so that it costs the same in a study of any size, else those of subjects."""
    return _of_subjects(actor, filters, study_id) if filters.is_of_some else _of_sites(actor, filters, study_id)


def _of_sites(actor: Actor, filters: SubjectFilters, study_id: str) -> tuple[Totals, dict[str, int]]:
    here = allowed(actor, Permission.SUBJECT_READ, study=Site.study_id, site=Site.id)
    chosen = (
        select(Site.code, SiteTally.measure, SiteTally.bucket, SiteTally.number)
        .join(SiteTally, SiteTally.site_id == Site.id)
        .where(Site.study_id == study_id, here, SiteTally.measure.in_(("forms", "queries", "subjects")))
    )
    if filters.site:
        chosen = chosen.where(Site.code == filters.site)
    found: Counter[tuple[str, str]] = Counter()
    per_site: Counter[str] = Counter()
    for code, measure, bucket, number in db.session.execute(chosen):
        found[measure, bucket] += number
        per_site[code] += number if measure == "subjects" else 0
    forms = (found["forms", state] for state in ("in_progress", "complete"))
    queries = (found["queries", state] for state in ("open", "answered"))
    return Totals(per_site.total(), *forms, *queries), +per_site


def _of_subjects(actor: Actor, filters: SubjectFilters, study_id: str) -> tuple[Totals, dict[str, int]]:
    sums = SubjectSummary
    counts = (sums.in_progress, sums.complete, sums.open_queries, sums.answered_queries)
    chosen = seen(actor, filters, study_id, Site.code, func.count(), *map(func.sum, counts))
    of_each = chosen.join(SubjectSummary, SubjectSummary.subject_id == Subject.id).group_by(Site.code)
    rows = db.session.execute(of_each).all()
    return Totals(*(sum(row[at] for row in rows) for at in range(1, 6))), {row[0]: row[1] for row in rows}
