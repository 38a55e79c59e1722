"""Laboratory results out of range of which nobody has said whether they matter, a page of subjects at a time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from ecrf.db import db
from ecrf.models.records import Record
from ecrf.models.subjects import Subject
from ecrf.models.summaries import SubjectSummary
from ecrf.policy.actors import Actor
from ecrf.reads.definitions import definition, place
from ecrf.reads.judged import unjudged_items
from ecrf.reads.site_days import SiteDay, site_days
from ecrf.reads.withholding import sight_at
from forms.datum import Datum
from forms.withheld import SAID, WITHHELD

PAGE = 20


@dataclass(frozen=True)
class ResultFilters:
    """What was chosen: the code of a site, and the subject the page before ended with."""

    site: str = ""
    after: str = ""


@dataclass(frozen=True)
class ResultFacts:
    """One result; `event`, `instance`, `form` and `row` are the address of its form, `flag` is its range flag."""

    subject_id: str
    subject: str
    site: str
    event: str
    instance: int
    form: str
    row: int
    item: str
    place: str
    value: str
    unit: str | None
    flag: str


@dataclass(frozen=True)
class ResultListing:
    """The results of some subjects; `next` is the subject the next page begins after."""

    filters: ResultFilters
    results: tuple[ResultFacts, ...]
    site_choices: tuple[tuple[str, str], ...]
    next: str | None


def unjudged_results(
    actor: Actor, filters: ResultFilters, now: datetime, *, language: str, size: int = PAGE
) -> ResultListing:  # fmt: skip
    """The results of one page of subjects."""
    every = site_days(actor, now)
    sites = {site.id: site for site in every if filters.site in ("", site.code)}
    chosen = (
        select(Subject)
        .join(SubjectSummary, SubjectSummary.subject_id == Subject.id)
        .where(SubjectSummary.site_id.in_(list(sites)), SubjectSummary.unjudged > 0, Subject.id > filters.after)
    )
    subjects = db.session.scalars(chosen.order_by(Subject.id).limit(size + 1)).all()
    shown = {subject.id: subject for subject in subjects[:size]}
    found = tuple(fact for record in _records(list(shown)) for fact in _facts(actor, record, shown, sites, language))
    choices = tuple((site.code, f"{site.code} {site.name}") for site in every)
    return ResultListing(filters, found, choices, subjects[size - 1].id if len(subjects) > size else None)


def _records(subject_ids: list[str]) -> Any:
    columns = (
        Record.subject_id, Record.study_id, Record.study_version, Record.event, Record.instance, Record.form,
        Record.row, Record.state, Record.data,
    )  # fmt: skip
    chosen = select(*columns).where(Record.subject_id.in_(subject_ids))
    return db.session.execute(chosen.order_by(Record.subject_id, Record.id)).mappings()


def _facts(
    actor: Actor, record: Any, subjects: dict[str, Subject], sites: dict[str, SiteDay], language: str
) -> list[ResultFacts]:  # fmt: skip
    items = unjudged_items(record)
    if not items:
        return []
    study, subject = definition(record["study_id"], record["study_version"]), subjects[record["subject_id"]]
    seen = sight_at(actor, record["study_id"], subject.site_id, record["form"])
    at = (record["event"], record["instance"], record["form"], record["row"])
    facts = []
    for item in items:
        datum = seen.datum(item, Datum.from_document(record["data"].get(item, {})))
        where = place(study, at[0], at[1], at[2], language, at[3], item)
        flag = record["data"].get(f"{item}_NRIND", {}).get("v", "")
        value = f"{datum.comparator or ''}{datum.text or ''}" if datum != WITHHELD else SAID.said_in(language)
        facts.append(
            ResultFacts(
                subject.id, subject.number, sites[subject.site_id].code, *at, item, where, value, datum.unit, flag
            )
        )
    return facts
