"""The mutants of a module: one small change each, of the kind that moves a boundary or what becomes of a missing value.

What is only said to people is left alone: messages, hints, faults raised, the catalogue's words and examples; so are
annotations, decorators and the defaults of classes.
"""

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import CodeType

from tests.mutation.changes import changes_of
from tests.mutation.scope import TABLES

_TELLING = {
    "fault", "wrong", "needs", "UnitFault", "_fault", "ExpressionFault", "get_close_matches", "Function",
}  # fmt: skip
_WORDING = {"message", "hint", "_hint", "_name_hint", "_described"}
"""Names and functions that hold sentences."""
_SHORT, _LONG = 24, 90


@dataclass(frozen=True)
class Mutant:
    """One change: in which function, of which text, into what; `code` is that of the whole module so changed.

    `lines` are those that run it; `sets` the names that the module sets by the changed statement; `has_defaults` says
    that it changes what an argument is by default.
    """

    module: str
    owner: str
    lines: range
    before: str
    after: str
    code: CodeType
    sets: tuple[str, ...] = ()
    has_defaults: bool = False
    turn: int = 1

    @property
    def name(self) -> str:
        """What it is called in `docs/mutation.md`: the same when lines move, and its turn where several read alike."""
        return f"{self.owner}: `{self.before}` → `{self.after}`{f' ({self.turn})' if self.turn > 1 else ''}"


@dataclass(frozen=True)
class _Slot:
    """A node with the place it hangs in and the nodes above it, the module first."""

    node: ast.AST
    above: tuple[ast.AST, ...]
    field: str
    index: int | None

    def put(self, node: ast.AST) -> None:
        """Hang another node in the place."""
        parent = self.above[-1]
        if self.index is None:
            setattr(parent, self.field, node)
        else:
            getattr(parent, self.field)[self.index] = node


def mutants_of(path: Path, module: str) -> Iterator[Mutant]:
    """Every mutant of a file, in the order of its text; the tree is changed, compiled and mended for each."""
    tree, turns = ast.parse(path.read_text(encoding="utf-8"), filename=str(path)), Counter[str]()
    for slot in list(_slots(tree, ())):
        for mutant in _mutants(slot, tree, path, module):
            turns[mutant.name] += 1
            yield replace(mutant, turn=turns[mutant.name])


def _mutants(slot: _Slot, tree: ast.Module, path: Path, module: str) -> Iterator[Mutant]:
    shown = _shown(slot)
    before = ast.unparse(shown)
    for change in changes_of(slot.node, slot.above):
        slot.put(ast.copy_location(change, slot.node))
        changed = ast.unparse(change if shown is slot.node else shown)
        code = compile(ast.fix_missing_locations(tree), str(path), "exec", dont_inherit=True)
        slot.put(slot.node)
        if changed != before:
            yield Mutant(
                module, _owner(slot.above), _lines(slot), before, changed, code, _sets(slot, module), _is_default(slot)
            )


def _slots(node: ast.AST, above: tuple[ast.AST, ...]) -> Iterator[_Slot]:
    """The expressions and branches that can be changed, in the order of the text."""
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list", "type_comment"):
            continue
        for index, child in enumerate(value) if isinstance(value, list) else ((None, value),):
            if isinstance(child, ast.AST) and not _is_left_alone(child, (*above, node)):
                slot = _Slot(child, (*above, node), field, index)
                yield slot
                yield from _slots(child, (*above, node))


def _is_left_alone(node: ast.AST, above: tuple[ast.AST, ...]) -> bool:
    """What is said to people, what types say, and what a class says of its fields."""
    if isinstance(node, ast.JoinedStr | ast.Raise | ast.Assert | ast.Import | ast.ImportFrom):
        return True
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    if isinstance(node, ast.Call) and _called(node) in _TELLING:
        return True
    if isinstance(node, ast.Assign | ast.FunctionDef) and _WORDING.issuperset(_named(node)):
        return True
    parent = above[-1]
    if isinstance(parent, ast.Call) and _called(parent) == "isinstance" and node is not parent.func:
        return isinstance(node, ast.BinOp)
    if isinstance(parent, ast.Module) and isinstance(node, ast.Assign | ast.AnnAssign):
        return isinstance(node.value, ast.BinOp | ast.Subscript)
    return isinstance(parent, ast.ClassDef) and not isinstance(node, ast.FunctionDef)


def _named(node: ast.Assign | ast.FunctionDef) -> list[str]:
    """What a function or a statement gives its name to."""
    return [node.name] if isinstance(node, ast.FunctionDef) else [getattr(each, "id", "") for each in node.targets]


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _owner(above: tuple[ast.AST, ...]) -> str:
    named = [node.name for node in above if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    return ".".join(named) or "module"


def _lines(slot: _Slot) -> range:
    """The lines of the statement around; of one that holds others those of its head, of a function for its defaults."""
    around = next((node for node in (slot.node, *reversed(slot.above)) if isinstance(node, ast.stmt)), slot.above[-1])
    inner = (
        around.test
        if isinstance(around, ast.If | ast.While)
        else around.iter
        if isinstance(around, ast.For)
        else around
    )
    return range(getattr(around, "lineno", 1), (getattr(inner, "end_lineno", None) or 1) + 1)


def _sets(slot: _Slot, module: str) -> tuple[str, ...]:
    """The names set by a statement of the module itself; in a module of tables all that it sets."""
    statement = slot.above[1] if len(slot.above) > 1 else slot.node
    statements = getattr(slot.above[0], "body", ()) if module in TABLES else (statement,)
    return tuple(name for each in statements for name in _targets(each))


def _targets(statement: ast.AST) -> Iterator[str]:
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    names = [name for target in targets if target for name in getattr(target, "elts", [target])]
    yield from (name.id for name in names if isinstance(name, ast.Name))


def _is_default(slot: _Slot) -> bool:
    return any(isinstance(node, ast.arguments) for node in slot.above)


def _shown(slot: _Slot) -> ast.AST:
    """The part of the text that makes a change understood: more than a lone number, at most a short statement."""
    shown = slot.node
    for parent in reversed(slot.above):
        around = isinstance(
            parent, ast.expr | ast.keyword | ast.comprehension | ast.Return | ast.Assign | ast.AugAssign
        )
        if not around or len(ast.unparse(shown)) >= _SHORT or len(ast.unparse(parent)) > _LONG:
            break
        shown = parent
    return shown
