"""Saving and completing records: the heart of the house."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from audit.entries import EntryKey
from ecrf.errors import Held, IllegalState, NotAccepted, NotFound, ReasonMissing, Stale
from ecrf.messages import N_
from ecrf.models.events import Event
from ecrf.models.records import Record
from ecrf.policy.actions import Action
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.require import require
from ecrf.services import consequences
from ecrf.services.casebooks import Found, OpenCasebook, find_subject, open_casebook, told
from ecrf.services.traces import NOT_STARTED, attempted_changes, reason_notes, refused_changes
from ecrf.services.trail import Acts, Reason, about_record, is_new
from ecrf.services.unique import taken_items
from forms.casebook import EventKey, RecordKey
from forms.datum import EMPTY, Datum
from forms.findings import Verdict
from forms.judge import judge, missing_required


@dataclass(frozen=True)
class Address:
    """Where a record stands, whether or not it has been started: row 0 is the form itself."""

    subject_id: str
    event: EventKey
    form: str
    row: int = 0

    @property
    def key(self) -> RecordKey:
        """The record as the definitions name it."""
        return RecordKey(self.event, self.form, self.row)


@dataclass(frozen=True)
class Saved:
    """The outcome of a save: the record as it is now, the items that changed, and what the checks said."""

    record: Record | None
    changed: tuple[str, ...]
    verdict: Verdict


def save(
    by: Actor, address: Address, answers: Mapping[str, Datum], *,
    reasons: Mapping[str, Reason], revision: int, partial: bool = True,
) -> Saved:  # fmt: skip
    """Save what holds of one record's answers, with their trail and their queries; keep a trace of what was refused.

    `revision` is the one the answers were typed against, 0 for a record not yet started. Without `partial` one
    refused value refuses the act (`NotAccepted`) and only the trace is written.
    """
    acts = Acts.on_subject(address.subject_id)
    found = find_subject(by, address.subject_id, acts.at)
    require(by, Permission.RECORD_EDIT, found.subject)
    acts.about = found.about
    book = open_at(found, address, acts.at)
    record = book.records.get(address.key)
    expect_revision(book, address, revision, answers)
    expect_open(book, address, answers)
    casebook = replace(book.as_seen(), taken=taken_items(book, address.form, answers))
    verdict = judge(book.compiled, casebook, address.key, answers)
    if not partial:
        expect_accepted(book, address, verdict)
    expect_reasons(record, verdict, reasons)
    if not verdict.accepted and not verdict.refused:
        return Saved(record, (), verdict)
    record = record or start(book, address)
    cause = _enter(acts, by, book, record, verdict, reasons)
    consequences.follow(acts, book, verdict, cause=cause)
    acts.write()
    return Saved(record, tuple(verdict.accepted), verdict)


def complete(by: Actor, address: Address, *, revision: int) -> Record:
    """Say that a form is complete; refused while required items are missing without a reason."""
    acts = Acts.on_subject(address.subject_id)
    found = find_subject(by, address.subject_id, acts.at)
    require(by, Permission.RECORD_COMPLETE, found.subject)
    acts.about = found.about
    book = open_at(found, address, acts.at)
    record = book.records.get(address.key)
    if record is None:
        raise IllegalState(N_("Save the form before you mark it complete."), state="not_started", needed=("saved",))
    expect_revision(book, address, revision, {})
    expect_open(book, address, {})
    if record.state == "complete":
        return record
    missing = missing_required(book.compiled, book.as_seen(), address.key)
    if missing:
        said = N_("Required items have neither an answer nor a reason.")
        raise IllegalState(said, state="required_missing", needed=missing).at(book.place(address.key))
    record.state, record.revision = "complete", record.revision + 1
    acts.add(by, Action.RECORD_COMPLETED, [record], about=about_record(acts.about, record))
    acts.write()
    return record


def open_at(found: Found, address: Address, now: datetime) -> OpenCasebook:
    """The casebook around a record, once the plan holds such a record."""
    book = open_casebook(found, address.key, now)
    event = book.compiled.study.events.get(address.event.oid)
    form = book.compiled.study.forms.get(address.form)
    if event is None or form is None or address.form not in event.forms:
        raise NotFound("form")
    if (address.row > 0 and not form.repeating) or event.repeating != (address.event.instance > 0):
        raise NotFound("form")
    return book


def expect_revision(book: OpenCasebook, address: Address, revision: int, answers: Mapping[str, Datum]) -> None:
    """Refuse a save typed against another state of the record than the one that stands."""
    record = book.records.get(address.key)
    stands = record.revision if record else 0
    if stands != revision:
        typed = attempted_changes(record, answers, "stale")
        raise Stale(record.values if record else {}, stands).at(book.place(address.key), typed)


def expect_open(book: OpenCasebook, address: Address, answers: Mapping[str, Datum]) -> None:
    """Refuse a change of a frozen or locked record."""
    record = book.records.get(address.key)
    holds = book.holds_on(book.events.get(address.event), address.form, record)
    if holds:
        raise Held([told(hold) for hold in holds]).at(
            book.place(address.key), attempted_changes(record, answers, "held")
        )  # fmt: skip


def expect_accepted(book: OpenCasebook, address: Address, verdict: Verdict) -> None:
    """Refuse the whole act for one refused value; what was refused stands in the trace of the attempt."""
    if verdict.refused:
        traced = refused_changes(_id_of(book.records.get(address.key)), verdict.refused)
        raise NotAccepted(verdict.refused).at(book.place(address.key), traced)


def _id_of(record: Record | None) -> str:
    return record.id if record else NOT_STARTED


def expect_reasons(record: Record | None, verdict: Verdict, reasons: Mapping[str, Reason]) -> None:
    """A value that was saved before changes only with a reason (ICH E6(R3) 4.2.2)."""
    if record is None:
        return
    before = record.values
    changed = [item for item in verdict.accepted if not before.get(item, EMPTY).is_empty]
    missing = tuple(item for item in changed if item not in reasons or not reasons[item].code)
    if missing:
        raise ReasonMissing(missing)


def start(book: OpenCasebook, address: Address) -> Record:
    """A record that has just begun, and its event where this is the first one."""
    subject = book.found.subject
    whose = {"study_id": subject.study_id, "site_id": subject.site_id, "subject_id": subject.id}
    event = book.events.get(address.event)
    if event is None:
        event = Event(**whose, oid=address.event.oid, instance=address.event.instance)
        book.events[address.event] = event
    rows = {0, address.row}  # a row's form has a record of its own, for what is computed over the rows
    for row in sorted(row for row in rows if address.key._replace(row=row) not in book.records):
        book.records[address.key._replace(row=row)] = Record(
            **whose, event_id=event.id, event=address.event.oid, instance=address.event.instance,
            form=address.form, row=row, study_version=book.version, revision=0 if row == address.row else 1,
        )  # fmt: skip
    return book.records[address.key]


def _enter(
    acts: Acts, by: Actor, book: OpenCasebook, record: Record, verdict: Verdict, reasons: Mapping[str, Reason]
) -> EntryKey:
    """Put the accepted values into the record, as the act of the person who typed them.

    Where all was refused the record stays as it is, and the entry tells what was tried.
    """
    if verdict.accepted or is_new(record):
        record.data = with_values(record, verdict.accepted)
        record.revision += 1
    if record.state == "complete" and missing_required(book.compiled, book.as_seen(), record.key):
        record.state = "in_progress"
    notes = (*refused_changes(record.id, verdict.refused), *reason_notes(record, verdict.accepted, reasons))
    around = dict.fromkeys((book.events[record.key.event], book.records[record.key._replace(row=0)], record))
    moved = [row for row in around if is_new(row) or (row is record and verdict.accepted)]
    return acts.add(by, Action.RECORD_SAVED, moved, about=about_record(acts.about, record), notes=notes)


def with_values(record: Record, values: Mapping[str, Datum]) -> dict[str, dict[str, str]]:
    """The record's document with some values replaced; an empty one leaves no key."""
    document = {**record.data, **{item: datum.document() for item, datum in values.items()}}
    return {item: parts for item, parts in document.items() if parts}
