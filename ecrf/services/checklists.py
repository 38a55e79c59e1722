"""What is open before something is locked, with the checks that could not be evaluated, each with its record.

A read that computes: checks are evaluated as a save would, and nothing is written.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from ecrf.db import db
from ecrf.errors import NotFound
from ecrf.models.records import Record
from ecrf.models.standing import stands
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.require import require
from ecrf.reads.open_points import Open, Part, open_in_each
from ecrf.reads.withholding import sight_of
from ecrf.services import studies
from ecrf.services.casebooks import Found, OpenCasebook, find_subject
from ecrf.services.reevaluating import around
from forms.findings import Finding
from forms.judge import ask, reconsider


@dataclass(frozen=True)
class Checklist:
    """What is open in a part of a casebook; `unevaluated` are the findings of checks whose first item holds a value and
    whose outcome is UNKNOWN, those of which the reader hears."""

    open: Open
    unevaluated: tuple[Finding, ...] = ()


def checklist(by: Actor, subject_id: str, part: Part, now: datetime) -> Checklist:
    """The checklist of a subject, or of a visit, a form or a form of a visit of it; raises `NotFound` for what the
    study does not have."""
    found = find_subject(by, subject_id, now)
    by = require(by, Permission.RECORD_READ, found.subject)
    study = studies.compiled(found.study.id, _version(found)).study
    if (part.event and part.event.oid not in study.events) or (part.form and part.form not in study.forms):
        raise NotFound("part")
    return checklist_of(by, found, part, now)


def checklist_of(by: Actor, found: Found, part: Part, now: datetime) -> Checklist:
    """The same of a subject that was found already."""
    study, subject_id = studies.compiled(found.study.id, _version(found)).study, found.subject.id
    opened = open_in_each(by, [subject_id], part, study)[subject_id]
    unevaluated = tuple(_unevaluated(by, found, part, now))
    return Checklist(replace(opened, unevaluated=len(unevaluated)), unevaluated)


def _version(found: Found) -> int:
    return found.version_in_force or studies.newest(found.study)


def _unevaluated(by: Actor, found: Found, part: Part, now: datetime) -> Iterator[Finding]:
    """Each record is judged by the version that it was entered under."""
    begun = select(Record.study_version, Record.form).where(Record.subject_id == found.subject.id, stands())
    by_version: dict[int, set[str]] = {}
    for number, form in db.session.execute(begun.distinct()):
        if part.form in (None, form):
            by_version.setdefault(number, set()).add(form)
    for number, wanted in sorted(by_version.items()):
        book = around(found, sorted(wanted), number, now)
        for finding in _findings(book, part, number):
            record = book.records[finding.record]
            if _has_value(record, finding) and sight_of(by, record).tells_of(finding.items[0], finding.check):
                yield finding


def _findings(book: OpenCasebook, part: Part, number: int) -> list[Finding]:
    """What checks could not tell of the records of one version, record by record; a check of the range of an analyte
    that has none in the study does not run."""
    seen = book.as_seen()
    own = {key for key, record in book.records.items() if record.study_version == number}
    keys = {key for key in seen.records if key in own and part.covers(key.event, key.form)}
    outcomes = (*reconsider(book.compiled, seen, keys).findings, *(ask(book.compiled, seen) if book.asks else ()))
    unknown = {
        (each.record, each.check): each for each in outcomes
        if each.outcome is None and each.record in keys
        and (each.definition.analyte is None or seen.ranges.knows(each.definition.analyte))
    }  # fmt: skip
    return [unknown[place] for place in sorted(unknown)]


def _has_value(record: Record, finding: Finding) -> bool:
    """Whether there is something to judge: a check without an item of its own asks of the form itself."""
    typed = record.values.get(finding.items[0]) if finding.items else None
    return typed is not None and bool(typed.text)
