"""Further test cases from a YAML or JSON file: check id → list of {given, fires}."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from forms.loading.derivations import read_cases
from forms.loading.faults import Mark, PackageFaults, Report
from forms.loading.nodes import Listing, Mapped, read_yaml


def load_cases(path: str | Path) -> dict[str, tuple[Mapping[str, Any], ...]]:
    """The cases of a file, by check; raises `PackageFaults` where it is none."""
    file, report = Path(path), Report()
    cases = {}
    try:
        root = read_yaml(file.read_text(encoding="utf-8"), file.name, report)
    except UnicodeDecodeError:
        root = None
        report.add(Mark(file.name, 1), file.name, "the file is not UTF-8 text", "save it as UTF-8")
    if isinstance(root, Mapped):
        for id, node in root.entries.items():
            entries = tuple(node.entries) if isinstance(node, Listing) else (node,)
            cases[id] = read_cases(entries, id, report, "fires")
    elif root is not None:
        report.add(root.mark, file.name, "cases are a mapping of check ids to lists", "EC040: [{given: {PLT: 50}, …}]")
    if report.faults:
        raise PackageFaults(report.faults)
    return cases
