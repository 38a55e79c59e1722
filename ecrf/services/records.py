"""Saving and completing records: the heart of the house."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from audit.entries import EntryKey
from ecrf.errors import Held, IllegalState, NotAccepted, NotFound, ReasonMissing, Stale
from ecrf.messages import N_
from ecrf.models.events import Event
from ecrf.models.records import Record
from ecrf.models.standing import Gone
from ecrf.policy.actions import Action
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.services import consequences
from ecrf.services.attempts import attempt
from ecrf.services.casebooks import Found, OpenCasebook, find_subject, open_casebook, told
from ecrf.services.traces import NOT_STARTED, reason_notes, refused_changes, typed_on
from ecrf.services.trail import Acts, Reason, about_record, is_new
from ecrf.services.unique import taken_items
from ecrf.services.words import change_reasons
from forms.casebook import EventKey, RecordKey
from forms.datum import EMPTY, Datum
from forms.findings import Verdict
from forms.judge import judge, missing_required

GONE = {
    ("row", "removed"): N_("This was removed and is kept as it was. Restore it before you change it."),
    ("form", "removed"): N_("This form was removed and is kept as it was. Restore it before you change it."),
    ("form", "not_done"): N_("This form is marked not done. Take that back before you change it."),
    ("visit", "removed"): N_("This visit was removed and is kept as it was. Restore it before you change it."),
    ("visit", "not_done"): N_("This visit is marked not done. Take that back before you change it."),
}


@dataclass(frozen=True)
class Address:
    """Where a record stands, whether or not it has been started: row 0 is the form itself.

    `record_id` is the id that a record takes when it begins here; without one it takes any.
    """

    subject_id: str
    event: EventKey
    form: str
    row: int = 0
    record_id: str | None = None

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
    tell = typed_on(found, address.key, answers)
    with attempt(by, Permission.RECORD_EDIT, Action.RECORD_SAVED, found.place, tell) as acting:
        return _save(acts, acting, found, address, answers, reasons, revision, partial=partial)


def _save(
    acts: Acts, by: Actor, found: Found, address: Address, answers: Mapping[str, Datum],
    reasons: Mapping[str, Reason], revision: int, *, partial: bool,
) -> Saved:  # fmt: skip
    acts.about = found.about
    book = open_at(found, address, acts.at)
    record = book.records.get(address.key)
    expect_revision(record, revision)
    expect_open(book, address)
    seen = book.as_seen(whole=address.form in book.compiled.asking)
    casebook = replace(seen, taken=taken_items(book, address.form, answers))
    verdict = judge(book.compiled, casebook, address.key, answers)
    if not partial:
        expect_accepted(record, verdict)
    reasons = expect_reasons(record, verdict, reasons)
    if not verdict.accepted and not verdict.refused:
        return Saved(record, (), verdict)
    record = record or start(book, address)
    cause = enter(acts, by, book, record, verdict, reasons)
    consequences.follow(acts, book, verdict, cause=cause)
    acts.write()
    return Saved(record, tuple(verdict.accepted), verdict)


def complete(by: Actor, address: Address, *, revision: int) -> Record:
    """Say that a form is complete; refused while required items are missing without a reason."""
    acts = Acts.on_subject(address.subject_id)
    found = find_subject(by, address.subject_id, acts.at)
    tell = typed_on(found, address.key)
    with attempt(by, Permission.RECORD_COMPLETE, Action.RECORD_COMPLETED, found.place, tell) as acting:
        return _complete(acts, acting, found, address, revision)


def _complete(acts: Acts, by: Actor, found: Found, address: Address, revision: int) -> Record:
    acts.about = found.about
    book = open_at(found, address, acts.at)
    record = book.records.get(address.key)
    if record is None:
        raise IllegalState(N_("Save the form before you mark it complete."), state="not_started", needed=("saved",))
    expect_revision(record, revision)
    expect_open(book, address)
    if record.state == "complete":
        return record
    missing = missing_required(book.compiled, book.as_seen(), address.key)
    if missing:
        said = N_("Required items have neither an answer nor a reason.")
        raise IllegalState(said, state="required_missing", needed=missing)
    say_complete(acts, by, record)
    acts.write()
    return record


def say_complete(acts: Acts, by: Actor, record: Record) -> None:
    """Site staff say that a record is complete, as an act that is yet to be written."""
    record.state, record.revision = "complete", record.revision + 1
    acts.add(by, Action.RECORD_COMPLETED, [record], about=about_record(acts.about, record))


def open_at(found: Found, address: Address, now: datetime) -> OpenCasebook:
    """The casebook around a record, once the plan holds such a record."""
    book = open_casebook(found, address.key, now)
    expect_planned(book, address)
    return book


def expect_planned(book: OpenCasebook, address: Address) -> None:
    """The plan of the version holds such a record; else there is none."""
    event = book.compiled.study.events.get(address.event.oid)
    form = book.compiled.study.forms.get(address.form)
    if event is None or form is None or address.form not in event.forms:
        raise NotFound("form")
    if (address.row > 0 and not form.repeating) or event.repeating != (address.event.instance > 0):
        raise NotFound("form")


def expect_revision(record: Record | None, revision: int) -> None:
    """Refuse a save typed against another state of the record than the one that stands."""
    stands = record.revision if record else 0
    if stands != revision:
        raise Stale(record.values if record else {}, stands)


def expect_open(book: OpenCasebook, address: Address) -> None:
    """Refuse a change of what is frozen or locked, or has gone."""
    record = book.records.get(address.key)
    holds = book.holds_on(book.events.get(address.event), address.form, record)
    if holds:
        raise Held([told(hold) for hold in holds])
    expect_standing(book.gone(address.key))


def expect_standing(gone: Gone | None) -> None:
    """Refuse a change of what has gone: removed or not done, itself or with its form or visit."""
    if gone is not None:
        raise IllegalState(GONE[gone.what, gone.state], state=gone.state, needed=("standing",))


def expect_accepted(record: Record | None, verdict: Verdict) -> None:
    """Refuse the whole act for one refused value; what was refused stands in the trace of the attempt."""
    if verdict.refused:
        refused = NotAccepted(verdict.refused)
        refused.notes = refused_changes(record.id if record else NOT_STARTED, verdict.refused)
        raise refused


def expect_reasons(record: Record | None, verdict: Verdict, reasons: Mapping[str, Reason]) -> dict[str, Reason]:
    """The reasons of what is accepted. A value that was saved before changes only with one (ICH E6(R3) 4.2.2)."""
    before = record.values if record else {}
    missing = tuple(
        item for item in verdict.accepted
        if not before.get(item, EMPTY).is_empty and not (item in reasons and reasons[item].code)
    )  # fmt: skip
    if missing:
        raise ReasonMissing(missing)
    return change_reasons({item: reasons[item] for item in verdict.accepted if item in reasons and reasons[item].code})


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
        given = {"id": address.record_id} if address.record_id and row == address.row else {}
        book.records[address.key._replace(row=row)] = Record(
            **whose, **given, event_id=event.id, event=address.event.oid, instance=address.event.instance,
            form=address.form, row=row, study_version=book.version, revision=0 if row == address.row else 1,
        )  # fmt: skip
    return book.records[address.key]


def enter(
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
