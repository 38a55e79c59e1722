"""The answers of one save, read one by one: those that change something, and those that cannot stand."""

from collections.abc import Mapping

from forms.casebook import Casebook, RecordKey
from forms.compiled import CompiledStudy
from forms.datum import Datum, differs
from forms.definitions import Item, Study
from forms.entry_rules import Fault, fault
from forms.findings import Refusal
from forms.reading import Reading, read, storable
from forms.values import value_of
from forms.wording import shown, unknown_item_text


def read_answers(
    compiled: CompiledStudy, casebook: Casebook, key: RecordKey, answers: Mapping[str, Datum]
) -> tuple[dict[str, Datum], list[Refusal]]:
    """The answers that differ from what is stored, ready to be judged, and the refusals of those that break a rule.

    An answer that is exactly what is stored is no change, whatever today's rules say of it. On a row an item of the
    form itself is unknown, as an item of the row is on the form.
    """
    study = compiled.study
    known = frozenset(compiled.items_at(key.form, key.row))
    taken: dict[str, Datum] = {}
    refused: list[Refusal] = []
    before = casebook.records.get(key, {})
    for oid, typed in answers.items():
        if not differs(before.get(oid), typed):
            continue
        item = study.forms[key.form].items[oid] if oid in known else None
        if item is None:
            refused.append(_unknown(oid, typed, key, study))
            continue
        reading = _reading(item, typed, study)
        found = reading.fault
        if found is None and differs(before.get(oid), reading.datum):
            found = _fault_of_place(item, casebook, key, reading.datum)
            if found is None:
                taken[oid] = reading.datum
        if found is not None:
            refused.append(Refusal(oid, storable(typed), found.rule, study.version, found.message))
    return taken, refused


def _unknown(oid: str, typed: Datum, key: RecordKey, study: Study) -> Refusal:
    """The refusal of an answer to an item that this record does not hold."""
    rule = "unknown" if oid not in study.forms[key.form].items else "of the form" if key.row else "of rows"
    return Refusal(shown(oid), storable(typed), "unknown", study.version, unknown_item_text(oid, rule))


def _reading(item: Item, typed: Datum, study: Study) -> Reading:
    if item.is_computed:
        return Reading(typed, fault("computed", "computed", item, typed.text or ""))
    return read(item, typed, study)


def _fault_of_place(item: Item, casebook: Casebook, key: RecordKey, datum: Datum) -> Fault | None:
    """A frozen or locked record or item takes no change, and a unique item no value of another subject's or row's."""
    if key in casebook.held_records or (key, item.oid) in casebook.held_items:
        return fault("held", "held", item, datum.text or "")
    if item.unique_in_subject and _stands_in_another_row(item, casebook, key, datum):
        return fault("unique", "unique row", item, datum.text or "")
    return fault("unique", "unique", item, datum.text or "") if item.oid in casebook.taken else None


def _stands_in_another_row(item: Item, casebook: Casebook, key: RecordKey, datum: Datum) -> bool:
    """Whether another record of the form holds the same value, however it is written: 1 is 01."""
    typed = value_of(item, datum)
    others = (values for other, values in casebook.records.items() if other.form == key.form and other != key)
    return typed is not None and any(value_of(item, values.get(item.oid)) == typed for values in others)
