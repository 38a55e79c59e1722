"""The rows of a repeating form: where a new one goes, however often it is sent; and all of them completed at once.

A page for a new row carries the id that the row's record will have. Sending it twice therefore finds the row that the
first sending made, whoever else added rows meanwhile; a row's number is that of no other row, removed ones included.
"""

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import bindparam, select

from ecrf import clock
from ecrf.db import db
from ecrf.errors import BadInput, IllegalState
from ecrf.ids import is_id
from ecrf.messages import N_
from ecrf.models.records import Record
from ecrf.policy.actions import Action
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.services import records
from ecrf.services.attempts import attempt
from ecrf.services.casebooks import Found, OpenCasebook, find_subject
from ecrf.services.records import Address
from ecrf.services.traces import typed_on
from ecrf.services.trail import Acts, about_record, is_new
from forms.judge import missing_required

_ROWS = select(Record.id, Record.row).where(
    Record.subject_id == bindparam("subject"), Record.event == bindparam("event"),
    Record.instance == bindparam("instance"), Record.form == bindparam("form"),
)  # fmt: skip
_ELSEWHERE = select(Record.id).where(Record.id == bindparam("id"))


def place_of(by: Actor, form: Address, record_id: str) -> Address:
    """Where the row with this id stands; where there is none yet, the place behind the last row of the form."""
    found = find_subject(by, form.subject_id, clock.now())
    with attempt(by, Permission.RECORD_EDIT, None, found.place):
        return _place(form, record_id)


def take_place(by: Actor, form: Address, record_id: str) -> Address:
    """The same, for a save: nobody else adds a row to this subject from here to the end of the transaction."""
    acts = Acts.on_subject(form.subject_id)
    found = find_subject(by, form.subject_id, acts.at)
    with attempt(by, Permission.RECORD_EDIT, Action.RECORD_SAVED, found.place):
        return _place(form, record_id)


def _place(form: Address, record_id: str) -> Address:
    key = {"subject": form.subject_id, "event": form.event.oid, "instance": form.event.instance, "form": form.form}
    rows = {row.id: row.row for row in db.session.execute(_ROWS, key)}
    if record_id in rows:
        return replace(form, row=rows[record_id], record_id=record_id)
    if not is_id(record_id) or db.session.scalar(_ELSEWHERE, {"id": record_id}):
        raise BadInput({"row_id": N_("The page did not say which row it adds. Open it again.")})
    return replace(form, row=max(rows.values(), default=0) + 1, record_id=record_id)


def complete(by: Actor, form: Address, *, revision: int) -> Record:
    """Say that a repeating form is complete, with all its rows; without rows, that there is nothing to record.

    Refused while required items are missing without a reason; those of rows are named `AE[3].AETERM`.
    """
    acts = Acts.on_subject(form.subject_id)
    found = find_subject(by, form.subject_id, acts.at)
    tell = typed_on(found, form.key)
    with attempt(by, Permission.RECORD_COMPLETE, Action.RECORD_COMPLETED, found.place, tell) as acting:
        return _complete(acts, acting, found, form, revision)


def _complete(acts: Acts, by: Actor, found: Found, form: Address, revision: int) -> Record:
    acts.about = found.about
    book = records.open_at(found, form, acts.at)
    records.expect_revision(book.records.get(form.key), revision)
    records.expect_open(book, form)
    whole = book.records.get(form.key) or records.start(book, form)
    rows = _rows_of(book, whole)
    missing = tuple(_missing(book, [whole, *rows]))
    if missing:
        said = N_("Required items have neither an answer nor a reason.")
        raise IllegalState(said, state="required_missing", needed=missing)
    for record in (*rows, whole):
        _close(acts, by, book, record)
    acts.write()
    return whole


def _rows_of(book: OpenCasebook, whole: Record) -> list[Record]:
    """The rows of a form that stand, in their order."""
    keys = (key for key in book.records if key.row and key._replace(row=0) == whole.key)
    return [book.records[key] for key in sorted(keys) if book.records[key].state != "removed"]


def _missing(book: OpenCasebook, found: list[Record]) -> Iterator[str]:
    seen = book.as_seen()
    for record in found:
        place = f"{record.form}[{record.row}]." if record.row else ""
        yield from (f"{place}{item}" for item in missing_required(book.compiled, seen, record.key))


def _close(acts: Acts, by: Actor, book: OpenCasebook, record: Record) -> None:
    if record.state == "complete":
        return
    begun = [each for each in (book.events[record.key.event], record) if each is record or is_new(each)]
    record.state, record.revision = "complete", record.revision + 1
    acts.add(by, Action.RECORD_COMPLETED, begun, about=about_record(acts.about, record))
