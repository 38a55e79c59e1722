"""YAML text as a tree of positioned nodes in which every scalar is still text, so that `NO`, `10:15` and `1.20` stay
what they are. Aliases, tags, duplicate keys and depth without end are refused."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from forms.loading.faults import Mark, Report
from forms.spelling import did_you_mean

DEEPEST = 40
LONGEST = 4_000_000
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Scalar:
    """A text; `plain` where it was written without quotes, and so may be meant as a number or a yes."""

    mark: Mark
    text: str
    plain: bool


@dataclass(frozen=True)
class Listing:
    """A list."""

    mark: Mark
    entries: list["Node"] = field(default_factory=list)


@dataclass(frozen=True)
class Mapped:
    """A mapping, its keys in the order written; `marks` are the places of the keys."""

    mark: Mark
    entries: dict[str, "Node"] = field(default_factory=dict)
    marks: dict[str, Mark] = field(default_factory=dict)


Node = Scalar | Listing | Mapped


class _Refused(Exception):
    """The file cannot be read on: what is wrong, and in which line."""

    def __init__(self, line: int, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.line, self.message, self.hint = line, message, hint


def read_yaml(text: str, file: str, report: Report, *, with_aliases: bool = False) -> Node | None:
    """The tree of one file's text, or None where a fault in the report says why there is none.

    Programs write `&a` and `*a` for what occurs twice; `with_aliases` takes those, but for one inside another.
    """
    try:
        if len(text) > LONGEST:
            raise _Refused(1, f"the file is longer than {LONGEST:,} characters", "split it")
        return _Tree(file, report, with_aliases).build(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = min(mark.line, text.rstrip("\n").count("\n")) + 1 if mark else 1
        report.add(Mark(file, line), file, f"not YAML: {error.problem or error.context}")
    except yaml.YAMLError as error:
        report.add(Mark(file, 1), file, f"not YAML: {error}")
    except _Refused as refused:
        report.add(Mark(file, refused.line), file, refused.message, refused.hint)
    return None


class _Tree:
    """Builds the tree from the parser's events without recursion."""

    def __init__(self, file: str, report: Report, with_aliases: bool) -> None:
        self.file, self.report = file, report
        self.with_aliases = with_aliases
        self.anchored: dict[str, Node] = {}
        self.anchored_ids: set[int] = set()
        self.open: list[Listing | Mapped] = []
        self.keys: list[tuple[str, Mark] | None] = []
        self.root: Node | None = None

    def build(self, events: Iterator[yaml.Event]) -> Node:
        """The root of the only document; raises `_Refused` where there is none."""
        for event in events:
            line = event.start_mark.line + 1 if event.start_mark else 1
            self._take(event, Mark(self.file, line))
        if self.root is None:
            raise _Refused(1, "the file holds nothing", "write its definitions, or delete it")
        return self.root

    def _take(self, event: yaml.Event, mark: Mark) -> None:
        anchor = getattr(event, "anchor", None)
        if anchor and not self.with_aliases:
            raise _Refused(mark.line, "aliases (& and *) are not part of the package format", "write the value out")
        tag = getattr(event, "tag", None)
        if tag:
            raise _Refused(mark.line, f"the tag {tag} is not part of the package format", "leave the ! out")
        if isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
            raise _Refused(mark.line, "a second document in one file", "one file holds one document")
        if isinstance(event, yaml.AliasEvent):
            self._again(anchor or "", mark)
        elif isinstance(event, yaml.ScalarEvent):
            self._scalar(Scalar(mark, event.value, event.style in (None, "")), mark)
        elif isinstance(event, yaml.SequenceStartEvent):
            self._enter(Listing(mark), mark, anchor)
        elif isinstance(event, yaml.MappingStartEvent):
            self._enter(Mapped(mark), mark, anchor)
        elif isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
            self.open.pop()
            self.keys.pop()

    def _again(self, anchor: str, mark: Mark) -> None:
        """What stands under an anchor, once more; never inside an anchored part, where it would multiply."""
        inside = any(id(node) in self.anchored_ids for node in self.open)
        is_key = bool(self.open) and isinstance(self.open[-1], Mapped) and self.keys[-1] is None
        if anchor not in self.anchored or inside or is_key:
            raise _Refused(mark.line, f"the alias *{anchor} cannot stand here", "write the value out")
        self._attach(self.anchored[anchor])

    def _enter(self, node: Listing | Mapped, mark: Mark, anchor: str | None) -> None:
        if self.open and isinstance(self.open[-1], Mapped) and self.keys[-1] is None:
            raise _Refused(mark.line, "a key must be a plain word")
        if len(self.open) >= DEEPEST:
            raise _Refused(mark.line, f"nested deeper than {DEEPEST} levels")
        self._attach(node)
        if anchor:
            self.anchored[anchor] = node
            self.anchored_ids.add(id(node))
        self.open.append(node)
        self.keys.append(None)

    def _scalar(self, scalar: Scalar, mark: Mark) -> None:
        if self.open and isinstance(self.open[-1], Mapped) and self.keys[-1] is None:
            self.keys[-1] = (scalar.text, mark)
        else:
            self._attach(scalar)

    def _attach(self, node: Node) -> None:
        if not self.open:
            self.root = node
            return
        parent = self.open[-1]
        if isinstance(parent, Listing):
            parent.entries.append(node)
            return
        key, mark = self.keys[-1] or ("", node.mark)
        self.keys[-1] = None
        if key in parent.entries:
            first = parent.marks[key].line
            self.report.add(mark, key, f"the key {key} is written twice", f"first in line {first}; keep one of them")
            return
        parent.entries[key] = node
        parent.marks[key] = mark


def unknown_keys(node: Mapped, known: frozenset[str], path: str, report: Report) -> None:
    """Report the keys that have no meaning here."""
    for key in node.entries:
        if key not in known:
            hint = did_you_mean(key, known) or f"known here: {', '.join(sorted(known))}"
            report.add(node.marks[key], f"{path}/{key}", f"unknown key {key}", hint)
