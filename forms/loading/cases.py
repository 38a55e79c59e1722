"""Test cases: those that stand with a check or derivation, and further ones from a YAML or JSON file of their own."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from forms.loading.faults import Mark, PackageFaults, Report
from forms.loading.fields import Fields, plain_value
from forms.loading.nodes import Listing, Mapped, Node, read_yaml
from forms.loading.vocabulary import CASE, EXAMPLE, Keys

Case = Mapping[str, Any]


def read_tests(fields: Fields, keys: Keys) -> tuple[Case, ...]:
    """The tests of a check (`CASE`) or derivation (`EXAMPLE`): what is given and what follows."""
    cases = _each(fields.entries("tests"), f"{fields.path}/tests", fields.report)
    return tuple(_case(case.know(keys), keys) for case in cases)


def load_cases(path: str | Path) -> dict[str, tuple[Case, ...]]:
    """The cases of a file, by check or derivation; raises `PackageFaults` where it is none.

    The file is not part of a package, so that what else its cases say of themselves is passed over.
    """
    file, report = Path(path), Report()
    cases: dict[str, tuple[Case, ...]] = {}
    try:
        root = read_yaml(file.read_text(encoding="utf-8"), file.name, report, with_aliases=True)
    except UnicodeDecodeError:
        root = None
        report.add(Mark(file.name, 1), file.name, "the file is not UTF-8 text", "save it as UTF-8")
    if isinstance(root, Mapped):
        for id, node in root.entries.items():
            entries = tuple(node.entries) if isinstance(node, Listing) else (node,)
            cases[id] = tuple(_case(case, _keys_of(case)) for case in _each(entries, id, report))
    elif root is not None:
        report.add(root.mark, file.name, "cases are a mapping of check ids to lists", "EC040: [{given: {PLT: 50}, …}]")
    if report.faults:
        raise PackageFaults(report.faults)
    return cases


def _each(nodes: tuple[Node, ...], path: str, report: Report) -> Iterator[Fields]:
    return (Fields(node, f"{path}/{position}", report) for position, node in enumerate(nodes, 1))


def _keys_of(case: Fields) -> Keys:
    return EXAMPLE if "expect" in case.node.entries else CASE


def _case(fields: Fields, keys: Keys) -> Case:
    outcome = "fires" if keys is CASE else "expect"
    given = plain_value(fields.get("given") or Mapped(fields.node.mark))
    if not isinstance(given, dict):
        fields.wrong("given", "given must be a mapping of names to values", "given: {PLT: 50}")
        given = {}
    if outcome not in fields.node.entries:
        fields.needs(outcome, "true" if outcome == "fires" else "20.31, or null for missing")
    elif outcome == "fires" and (fields.text("fires") or "").lower() not in ("true", "false"):
        fields.wrong("fires", "fires must be true or false")
    return {"given": given, outcome: plain_value(fields.node.entries.get(outcome))}
