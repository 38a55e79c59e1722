"""Derivations: how a computed item comes about, with worked examples."""

from collections.abc import Mapping
from typing import Any

from forms.definitions import Derivation
from forms.loading.faults import Report
from forms.loading.fields import Fields, plain_value
from forms.loading.nodes import Mapped, Node
from forms.loading.package import Entry


def read_derivation(oid: str, entry: Entry, report: Report) -> Derivation:
    """One derivation; its unit is that of its item, filled in when all forms are read."""
    fields = Fields(entry.node, f"derivations/{oid}", report)
    fields.know("oid", "item", "formula", "decimals", "source", "tests")
    form, _, item = fields.oid("item", "DM.AGE").partition(".")
    if form and not item:
        fields.wrong("item", f"{form} is no item", "FORM.ITEM, such as DM.AGE")
    if not fields.entries("tests"):
        fields.wrong("tests", "a derivation without worked examples", "- {given: {WEIGHT: 52}, expect: 20.31}")
    formula = fields.text("formula") if fields.needs("formula", "age(BRTHDAT, RFICDAT)") else None
    decimals = fields.whole("decimals", 0)
    return Derivation(oid, form, item, formula or "", decimals=decimals, tests=read_tests(fields, "expect"))


def read_tests(fields: Fields, outcome: str) -> tuple[Mapping[str, Any], ...]:
    """The test cases of a check (`outcome` fires) or derivation (`outcome` expect): what is given and what follows."""
    return read_cases(fields.entries("tests"), f"{fields.path}/tests", fields.report, outcome)


def read_cases(nodes: tuple[Node, ...], path: str, report: Report, outcome: str) -> tuple[Mapping[str, Any], ...]:
    """The cases in a list; each has `given`, the outcome, and perhaps a note."""
    return tuple(_case(Fields(node, f"{path}/{position}", report), outcome) for position, node in enumerate(nodes, 1))


def _case(fields: Fields, outcome: str) -> Mapping[str, Any]:
    fields.know("given", outcome, "note")
    given = plain_value(fields.get("given") or Mapped(fields.node.mark))
    if not isinstance(given, dict):
        fields.wrong("given", "given must be a mapping of names to values", "given: {PLT: 50}")
        given = {}
    if outcome not in fields.node.entries:
        fields.needs(outcome, "true" if outcome == "fires" else "20.31, or null for missing")
    elif outcome == "fires" and fields.text("fires") not in ("true", "false"):
        fields.wrong("fires", "fires must be true or false")
    return {"given": given, outcome: plain_value(fields.node.entries.get(outcome))}
