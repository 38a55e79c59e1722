"""A record opened for its page: judged as a save would judge it, and never written.

The page's facts come from the same casebook and the same rules as a save's, so that what it shows is what a save does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ecrf import clock
from ecrf.models.holds import Hold
from ecrf.models.records import Record
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import ENTERING, Permission
from ecrf.reads import departures
from ecrf.reads import forms as reads
from ecrf.reads.form_queries import queries_on, unsettled_on
from ecrf.reads.form_sight import as_seen
from ecrf.reads.forms import FormFacts, FormGone, FormHold, FormRow, Who
from ecrf.services.attempts import attempt
from ecrf.services.casebooks import Found, OpenCasebook, find_subject
from ecrf.services.record_states import entered
from ecrf.services.records import Address, open_at
from ecrf.services.traces import typed_on
from forms.casebook import Casebook
from forms.criteria import grounds_of, twins_of
from forms.datum import Datum
from forms.definitions import Form, ItemType
from forms.findings import Refusal
from forms.judge import judge, reconsider
from forms.standing import Standing, standing

_ON_A_FORM = (
    Permission.RECORD_EDIT, Permission.RECORD_COMPLETE, Permission.QUERY_RAISE, Permission.QUERY_ANSWER,
    Permission.RECORD_NOT_DONE, Permission.RECORD_REMOVE,
    Permission.QUERY_CLOSE, Permission.QUERY_REOPEN, Permission.HOLD_FREEZE, Permission.HOLD_LOCK, Permission.HOLD_LIFT,
)  # fmt: skip


@dataclass(frozen=True)
class Weighed:
    """What a save of these answers would bring: the facts with its computed values in place, and what it refuses."""

    facts: FormFacts
    refused: Mapping[str, Refusal]


def open_page(by: Actor, address: Address) -> FormFacts:
    """Everything the page of one record shows; someone else's subject does not exist."""
    book = _open(by, address, Permission.RECORD_READ)
    record = book.records.get(address.key)
    seen = _with_person(book, book.as_seen())
    values = record.values if record else {**_offered(book, address), **_computed(book, address, seen)}
    return _shown(by, book, _facts(by, book, address, seen, values))


def weigh(by: Actor, address: Address, answers: Mapping[str, Datum]) -> Weighed:
    """What would become of these answers, by the judge of a save; nothing is written."""
    book = _open(by, address, Permission.RECORD_EDIT)
    record, seen = book.records.get(address.key), _with_person(book, book.as_seen())
    verdict = judge(book.compiled, seen, address.key, answers)
    derived = {each.item: each.value for each in verdict.derived if each.record == address.key}
    stored = dict(record.values) if record else {}
    after = replace(seen, records={**seen.records, address.key: {**stored, **verdict.accepted, **derived}})
    facts = _shown(by, book, _facts(by, book, address, after, {**stored, **derived}))
    return Weighed(facts, {refusal.item: refusal for refusal in verdict.refused})


def _open(by: Actor, address: Address, permission: Permission) -> OpenCasebook:
    found = find_subject(by, address.subject_id, now := clock.now())
    with attempt(by, permission, None, found.place, typed_on(found, address.key)):
        return open_at(found, address, now)


def _offered(book: OpenCasebook, address: Address) -> dict[str, Datum]:
    """What a form that has not begun offers: the screening number, which nobody should type twice."""
    event, form, item = (book.compiled.study.number_item or "..").split(".")
    alias = book.compiled.study.events[address.event.oid].alias
    return {item: Datum(book.found.subject.screening_number)} if (alias, address.form) == (event, form) else {}


def _computed(book: OpenCasebook, address: Address, seen: Casebook) -> dict[str, Datum]:
    """What the data say already of the criteria of a form that has not begun."""
    if not twins_of(book.compiled.study.forms[address.form]):
        return {}
    begun = replace(seen, records={**seen.records, address.key: {}})
    verdict = reconsider(book.compiled, begun, [address.key])
    return {each.item: each.value for each in verdict.derived if each.record == address.key}


def _with_person(book: OpenCasebook, seen: Casebook) -> Casebook:
    """The casebook with the records that say who the subject is and when the visits were, where rules do not need
    them."""
    study = book.compiled.study
    paths = (study.sex_item, study.birth_item, f"*.{study.visit_item}")
    wanted = {path.split(".")[1] for path in paths} - {key.form for key in seen.records}
    if not wanted:
        return seen
    return replace(seen, records={**reads.values_of(book.found.subject.id, wanted), **seen.records})


