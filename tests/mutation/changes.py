"""How one node may be changed."""

import ast
import re
from collections.abc import Iterator
from typing import Any

ORDERS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult, ast.Pow: ast.Mult, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip
PAIRS = (
    ("min", "max"), ("all", "any"), ("low", "high"), ("low_open", "high_open"), ("earliest", "latest"), ("lt", "le"),
    ("gt", "ge"), ("eq", "ne"), ("alert_low", "alert_high"), ("age_min", "age_max"), ("less", "less_or_equal"),
    ("valid_from", "valid_to"),
)  # fmt: skip
OTHER = {one: other for pair in PAIRS for one, other in (pair, pair[::-1])}
BUILT_IN = ("min", "max", "all", "any")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:/[0-9]+)?")
_CONDITION = re.compile(r"[<>]=?.*(?:ULN|LLN|BASE|[0-9])(?: or .*)?")
_DIGITS = re.compile(r"[0-9]+")
Above = tuple[ast.AST, ...]


def changes_of(node: ast.AST, above: Above) -> Iterator[ast.AST]:
    """What may stand in the place of a node."""
    match node:
        case ast.Compare():
            yield from _comparison(node)
        case ast.IfExp(_, body, otherwise):
            yield from (body, otherwise)
        case ast.Constant():
            yield from _constant(node, above)
        case ast.Name(name, ast.Load()) if name in OTHER and _is_known(OTHER[name], above):
            yield ast.Name(OTHER[name], ast.Load())
        case ast.Attribute(value, name, ast.Load()) if name in OTHER:
            yield ast.Attribute(value, OTHER[name], ast.Load())
        case _:
            yield from _operation(node)
    if isinstance(node, ast.expr) and _is_condition(node, above[-1]):
        yield from (ast.Constant(True), ast.Constant(False))


def _operation(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.BoolOp(op, values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
        case ast.UnaryOp(ast.Not() | ast.USub(), operand):
            yield operand
        case ast.BinOp(left, op, right) if type(op) in ARITHMETIC:
            yield ast.BinOp(left, ARITHMETIC[type(op)](), right)
        case ast.AugAssign(target, op, value) if type(op) in ARITHMETIC:
            yield ast.AugAssign(target, ARITHMETIC[type(op)](), value)


def _comparison(node: ast.Compare) -> Iterator[ast.AST]:
    for index, op in enumerate(node.ops):
        others = [*node.ops]
        others[index] = ORDERS[type(op)]()
        yield ast.Compare(node.left, others, node.comparators)


def _constant(node: ast.Constant, above: Above) -> Iterator[ast.AST]:
    value: Any = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
        if _is_three_valued(above):
            yield ast.Constant(None)
    elif isinstance(value, int):
        yield from (ast.Constant(value + 1), ast.Constant(value - 1))
    elif value is None and _is_three_valued(above) and not isinstance(above[-1], ast.Compare | ast.arguments):
        yield from (ast.Constant(True), ast.Constant(False))
    elif isinstance(value, str):
        yield from (ast.Constant(text) for text in _texts(value))


def _texts(text: str) -> Iterator[str]:
    """Numbers in texts one up, comparisons in texts with and without their bound."""
    if _NUMBER.fullmatch(text):
        yield _DIGITS.sub(lambda found: str(int(found.group()) + 1), text, count=1)
    elif _CONDITION.fullmatch(text):
        yield text.replace("=", "", 1) if "=" in text[:2] else f"{text[0]}={text[1:]}"
        for found in _DIGITS.finditer(text):
            yield f"{text[: found.start()]}{int(found.group()) + 1}{text[found.end() :]}"


def _is_condition(node: ast.expr, parent: ast.AST) -> bool:
    """Whether it decides which way to go."""
    if isinstance(parent, ast.If | ast.match_case):
        return node is (parent.test if isinstance(parent, ast.If) else parent.guard)
    return isinstance(parent, ast.comprehension) and node in parent.ifs


def _is_three_valued(above: Above) -> bool:
    """Whether the function around gives a truth value that may be UNKNOWN."""
    functions = [node for node in above if isinstance(node, ast.FunctionDef)]
    said = ast.unparse(functions[-1].returns) if functions and functions[-1].returns else ""
    return "Truth" in said or "bool | None" in said


def _is_known(name: str, above: Above) -> bool:
    """Whether a name means something here: it is built in, or the function around uses it too."""
    functions = [node for node in above if isinstance(node, ast.FunctionDef | ast.Module)]
    used = {node.id for node in ast.walk(functions[-1]) if isinstance(node, ast.Name)}
    return (
        name in BUILT_IN
        or name in used
        or name in {node.arg for node in ast.walk(functions[-1]) if isinstance(node, ast.arg)}
    )
