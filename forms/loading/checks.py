"""Written edit checks; one with `for_every: laboratory item` stands for a check of each laboratory item, one with
`for_every: criterion` for a check of each criterion whose computed twin the data can decide."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from forms.definitions import Check, Derivation, Form, ItemType
from forms.landmarks import DayRule
from forms.loading.cases import read_tests
from forms.loading.faults import Report
from forms.loading.fields import Fields
from forms.loading.package import Entry
from forms.loading.vocabulary import CASE, CHECK, EVERY, SEVERITIES
from forms.texts import Text

_LITERAL = re.compile(r"'[^']*'")


@dataclass(frozen=True)
class WrittenCheck:
    """A check as it was written; with `every` it has no form yet and stands for one of each such item."""

    check: Check
    every: str | None


def read_check(id: str, entry: Entry, languages: tuple[str, ...], report: Report) -> WrittenCheck:
    """One check as it was written."""
    fields = Fields(entry.node, f"checks/{id}", report, languages)
    fields.know(CHECK)
    every = _for_every(fields)
    for key, example in (
        ("items", "[PLT]"),
        ("why", "registry text, exclusion 13"),
        ("fires_when", "BMI < 16 'kg/m2'"),
    ):
        fields.needs(key, example)
    check = Check(
        id=fields.oid("id", "EC040"),
        form="" if every else fields.oid("on", "HEM"),
        items=fields.names("items"),
        fires_when=fields.text("fires_when") or "",
        severity=fields.choice("severity", SEVERITIES),
        message=fields.words("message"),
        version=fields.text("version") or entry.version,
        gate=fields.text("gate"),
        why=fields.text("why"),
        events=fields.names("events") or None,
        tests=read_tests(fields, CASE),
    )
    return WrittenCheck(check, every)


def _for_every(fields: Fields) -> str | None:
    """The kind of item of which the check stands for one each."""
    every = fields.text("for_every")
    if every is not None and every not in EVERY:
        fields.wrong("for_every", f"for_every cannot be {every}", " or ".join(EVERY))
    if every and fields.get("on"):
        fields.wrong("on", f"a check for every {every} stands on each item's own form", "leave on out")
    return every


@dataclass(frozen=True)
class Spreading:
    """What checks are spread over: the forms, where they keep sample and laboratory, and the derivations."""

    forms: Mapping[str, Form]
    samples: Mapping[str, DayRule]
    derivations: tuple[Derivation, ...]

    def checks(self, written: WrittenCheck) -> Iterator[Check]:
        """The check itself, or one for each item of its kind: `$ITEM` becomes its OID, the id gets `:FORM.ITEM`."""
        if written.every == "laboratory item":
            yield from self._for_laboratory_items(written.check)
        elif written.every == "criterion":
            yield from self._for_criteria(written.check)
        elif written.every is None:
            yield written.check

    def _for_laboratory_items(self, check: Check) -> Iterator[Check]:
        """`$LABID` is the form's laboratory; among the items it is left out where the form has none."""
        for form in self.forms.values():
            laboratory = self.samples[form.oid].laboratory if form.oid in self.samples else None
            for item in form.items.values():
                if item.type is ItemType.LAB:
                    one = _for_item(check, form.oid, item.oid, {"$LABID": laboratory or ""})
                    yield replace(one, analyte=f"{form.oid}.{item.oid}")

    def _for_criteria(self, check: Check) -> Iterator[Check]:
        """`$TWIN` is the computed item of the same OID and an A; one that can say one thing only rests on judgement."""
        decided = {
            (each.form, each.item) for each in self.derivations if len(set(_LITERAL.findall(each.expression))) > 1
        }
        for form in self.forms.values():
            for item in form.items.values():
                twin = f"{item.oid}A"
                if item.protocol_text and (form.oid, twin) in decided:
                    yield _for_item(check, form.oid, item.oid, {"$TWIN": twin})


def _for_item(check: Check, form: str, item: str, names: Mapping[str, str]) -> Check:
    """The check of one item, `$ITEM` and the other names put in."""

    def put(value: Any) -> Any:
        if isinstance(value, dict):
            return {put(key): put(entry) for key, entry in value.items()}
        for name, word in ({"$ITEM": item} | dict(names)).items():
            value = value.replace(name, word) if isinstance(value, str) else value
        return value

    return replace(
        check,
        id=f"{check.id}:{form}.{item}",
        form=form,
        items=tuple(named for named in map(put, check.items) if named),
        fires_when=put(check.fires_when),
        message=Text({tag: put(said) for tag, said in check.message.by_language.items()}),
        tests=tuple(put(case) for case in check.tests),
    )
