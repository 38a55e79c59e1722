"""The changes of an entry that no row shows: values that were refused, and the words given as reasons."""

from collections.abc import Iterable, Mapping

from audit.entries import Change
from ecrf.models.records import Record
from ecrf.services.trail import Reason
from forms.datum import Datum, differs
from forms.findings import Refusal

NOT_STARTED = "new"
"""Stands for the id of a record that has not begun."""
# A refused value may be of any length; the trail keeps enough of it to know what was typed.
KEPT_OF_REFUSED = 2000


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
    """What an act that was refused as a whole would have changed."""
    stored = record.values if record else {}
    record_id = record.id if record else NOT_STARTED
    return tuple(
        _typed(record_id, item, typed, why) for item, typed in answers.items() if differs(stored.get(item), typed)
    )


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
