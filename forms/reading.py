"""Reading what was typed: every value is taken as it stands or refused with the rule it broke, never repaired.

What is kept is the typed text verbatim (`1.20` is not `1.2`, full-width digits stay full-width and are read as their
ASCII equivalents) but for white space around it. Three things are put where they belong: a `<` or `>` typed before a
laboratory value becomes its comparator, several codes stand in the order of their list, and a unit that has no
alternative is filled in. A unit without a value is what a page offers by default and says nothing. `-0` is zero.
"""

import re
from dataclasses import replace
from typing import NamedTuple

from forms.datum import Datum
from forms.definitions import Item, ItemType, Study
from forms.entry_rules import LONGEST, Fault, fault, fault_of
from forms.numerals import narrowed

_UNSTORABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What neither PostgreSQL nor XML 1.0 can hold: control characters, lone surrogates, non-characters."""


class Reading(NamedTuple):
    """What became of one typed value: the datum to keep, or as it was typed with the fault that refuses it."""

    datum: Datum
    fault: Fault | None


def read(item: Item, typed: Datum, study: Study) -> Reading:
    """Read one answer. The datum of a refused one is as typed, in a form that can be stored."""
    datum = _tidied(item, typed)
    found = _fault_of_parts(item, datum, study)
    if found is None and datum.text is not None:
        found = fault_of(item, datum, study.codelists)
        if found and found.rule == "type":  # what is no number is quoted with the sign that was taken for a comparator
            found = fault_of(item, replace(datum, text=(typed.text or "").strip()), study.codelists)
    if found is not None:
        return Reading(storable(typed), found)
    return Reading(_settled(item, datum, study), None)


def storable(typed: Datum) -> Datum:
    """A datum that any database can hold: what cannot be stored is written as its escape, and a text that is longer
    than any text may be is cut. For the trace of a refusal; nothing that is accepted needs it."""
    return Datum(*(_storable_text(part) for part in (typed.text, typed.unit, typed.comparator, typed.missing)))


def _storable_text(text: str | None) -> str | None:
    if text is None:
        return None
    cut = text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text)})"
    return _UNSTORABLE.sub(lambda match: match.group().encode("unicode_escape").decode("ascii"), cut)


def _tidied(item: Item, typed: Datum) -> Datum:
    """Without surrounding white space, empty parts as None, the comparator split off, a lonely unit gone."""
    parts = ((part or "").strip() or None for part in (typed.text, typed.unit, typed.comparator, typed.missing))
    text, unit, comparator, missing = parts
    comparator = narrowed(comparator) if comparator else None
    first = narrowed(text[0]) if text else ""
    if text and item.type is ItemType.LAB and first in {"<", ">"} and comparator in {None, first}:
        text, comparator = text[1:].lstrip() or None, first
    return Datum(text, unit if text else None, comparator, missing)


def _settled(item: Item, datum: Datum, study: Study) -> Datum:
    """The accepted datum with what only one thing can mean filled in."""
    if datum.text and len(item.units) == 1 and datum.unit is None:
        return replace(datum, unit=item.units[0].ucum)
    if datum.text and item.type is ItemType.CODES:
        chosen = set(datum.text.split())
        listed = study.codelists[item.codelist or ""].codes
        return replace(datum, text=" ".join(term.code for term in listed if term.code in chosen))
    return datum


def _fault_of_parts(item: Item, datum: Datum, study: Study) -> Fault | None:
    """Faults between the parts of a datum, whatever its item's type."""
    text, comparator, missing = datum.text or "", datum.comparator, datum.missing
    for part in (text, datum.unit, comparator, missing):
        if part and _UNSTORABLE.search(part, 0, LONGEST + 1):
            return fault("characters", "characters", item, part)
    if missing and not _is_reason(missing, study):
        return fault("missing", "reason", item, missing)
    if missing and (text or comparator):
        return fault("missing", "reason and value", item, f"{comparator or ''}{text}")
    return _fault_of_comparator(item, comparator, text) if comparator else None


def _is_reason(missing: str, study: Study) -> bool:
    reasons = study.codelists.get(study.missing_reasons or "")
    return reasons is not None and reasons.find(missing) is not None


def _fault_of_comparator(item: Item, comparator: str, text: str) -> Fault | None:
    if item.type is not ItemType.LAB:
        return fault("comparator", "no comparator", item, f"{comparator}{text}")
    if comparator not in {"<", ">"}:
        return fault("comparator", "comparator", item, comparator)
    if not text:
        return fault("comparator", "comparator alone", item, comparator)
    if narrowed(text[0]) in "<>":
        return fault("comparator", "two comparators", item, f"{comparator} {text}")
    return None
