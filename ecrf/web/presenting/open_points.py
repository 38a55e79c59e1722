"""What is open before a lock, in words, each with the way to where it is mended."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import url_for

from ecrf.i18n import text_tag
from ecrf.reads.definitions import definition, place
from ecrf.reads.holds import FormPlace
from ecrf.reads.open_points import Open
from ecrf.reads.subjects import SubjectFacts
from ecrf.services.checklists import Checklist
from ecrf.web.addresses import form_url
from ecrf.web.presenting.catalogue import gettext
from forms.casebook import RecordKey
from forms.findings import Finding


@dataclass(frozen=True)
class OpenPoint:
    """One line of a checklist."""

    number: int
    text: str
    url: str


@dataclass(frozen=True)
class Unevaluated:
    """The checks that could not be evaluated on one form or row."""

    place: str
    checks: tuple[tuple[str, str], ...]
    url: str


@dataclass(frozen=True)
class ShownChecklist:
    """The checklist of one thing: what stands against its lock, and what checks could not tell."""

    against: tuple[OpenPoint, ...]
    unevaluated: tuple[Unevaluated, ...]
    number: int


def point_names() -> dict[str, str]:
    """What can be open, in words."""
    return {
        "open_queries": gettext("open queries"), "answered_queries": gettext("answered queries"),
        "in_progress": gettext("forms and rows in progress"), "not_started": gettext("forms not started"),
        "stale": gettext("computed values held back"), "unjudged": gettext("results not judged"),
        "unevaluated": gettext("checks not evaluable"),
    }  # fmt: skip


def shown_checklist(found: Checklist, subject: SubjectFacts) -> ShownChecklist:
    """The checklist of one subject, or of a part of it."""
    names, casebook = point_names(), url_for("casebook.show", subject_id=subject.id)
    lists = {
        "open_queries": url_for("queries.index", subject=subject.id, state="open"),
        "answered_queries": url_for("queries.index", subject=subject.id, state="answered"),
        "unjudged": url_for("results.index", site=subject.site_code),
    }
    against = tuple(OpenPoint(count, names[name], lists.get(name, casebook)) for name, count in found.open.against)
    by_record = groupby(found.unevaluated, key=lambda finding: finding.record)
    unevaluated = tuple(_unevaluated(subject, record, tuple(findings)) for record, findings in by_record)
    return ShownChecklist(against, unevaluated, len(found.unevaluated))


def open_at(opened: Open, study: str, site: str | None) -> ShownChecklist:
    """The checklist of a site, or (None) of a study; checks are evaluated subject by subject alone."""
    where: dict[str, Any] = {"study": study, "site": site}
    names = point_names()
    bulk = url_for("bulk_holds.choose", act="lock", **where)
    lists = {
        "open_queries": url_for("queries.index", site=site, state="open"),
        "answered_queries": url_for("queries.index", site=site, state="answered"),
        "in_progress": url_for("form_lists.index", state="in_progress", **where),
        "unjudged": url_for("results.index", site=site),
    }
    against = tuple(OpenPoint(count, names[name], lists.get(name, bulk)) for name, count in opened.against)
    return ShownChecklist(against, (), 0)


def _unevaluated(subject: SubjectFacts, key: RecordKey, findings: tuple[Finding, ...]) -> Unevaluated:
    language, at = text_tag(), FormPlace(key.event.oid, key.event.instance, key.form, key.row)
    said = tuple((each.check, each.message.said_in(language)) for each in findings)
    study = definition(subject.study_id, subject.version or 1)
    where = place(study, at.event, at.instance, at.form, language, at.row)
    return Unevaluated(where, said, form_url(subject.id, at))

