"""The files of a study package as sheets of raw definitions by OID, with those of an included earlier version below."""

from dataclasses import dataclass, field, replace
from os.path import relpath
from pathlib import Path

from forms.loading.faults import Mark, Report
from forms.loading.fields import Fields
from forms.loading.nodes import Listing, Mapped, Node, Scalar, read_yaml
from forms.loading.vocabulary import KINDS, WITHOUT
from forms.spelling import did_you_mean

DEMONSTRATION = "demonstration"
"""A folder beside the definitions that the loader leaves alone: subjects for the demonstration."""
_SINGLE_FILES = ("study.yaml", "codelists.yaml", "derivations.yaml", "laboratories.yaml")
_KEYED_BY = {"events": "oid", "checks": "id", "derivations": "oid"}


@dataclass(frozen=True)
class Entry:
    """One definition as it was written, and the version of the package that wrote it."""

    node: Node
    version: str


@dataclass
class Sheets:
    """Everything that was written, by kind and OID; `study` are the fields of study.yaml."""

    study: Mapped
    parts: dict[str, dict[str, Entry]] = field(default_factory=lambda: {kind: {} for kind in KINDS})


def read_package(folder: Path, report: Report) -> Sheets:
    """The sheets of a package folder, its `include` resolved."""
    return _Folder(folder, folder, report, frozenset()).sheets()


class _Folder:
    """One package folder being read; `root` is the package that was asked for, `above` the folders that include it."""

    def __init__(self, folder: Path, root: Path, report: Report, above: frozenset[Path]) -> None:
        self.folder, self.root, self.report = folder, root, report
        self.above = above | {folder.resolve()}

    def sheets(self) -> Sheets:
        """The included version's definitions, replaced by OID by this folder's own."""
        study = self._mapped(self.folder / "study.yaml")
        if study is None:
            return Sheets(Mapped(Mark("study.yaml", 1)))
        fields = Fields(study, "study", self.report)
        own = self._own(study, fields.text("version") or "0")
        base = self._included(fields)
        if base is None:
            return own
        return self._merged(base, own, fields)

    def _included(self, fields: Fields) -> Sheets | None:
        include = fields.text("include")
        if include is None:
            return None
        folder = self.folder / include
        if folder.resolve() in self.above:
            fields.wrong("include", f"{include} includes itself")
            return None
        if not (folder / "study.yaml").is_file():
            fields.wrong("include", f"there is no package at {include}", "a path relative to this package's folder")
            return None
        return _Folder(folder, self.root, self.report, self.above).sheets()

    def _merged(self, base: Sheets, own: Sheets, fields: Fields) -> Sheets:
        study = Mapped(own.study.mark, base.study.entries | own.study.entries, base.study.marks | own.study.marks)
        merged = Sheets(study, {kind: _in_order(base.parts[kind], own.parts[kind]) for kind in KINDS})
        without = fields.inside("without").know(WITHOUT)
        for kind in KINDS:
            for oid in without.names(kind):
                if merged.parts[kind].pop(oid, None) is None:
                    hint = did_you_mean(oid, merged.parts[kind])
                    without.wrong(kind, f"{oid} is not in the included version", hint)
        return merged

    def _own(self, study: Mapped, version: str) -> Sheets:
        sheets = Sheets(study)
        self._strangers()
        for kind in ("parameters", "events"):
            self._sort_in(sheets, kind, study.entries.get(kind), version)
        for kind in ("codelists", "derivations", "laboratories"):
            if (self.folder / f"{kind}.yaml").is_file():
                self._sort_in(sheets, kind, self._read(self.folder / f"{kind}.yaml"), version)
        for file in sorted((self.folder / "forms").glob("*.yaml")):
            node = self._read(file)
            if node is not None:
                sheets.parts["forms"][file.stem] = Entry(node, version)
        for file in sorted((self.folder / "checks").glob("*.yaml")):
            self._sort_in(sheets, "checks", self._read(file), version)
        return sheets

    def _sort_in(self, sheets: Sheets, kind: str, node: Node | None, version: str) -> None:
        """Add the definitions of one file (or one part of study.yaml) to their sheet, each under its OID."""
        if node is None:
            return
        key = _KEYED_BY.get(kind)
        if key is None and isinstance(node, Mapped):
            for oid, entry in node.entries.items():
                sheets.parts[kind][oid] = Entry(replace(entry, mark=node.marks[oid]), version)
        elif key is not None and isinstance(node, Listing):
            for entry in node.entries:
                self._add(sheets.parts[kind], entry, key, kind, version)
        else:
            shape = "a mapping by OID" if key is None else f"a list of definitions, each with its {key}"
            self.report.add(node.mark, kind, f"{kind} must be {shape}")

    def _add(self, sheet: dict[str, Entry], node: Node, key: str, kind: str, version: str) -> None:
        named = node.entries.get(key) if isinstance(node, Mapped) else None
        if not isinstance(named, Scalar):
            self.report.add(node.mark, kind, f"a definition without {key}", f"begin it with `{key}: …`")
        elif named.text in sheet:
            first = sheet[named.text].node.mark
            hint = f"first in {first.file} line {first.line}"
            self.report.add(named.mark, f"{kind}/{named.text}", f"{named.text} is defined twice", hint)
        else:
            sheet[named.text] = Entry(node, version)

    def _strangers(self) -> None:
        """Report YAML files that nothing reads: a definition in them would be silently missing."""
        for file in sorted(self.folder.rglob("*.y*ml")):
            inside = file.relative_to(self.folder)
            known = str(inside) in _SINGLE_FILES or str(inside.parent) in ("forms", "checks") and file.suffix == ".yaml"
            if not known and inside.parts[0] != DEMONSTRATION:
                self.report.add(
                    Mark(self._name(file), 1),
                    str(inside),
                    "nothing reads this file",
                    f"known are {', '.join(_SINGLE_FILES)}, forms/*.yaml and checks/*.yaml",
                )

    def _mapped(self, file: Path) -> Mapped | None:
        if not file.is_file():
            mark = Mark(self._name(file), 1)
            self.report.add(mark, "study", "study.yaml is missing", "a package is a folder that holds it")
            self.report.is_partial = True
            return None
        node = self._read(file)
        if node is None or isinstance(node, Mapped):
            return node
        self.report.add(node.mark, "study", "study.yaml must be a mapping of fields")
        return None

    def _read(self, file: Path) -> Node | None:
        name = self._name(file)
        try:
            node = read_yaml(file.read_text(encoding="utf-8"), name, self.report)
        except UnicodeDecodeError:
            self.report.add(Mark(name, 1), name, "the file is not UTF-8 text", "save it as UTF-8")
            node = None
        self.report.is_partial |= node is None
        return node

    def _name(self, file: Path) -> str:
        return relpath(file, self.root)


def _in_order(base: dict[str, Entry], own: dict[str, Entry]) -> dict[str, Entry]:
    """The definitions of both, each of the included version in its place, a new one behind the one it follows here."""
    order = list(base)
    at = next((order.index(oid) for oid in own if oid in base), len(order))
    for oid in own:
        if oid not in base:
            order.insert(at, oid)
        at = order.index(oid) + 1
    return {oid: own[oid] if oid in own else base[oid] for oid in order}
