"""What an entry tells that no row shows: values and words that were refused, where they were tried, and reasons."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import select

from audit.entries import Change
from ecrf.db import db
from ecrf.errors import Place
from ecrf.models.records import Record
from ecrf.services import studies
from ecrf.services.attempts import Telling
from ecrf.services.casebooks import Found
from ecrf.services.trail import Reason
from forms.casebook import RecordKey
from forms.datum import Datum, differs, without_lonely_unit
from forms.findings import Refusal

NOT_STARTED = "new"
"""Stands for the id of a record that has not begun."""
REASON, SAID = "reason", f"query_messages/{NOT_STARTED}/text"
# A refused value may be of any length; the trail keeps enough of it to know what was typed.
KEPT_OF_REFUSED = 2000
_MOST_ROWS = 99999


def item_path(record_id: str, item: str) -> str:
    """The path of one item of one record in the trail."""
    return f"records/{record_id}/data/{item}"


def refused_changes(record_id: str, refused: Iterable[Refusal]) -> tuple[Change, ...]:
    """What was typed and not accepted, each with the rule that refused it and the version of that rule."""
    return tuple(_refused(record_id, refusal) for refusal in refused)


def _refused(record_id: str, refusal: Refusal) -> Change:
    return _typed(record_id, refusal.item, refusal.typed, f"{refusal.rule}@{refusal.version}")


def _typed(record_id: str, item: str, typed: Datum, why: str) -> Change:
    return Change(
        path=item_path(record_id, item[:64]), value=storable(typed.text), kind="datum", unit=storable(typed.unit),
        comparator=storable(typed.comparator), missing=storable(typed.missing), mark="refused", reason_code=why,
    )  # fmt: skip


def attempted_changes(record: Record | None, answers: Mapping[str, Datum], why: str) -> tuple[Change, ...]:
    """What an act that was refused as a whole would have changed; a unit without a value says nothing."""
    stored, record_id = (record.values, record.id) if record else ({}, NOT_STARTED)
    said = {item: without_lonely_unit(typed) for item, typed in answers.items()}
    moved = {item: typed for item, typed in said.items() if differs(stored.get(item), typed)}
    return tuple(_typed(record_id, item, typed, why) for item, typed in moved.items())


def typed_on(found: Found, key: RecordKey, answers: Mapping[str, Datum] | None = None) -> Telling:
    """For `attempt`: the place of a record, as far as there is such a place, and what would have changed there."""

    def tell(why: str) -> tuple[Place, Sequence[Change]]:
        record = _record_at(found, key)
        place = about_place(found, record) if record else _planned_place(found, key)
        return place, attempted_changes(record, answers or {}, why)

    return tell


def _record_at(found: Found, key: RecordKey) -> Record | None:
    if storable(key.form) != key.form:
        return None
    of_form = select(Record).where(Record.subject_id == found.subject.id, Record.form == key.form)
    return next((record for record in db.session.scalars(of_form) if record.key == key), None)


def about_place(found: Found, record: Record) -> Place:
    """The place of a record that has begun."""
    return replace(
        found.place, event=record.key.event.written, form=record.form, row=record.row, record=record.id,
        study_version=record.study_version,
    )  # fmt: skip


def _planned_place(found: Found, key: RecordKey) -> Place:
    """The place of a record that has not begun: the subject's where the plan has none like it."""
    version = found.version_in_force
    if version is None or not _is_planned(found, key, version):
        return found.place
    return replace(found.place, event=key.event.written, form=key.form, row=key.row, study_version=version)


def _is_planned(found: Found, key: RecordKey, version: int) -> bool:
    event = studies.compiled(found.study.id, version).study.events.get(key.event.oid)
    return event is not None and key.form in event.forms and key.row <= _MOST_ROWS


def unsaid(place: Place, path: str, text: str | None) -> Telling:
    """For `attempt`: words that somebody wrote and that were not taken, a `REASON` or what was to be `SAID`."""

    def tell(why: str) -> tuple[Place, Sequence[Change]]:
        written = bool(text and text.strip())
        return place, (Change(path, storable(text), mark="refused", reason_code=why),) if written else ()

    return tell


def reason_notes(record: Record, accepted: Mapping[str, Datum], reasons: Mapping[str, Reason]) -> tuple[Change, ...]:
    """The reason given for each changed item: its code, and the words where there are any."""
    given = ((item, reasons[item]) for item in accepted if item in reasons)
    return tuple(
        Change(path=item_path(record.id, item), value=reason.text, mark="note", reason_code=reason.code)
        for item, reason in given
        if reason.code
    )


def storable(text: str | None) -> str | None:
    """Text as both databases can hold it: cut to length, without NUL and lone surrogates."""
    if text is None:
        return None
    cut = text[:KEPT_OF_REFUSED].replace("\x00", "\N{SYMBOL FOR NULL}")
    return cut.encode("utf-8", "replace").decode("utf-8")
