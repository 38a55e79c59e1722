"""YAML and JSON files of other people's making as trees of texts, lists and mappings, nothing in them interpreted.

Every scalar stays the text it is in the file (`24.0` is not `24`), as if somebody had typed it. A key that stands twice
in one mapping, aliases, anchors, tags and a file without end are refused: of two values one would be lost, and a short
file could stand for gigabytes.
"""

import json
from pathlib import Path
from typing import NoReturn

from ecrf.errors import BadInput
from ecrf.messages import N_, Message
from ecrf.names import printable
from forms.loading.faults import Report
from forms.loading.nodes import DEEPEST, LONGEST, Listing, Node, Scalar, read_yaml

Tree = str | None | list["Tree"] | dict[str, "Tree"]
"""A scalar's text, None for an empty one; a list; a mapping in the order of the file."""

_NOTHING = ("", "null", "~")


def read_tree(path: Path) -> Tree:
    """What a file holds: JSON where its name ends so, else YAML. Raises `BadInput` with every fault by its line."""
    text = _text_of(path)
    return _json(text) if path.suffix.lower() == ".json" else _yaml(text, path.name)


def _text_of(path: Path) -> str:
    """The text of a file, of which no more is read than may be in it."""
    try:
        with path.open("rb") as file:
            text = file.read(LONGEST * 4 + 1).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise _unreadable("file", str(fault)) from fault
    if len(text) > LONGEST:
        raise _unreadable("file", f"it is longer than {LONGEST:,} characters; split it")
    return text


def _yaml(text: str, name: str) -> Tree:
    report = Report()
    root = read_yaml(text, name, report)
    if root is None or report.faults:
        said: dict[str, list[str]] = {}
        for fault in report.faults:
            what = f"{fault.message} ({fault.hint})" if fault.hint else fault.message
            said.setdefault(f"line {fault.line}", []).append(what)
        raise BadInput({line: _why("; ".join(whats)) for line, whats in said.items()})
    return _plain(root)


def _plain(node: Node) -> Tree:
    if isinstance(node, Scalar):
        return None if node.plain and node.text in _NOTHING else node.text
    if isinstance(node, Listing):
        return [_plain(entry) for entry in node.entries]
    return {key: _plain(entry) for key, entry in node.entries.items()}


def _json(text: str) -> Tree:
    try:
        found = json.loads(
            text, parse_int=str, parse_float=str, parse_constant=_no_number, object_pairs_hook=_once_each
        )  # fmt: skip
        tree = _settled(found, 0)
        json.dumps(tree, ensure_ascii=False).encode()  # fails on half a surrogate pair written as an escape
    except RecursionError:
        raise _unreadable("file", f"it is nested deeper than {DEEPEST} levels") from None
    except ValueError as fault:
        raise _unreadable("file", str(fault)) from fault
    return tree


def _settled(value: object, depth: int) -> Tree:
    """What the parser made of JSON, its `true` and `false` as the texts they are."""
    if depth > DEEPEST:
        raise RecursionError
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return [_settled(entry, depth + 1) for entry in value]
    if isinstance(value, dict):
        return {key: _settled(entry, depth + 1) for key, entry in value.items()}
    return None if value is None else str(value)


def _once_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {printable(key)} is written twice")
        found[key] = value
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _unreadable(where: str, why: str) -> BadInput:
    return BadInput({where: _why(why)})


def _why(why: str) -> Message:
    return Message(N_("The file cannot be read: %(why)s"), {"why": why[:300]})
