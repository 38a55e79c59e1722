"""Evaluating entered data anew when something else than a save moved what they are judged by."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from audit.entries import EntryKey
from ecrf.db import db
from ecrf.models.records import Record
from ecrf.policy.actors import SYSTEM
from ecrf.services import consequences, departing
from ecrf.services.casebooks import Found, OpenCasebook, find_subject, open_around
from ecrf.services.trail import Acts
from forms.casebook import RecordKey
from forms.judge import reconsider


def take_subjects(study_id: str, forms: Iterable[str]) -> list[str]:
    """The subjects that have a record of one of these forms, in the order of their ids, each taken: nobody else acts on
    them until the transaction ends."""
    query = (
        select(Record.subject_id)
        .where(Record.study_id == study_id, Record.form.in_(sorted(forms)), Record.state != "removed")
        .distinct()
        .order_by(Record.subject_id)
    )
    taken = list(db.session.scalars(query))
    for subject_id in taken:
        Acts.on_subject(subject_id)
    return taken


def reconsider_forms(subject_id: str, forms: Iterable[str], at: datetime, cause: EntryKey) -> None:
    """Evaluate a subject's records of these forms anew; what moves is an act of the system with that cause.

    The subject is taken already. Each version judges its own records, and is written before the next one looks.
    """
    found = find_subject(SYSTEM, subject_id, at)
    started = select(Record.study_version, Record.form).where(
        Record.subject_id == subject_id, Record.form.in_(sorted(forms)), Record.state != "removed"
    )
    by_version: dict[int, set[str]] = {}
    for number, form in db.session.execute(started.distinct()):
        by_version.setdefault(number, set()).add(form)
    for number, wanted in sorted(by_version.items()):
        book = around(found, sorted(wanted), number, at)
        seen, acts = book.as_seen(), Acts(found.about, at)
        keys = [key for key in seen.records if key.form in wanted and book.records[key].study_version == number]
        verdict = reconsider(book.compiled, seen, keys)
        consequences.follow(acts, book, verdict, cause=cause, anew=keys)
        acts.write()


def reconsider_records(subject_id: str, keys: Iterable[RecordKey], at: datetime, cause: EntryKey) -> None:
    """Evaluate what reads some records anew, now that they have gone or come back, and themselves where they stand;
    what moves is an act of the system with that cause, and so do the queries of what has gone."""
    found, wanted = find_subject(SYSTEM, subject_id, at), set(keys)
    begun = select(Record).where(Record.subject_id == subject_id, Record.form.in_({key.form for key in wanted}))
    by_version: dict[int, list[RecordKey]] = {}
    for record in db.session.scalars(begun):
        if record.key in wanted:
            by_version.setdefault(record.study_version, []).append(record.key)
    for number, moved in sorted(by_version.items()):
        book = around(found, sorted({key.form for key in moved}), number, at)
        seen, acts = book.as_seen(), Acts(found.about, at)
        verdict, queries = reconsider(book.compiled, seen, moved), departing.follow(book, moved, at)
        consequences.follow(acts, book, verdict, cause=cause, anew=moved, queries=queries)
        acts.write()


def around(found: Found, forms: Sequence[str], number: int, at: datetime) -> OpenCasebook:
    """One casebook around all records of these forms, so that each thing that follows from them follows once."""
    books = [open_around(found, form, number, at) for form in forms]
    return replace(books[0], records={key: record for book in books for key, record in book.records.items()})
