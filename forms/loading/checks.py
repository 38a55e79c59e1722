"""Written edit checks; one with `for_every: laboratory item` stands for a check of each laboratory item."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from forms.definitions import Check, DayRule, Form, ItemType
from forms.loading.derivations import read_tests
from forms.loading.faults import Report
from forms.loading.fields import Fields
from forms.loading.package import Entry

KEYS = (
    "id", "on", "for_every", "items", "fires_when", "severity", "gate", "message", "why", "events", "version", "tests",
)  # fmt: skip
SEVERITIES = ("soft", "hard")
EVERY = "laboratory item"
GATES = ("enrolment",)


def read_check(id: str, entry: Entry, languages: tuple[str, ...], report: Report) -> Check:
    """One check as it was written; one for every laboratory item has the analyte `*` until it is spread out."""
    fields = Fields(entry.node, f"checks/{id}", report, languages)
    fields.know(*KEYS)
    every = _is_for_every(fields)
    for key, example in (
        ("items", "[PLT]"),
        ("why", "registry text, exclusion 13"),
        ("fires_when", "BMI < 16 'kg/m2'"),
    ):
        fields.needs(key, example)
    return Check(
        id=fields.oid("id", "EC040"),
        form="" if every else fields.oid("on", "HEM"),
        items=fields.names("items"),
        fires_when=fields.text("fires_when") or "",
        severity=fields.choice("severity", SEVERITIES),
        message=fields.words("message"),
        version=fields.text("version") or entry.version,
        gate=fields.choice("gate", GATES) if fields.get("gate") else None,
        why=fields.text("why"),
        events=fields.names("events") or None,
        analyte="*" if every else None,
        tests=read_tests(fields, "fires"),
    )


def _is_for_every(fields: Fields) -> bool:
    """Whether the check stands for one of each laboratory item."""
    every = fields.text("for_every")
    if every not in (None, EVERY):
        fields.wrong("for_every", f"for_every cannot be {every}", EVERY)
    if every and fields.get("on"):
        fields.wrong("on", "a check for every laboratory item stands on each item's own form", "leave on out")
    return every is not None


def spread(check: Check, forms: dict[str, Form], samples: dict[str, DayRule]) -> Iterator[Check]:
    """The check itself, or one for each laboratory item: `$ITEM` becomes its OID, the id gets `:FORM.ITEM`."""
    if check.analyte != "*":
        yield check
        return
    for form in forms.values():
        laboratory = samples[form.oid].laboratory if form.oid in samples else None
        for item in form.items.values():
            if item.type is ItemType.LAB:
                yield _for_item(check, form.oid, item.oid, laboratory)


def _for_item(check: Check, form: str, item: str, laboratory: str | None) -> Check:
    """The check of one laboratory item; `$LABID` among the items is the form's laboratory, if it has one."""

    def put(value: Any) -> Any:
        if isinstance(value, dict):
            return {put(key): put(entry) for key, entry in value.items()}
        return value.replace("$ITEM", item).replace("$LABID", laboratory or "") if isinstance(value, str) else value

    return replace(
        check,
        id=f"{check.id}:{form}.{item}",
        form=form,
        items=tuple(named for named in map(put, check.items) if named),
        fires_when=put(check.fires_when),
        analyte=f"{form}.{item}",
        tests=tuple(put(case) for case in check.tests),
    )
