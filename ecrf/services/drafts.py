"""What somebody types and has not saved: kept while it is typed, until it is saved, discarded or old.

A draft is no record of anything yet, so no entry of the trail tells of it: what counts is what is saved (FDA guidance
on electronic systems, 2024, Q12). Of a page it keeps what differs both from what the page began with and from what
stands now; what other windows of the same person put into the draft stays in it.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from ecrf import clock
from ecrf.db import db
from ecrf.errors import NotFound, Unreadable
from ecrf.ids import new_id
from ecrf.messages import N_
from ecrf.models.drafts import Draft
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.services import records
from ecrf.services.attempts import attempt
from ecrf.services.casebooks import Found, OpenCasebook, find_subject
from ecrf.services.records import Address
from ecrf.services.trail import Reason
from forms.datum import Datum, differs, without_lonely_unit

LARGEST = 2**18
"""Characters of one draft as JSON: a form of two hundred items takes a tenth of it."""
MOST = 500
_TOO_LARGE = N_("This is larger than what a draft holds. It stays on the page; save it.")
_TOO_MANY = N_("You have too many drafts. Save or discard some of them; what you typed here stays on the page.")

Document = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Typed:
    """What one page or program says was typed. `before` are the answers it was typed against, None where that is not
    known; `chosen` says of a colliding item whether `theirs` or `yours` is to stand.

    `seen` are the names (`ALT`, `reply.<query>`) that the page typed in or was shown from the draft: for these it
    speaks alone, what the draft holds under other names stays. None: for all of them.
    """

    answers: Mapping[str, Datum] = field(default_factory=dict)
    before: Mapping[str, Datum] | None = field(default_factory=dict)
    reasons: Mapping[str, Reason] = field(default_factory=dict)
    replies: Mapping[str, str] = field(default_factory=dict)
    chosen: Mapping[str, str] = field(default_factory=dict)
    seen: frozenset[str] | None = None


@dataclass(frozen=True)
class Kept:
    """That there is a draft now: since when, and the time zone of the site."""

    at: datetime
    zone: str


def keep(by: Actor, address: Address, typed: Typed, *, revision: int, limit: timedelta) -> Kept | None:
    """Keep what is typed; None where nothing is left that is not saved. Drafts older than `limit` are forgotten.

    Whether the form is frozen or locked is not asked: nothing is saved by this. `revision` is the one typed against.
    """
    now = clock.now()
    found, book, place = _open(by, address, now)
    db.session.execute(delete(Draft).where(Draft.kept_at < now - limit))
    record = book.records.get(place.key) if not place.record_id else None
    values = record.values if record else {}
    if typed.before is None and record is not None and record.revision == revision:
        typed = replace(typed, before=values)
    kept = _held(by, address)
    document = _merged([draft.typed for draft in kept], typed, values)
    if not any(document.values()):
        _drop(kept)
        return None
    if len(json.dumps(document)) > LARGEST:
        raise Unreadable(413, _TOO_LARGE)
    draft = kept.pop() if kept else _begun(by, found, place, now)
    _drop(kept)
    moved = {"row": 0 if place.record_id else place.row, "row_id": place.record_id or "", "revision": revision}
    db.session.execute(update(Draft).where(Draft.id == draft.id).values(**moved, typed=document, kept_at=now))
    return Kept(now, found.site.timezone)


def settle(by: Actor, address: Address, names: frozenset[str]) -> None:
    """Take what a save has settled, by its names, out of the draft, and what is saved by now from wherever."""
    kept = _held(by, address)
    if kept:
        _, book, place = _open(by, address, clock.now())
        record = book.records.get(place.key)
        for draft in kept:
            document = _merged([draft.typed], Typed(seen=names), record.values if record else {})
            if any(document.values()):
                db.session.execute(update(Draft).where(Draft.id == draft.id).values(typed=document))
            else:
                _drop([draft])


def discard(by: Actor, address: Address) -> None:
    """Forget what was typed, as its person asks."""
    _open(by, address, clock.now())
    _drop(_held(by, address))


def _open(by: Actor, address: Address, now: datetime) -> tuple[Found, OpenCasebook, Address]:
    """The casebook around the place of a draft, and that place: with the id of the row's record, where it is a row that
    is not there yet."""
    found = find_subject(by, address.subject_id, now)
    with attempt(by, Permission.RECORD_EDIT, None, found.place):
        book = records.open_at(found, address, now)
    record = book.records.get(address.key)
    is_there = record is not None and address.record_id in (None, record.id)
    if is_there or not address.row:
        return found, book, replace(address, record_id=None)
    if address.record_id is None:
        raise NotFound("row")
    return found, book, address


def _held(by: Actor, address: Address) -> list[Draft]:
    """The person's drafts at a place, held until the transaction ends, the newest last: one, but for a row that had a
    draft while it was new."""
    at = (
        Draft.user_id == by.id, Draft.subject_id == address.subject_id, Draft.event == address.event.oid,
        Draft.instance == address.event.instance, Draft.form == address.form, _is_at(address.row, address.record_id),
    )  # fmt: skip
    held = select(Draft).where(*at).order_by(Draft.kept_at).with_for_update()
    return list(db.session.scalars(held.execution_options(populate_existing=True)))


def _is_at(row: int, record_id: str | None) -> ColumnElement[bool]:
    """The condition that a draft is of the form (row 0), of one of its rows, or of the row with this id while it was
    new."""
    there = and_(Draft.row == row, Draft.row_id == "")
    return or_(there, Draft.row_id == record_id) if record_id else there


def _begun(by: Actor, found: Found, place: Address, now: datetime) -> Draft:
    """A new draft, or the one that another window has just begun."""
    if (db.session.scalar(select(func.count()).where(Draft.user_id == by.id)) or 0) >= MOST:
        raise Unreadable(413, _TOO_MANY)
    insert = sqlite_insert if db.session.get_bind().dialect.name == "sqlite" else postgres_insert
    first = insert(Draft).values(
        id=new_id(), user_id=by.id, study_id=found.study.id, site_id=found.site.id, subject_id=found.subject.id,
        event=place.event.oid, instance=place.event.instance, form=place.form,
        row=0 if place.record_id else place.row, row_id=place.record_id or "", revision=0, typed={}, begun_at=now,
        kept_at=now,
    )  # fmt: skip
    db.session.execute(first.on_conflict_do_nothing())
    return _held(by, place)[-1]


def _drop(drafts: Iterable[Draft]) -> None:
    ids = [draft.id for draft in drafts]
    if ids:
        db.session.execute(delete(Draft).where(Draft.id.in_(ids)))


def _merged(kept: Iterable[Mapping[str, Any]], typed: Typed, values: Mapping[str, Datum]) -> Document:
    """What was kept, the newest last, and what is typed now over it; without what is saved by now."""
    found: Document = {"answers": {}, "reasons": {}, "replies": {}, "chosen": {}}
    for document in kept:
        for part, names in found.items():
            prefix = "reply." if part == "replies" else ""
            names |= {
                name: each for name, each in document.get(part, {}).items()
                if typed.seen is not None and f"{prefix}{name}" not in typed.seen
            }  # fmt: skip
    found["answers"] |= dict(_changed(typed, values))
    found["answers"] = {item: each for item, each in found["answers"].items() if _is_unsaved(item, each, values)}
    given = ((item, reason.code, _storable(reason.text or "")) for item, reason in typed.reasons.items())
    found["reasons"] |= {item: {"code": code, "text": text} for item, code, text in given if code or text}
    found["chosen"] |= typed.chosen
    for part in ("reasons", "chosen"):
        found[part] = {item: each for item, each in found[part].items() if item in found["answers"]}
    found["replies"] |= {_storable(query): _storable(text) for query, text in typed.replies.items() if text.strip()}
    return found


def _changed(typed: Typed, values: Mapping[str, Datum]) -> Iterable[tuple[str, dict[str, Any]]]:
    """The answers that differ from those the page began with, each with that one."""
    for item, answer in typed.answers.items():
        before = None if typed.before is None else typed.before.get(item, Datum())
        said = without_lonely_unit(answer)
        if before is None or differs(before, said):
            document = {part: _storable(text) for part, text in said.document().items()}
            yield item, {"typed": document, "before": None if before is None else before.document()}


def _is_unsaved(item: str, kept: Mapping[str, Any], values: Mapping[str, Datum]) -> bool:
    return differs(values.get(item), Datum.from_document(kept["typed"]))


def _storable(text: str) -> str:
    """Text as both databases can hold it: without NUL, which no control of a page can hold either."""
    return text.replace("\x00", "\N{SYMBOL FOR NULL}")