def _facts(
    by: Actor, book: OpenCasebook, address: Address, seen: Casebook, values: Mapping[str, Datum]
) -> FormFacts:  # fmt: skip
    study, record = book.compiled.study, book.records.get(address.key)
    form, event = study.forms[address.form], study.events[address.event.oid]
    now = standing(book.compiled, seen, address.key)
    zero = next((key for key in now.visits if study.events[key.oid].target == 0), None)
    holds = tuple(_holds(book, address, record))
    day, rows = now.visits.get(address.event), _rows(by, book, address)
    gone = _gone(book, address)
    return FormFacts(
        who=_who(book, now), study=study, event=event, instance=address.event.instance, form=form, row=address.row,
        record_id=record.id if record else None,
        state=gone.state if gone else _with_rows(_state(record, holds), () if address.row else rows),
        revision=record.revision if record else 0, values=values, items=now.items, shown=now.shown,
        required=frozenset() if gone else now.required, missing=() if gone else now.missing,
        ranges=now.ranges, ranged=_ranged(seen, address.form, form),
        visit_date=day.isoformat() if day else None, visit_offset=now.day_of(address.event, zero), today=book.today,
        may=_allowed(by, book.found),
        queries=queries_on(by, record) if record else (), holds=holds,
        stale=reads.stale_items(record.id) if record and book.holds else frozenset(),
        entries=reads.entries_of(record.chain, record.id) if record else {},
        saved=reads.last_act(record.chain, record.sequence) if record else None, rows=rows, is_asked=now.is_asked,
        new_id=None if record else address.record_id, grounds=grounds_of(book.compiled, seen, address.key),
        free=_free(form, rows) if address.row and not record else {}, gone=gone,
        holds_answers=record is not None and bool(entered(book, record)),
    )  # fmt: skip


def _allowed(by: Actor, found: Found) -> frozenset[str]:
    """What the actor may do on the form; at a closed site nothing that enters data."""
    offered = [each for each in _ON_A_FORM if found.site.status == "open" or each not in ENTERING]
    return frozenset(each.value for each in offered if by.may(each, found.study.id, found.site.id))


def _ranged(seen: Casebook, oid: str, form: Form) -> frozenset[str]:
    """The laboratory items that some laboratory has a range for."""
    labs = (item.oid for item in form.items.values() if item.type is ItemType.LAB)
    return frozenset(item for item in labs if seen.ranges.knows(f"{oid}.{item}"))


def _shown(by: Actor, book: OpenCasebook, facts: FormFacts) -> FormFacts:
    """The facts as this reader sees them."""
    return as_seen(by, facts, (book.found.study.id, book.found.site.id))


def _who(book: OpenCasebook, now: Standing) -> Who:
    """The subject, with sex and date of birth as far as they are entered."""
    subject, site = book.found.subject, book.found.site
    birth = now.birth.isoformat() if now.birth else None
    return Who(subject.id, subject.number, site.code, site.name, site.timezone, now.sex, birth)


def _gone(book: OpenCasebook, address: Address) -> FormGone | None:
    """What took the record away, with who said so and why."""
    gone = book.gone(address.key)
    if gone is None:
        return None
    own = isinstance(gone.thing, Record) and gone.thing.key == address.key
    said = departures.said_of(book.found.subject.chain, gone.thing.__tablename__, gone.thing.id)
    return FormGone(gone.what, gone.state, own, *said[:2], book.found.site.timezone, *said[2:])


def _state(record: Record | None, holds: tuple[FormHold, ...]) -> str:
    if record is not None and record.state == "removed":
        return "removed"
    whole = {hold.kind for hold in holds if hold.item is None}
    if whole:
        return "locked" if "lock" in whole else "frozen"
    return record.state if record else "not_started"


def _holds(book: OpenCasebook, address: Address, record: Record | None) -> list[FormHold]:
    """The freezes and locks on the record, then those on single items."""
    whole = book.holds_on(book.events.get(address.event), address.form, record)
    return [_hold(book, hold) for hold in (*whole, *book.item_holds(record))]


def _hold(book: OpenCasebook, hold: Hold) -> FormHold:
    zone = book.found.site.timezone
    return FormHold(hold.id, hold.level, hold.kind, hold.item, hold.held_by, hold.held_at, zone, hold.reason)


def _free(form: Form, rows: Iterable[FormRow]) -> dict[str, int]:
    """The next free number of each whole number that no two rows of a subject share."""
    counted = [item.oid for item in form.items.values() if item.unique_in_subject and item.type is ItemType.INTEGER]
    taken = {oid: [row.values[oid].text or "" for row in rows if oid in row.values] for oid in counted}
    return {oid: 1 + max((int(text) for text in texts if text.isdecimal()), default=0) for oid, texts in taken.items()}


def _with_rows(state: str, rows: Iterable[FormRow]) -> str:
    """The state of a form with its rows: a complete one is in progress again while one of its rows is."""
    return "in_progress" if state == "complete" and any(row.state == "in_progress" for row in rows) else state


def _rows(by: Actor, book: OpenCasebook, address: Address) -> tuple[FormRow, ...]:
    """The rows of a repeating form, removed ones among them; their queries are counted on the page of the form."""
    whole = replace(address, row=0, record_id=None)
    rows = [book.records[key] for key in sorted(book.records) if key.row and key._replace(row=0) == whole.key]
    if not rows:
        return ()
    place = rows[0].study_id, rows[0].site_id
    asked = {} if address.row else unsettled_on(by, *place, [row.id for row in rows])
    return tuple(_row(book, replace(whole, row=row.row), row, asked) for row in rows)


def _row(book: OpenCasebook, address: Address, row: Record, asked: Mapping[tuple[str, str], int]) -> FormRow:
    counts = (asked.get((row.id, state), 0) for state in ("open", "answered"))
    return FormRow(row.row, _state(row, tuple(_holds(book, address, row))), row.values, *counts)
