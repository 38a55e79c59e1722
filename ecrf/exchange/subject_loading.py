"""Entering subjects from files, in the order of the file and through the same services as a page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from ecrf.db import db
from ecrf.errors import NotAccepted, Place
from ecrf.exchange.subject_files import FiledSubject
from ecrf.models.queries import Query
from ecrf.models.records import Record
from ecrf.models.subjects import Subject
from ecrf.policy.actors import Actor
from ecrf.services import records, studies, subjects
from ecrf.services.records import Address
from ecrf.services.traces import NOT_STARTED, refused_changes
from forms.casebook import RecordKey
from forms.definitions import Study
from forms.findings import Refusal
from forms.numerals import fraction_of, rounded_text


@dataclass(frozen=True)
class Loaded:
    """What came of loading one subject: the values that were refused, by record, and what stands now."""

    subject: Subject
    refused: tuple[tuple[RecordKey, Refusal], ...]
    findings: tuple[dict[str, Any], ...]
    derived: dict[str, str]


def load(by: Actor, study_name: str, site_code: str, filed: FiledSubject) -> Loaded:
    """Register a subject and save its records one after the other; what is refused is told.

    Whether the rest may stand is for the caller to say: `expect_whole` refuses a file of which something was refused.
    """
    subject = subjects.register(by, study_name, site_code, filed.screening_number or None)
    refused: list[tuple[RecordKey, Refusal]] = []
    for each in filed.records:
        address = Address(subject.id, each.event, each.form, each.row)
        saved = records.save(by, address, each.answers, reasons={}, revision=0)
        refused += ((address.key, refusal) for refusal in saved.verdict.refused)
    return Loaded(subject, tuple(refused), tuple(_standing(subject)), dict(_derived(subject)))


def expect_whole(loaded: Sequence[Loaded]) -> None:
    """Refuse the whole load for one refused value (`NotAccepted`); what was refused stands in the trail of the site."""
    refused = [refusal for each in loaded for _, refusal in each.refused]
    if refused:
        subject = loaded[0].subject
        place = Place(study=subject.study_id, site=subject.site_id)
        raise NotAccepted(refused).at(place, refused_changes(NOT_STARTED, refused))


def written(key: RecordKey) -> str:
    """A record's form and row as a specification writes them: `AE[3]`, `DM`."""
    return f"{key.form}[{key.row}]" if key.row else key.form


def _standing(subject: Subject) -> Iterator[dict[str, Any]]:
    query = (
        select(Query, Record)
        .join(Record, Record.id == Query.record_id)
        .where(Query.subject_id == subject.id, Query.check_id.is_not(None), Query.state != "closed")
        .order_by(Query.number)
    )
    for finding, record in db.session.execute(query):
        check = _compiled(record).checks.get(finding.check_id or "")
        yield {
            "check": finding.check_id, "event": record.key.event.written, "form": record.form,
            "row": record.row or None, "items": list(check.check.items) if check else [finding.item],
            "severity": finding.severity,
        }  # fmt: skip


def _derived(subject: Subject) -> Iterator[tuple[str, str]]:
    rows = db.session.scalars(select(Record).where(Record.subject_id == subject.id).order_by(Record.id))
    for record in rows:
        study = _compiled(record).study
        for item, datum in record.values.items():
            definition = study.forms[record.form].items.get(item)
            if definition is not None and definition.is_computed and definition.companion is None and datum.text:
                place = f"{record.key.event.written}.{written(record.key)}.{item}"
                yield place, _rounded(study, record.form, item, datum.text)


def _rounded(study: Study, form: str, item: str, text: str) -> str:
    """A computed number at the decimals its derivation declares."""
    decimals = next((each.decimals for each in study.derivations if (each.form, each.item) == (form, item)), None)
    number = fraction_of(text)
    return text if decimals is None or number is None else rounded_text(number, decimals)


def _compiled(record: Record) -> Any:
    return studies.compiled(record.study_id, record.study_version)
