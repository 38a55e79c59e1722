"""From the text of an expression to its syntax tree, within fixed bounds of length and depth."""

import re
from fractions import Fraction
from functools import lru_cache
from typing import Any

from lark import Lark, Token, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken
from lark.tree import Meta
from lark.visitors import Transformer_NonRecursive

from forms.expressions.faults import ExpressionFault, ExpressionFaults
from forms.expressions.tree import (
    Arithmetic,
    Call,
    Compare,
    Junction,
    Listing,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Span,
    Text,
    Truth,
    walk,
)

GRAMMAR_VERSION = "1"
LONGEST, DEEPEST = 2000, 50

_BRACKET = re.compile(r"[()\[\]]|'[^'\n]*'|\"[^\"\n]*\"")
_SPOKEN = {
    "COMPARATOR": "a comparison (== != < <= > >=)",
    "ADDITIVE": "+ or -",
    "MULTIPLICATIVE": "* or /",
    "NUMBER": "a number",
    "NAME": "a name",
    "TEXT": "a quoted text",
    "LPAR": "(",
    "RPAR": ")",
    "LSQB": "[",
    "RSQB": "]",
    "COMMA": ",",
    "TRUE": "True",
    "FALSE": "False",
    "DOT": ".",
    "$END": "the end",
}

_HABITS = {
    "=": "write == to compare",
    "&": "write and",
    "|": "write or",
    "!": "write not, or != to compare",
    "^": "there is no power; multiply",
    "**": "there is no power; multiply",
    ";": "join conditions by and, or",
}


@v_args(inline=True, meta=True)
class _Builder(Transformer_NonRecursive[Token, Node]):
    """Builds nodes from the bottom up; without recursion, so that no depth of nesting can exhaust the stack."""

    def start(self, meta: Meta, root: Node) -> Node:
        return root

    def disjunction(self, meta: Meta, *parts: Node) -> Node:
        return parts[0] if len(parts) == 1 else Junction(_span(meta), "or", parts)

    def conjunction(self, meta: Meta, *parts: Node) -> Node:
        return parts[0] if len(parts) == 1 else Junction(_span(meta), "and", parts)

    def negation(self, meta: Meta, operand: Node) -> Node:
        return Not(_span(meta), operand)

    def comparison(self, meta: Meta, left: Node, operator: Token, right: Node) -> Node:
        return Compare(_span(meta), str(operator), left, right)

    def membership(self, meta: Meta, left: Node, right: Node) -> Node:
        return Compare(_span(meta), "in", left, right)

    def exclusion(self, meta: Meta, left: Node, right: Node) -> Node:
        return Compare(_span(meta), "not in", left, right)

    def arithmetic(self, meta: Meta, left: Node, operator: Token, right: Node) -> Node:
        return Arithmetic(_span(meta), str(operator), left, right)

    def signed(self, meta: Meta, sign: Token, operand: Node) -> Node:
        return Negative(_span(meta), operand) if sign == "-" else operand

    def number(self, meta: Meta, digits: Token) -> Node:
        return Number(_span(meta), Fraction(str(digits)))

    def quantity(self, meta: Meta, digits: Token, unit: Token) -> Node:
        return Number(_span(meta), Fraction(str(digits)), unit[1:-1])

    def text(self, meta: Meta, quoted: Token) -> Node:
        return Text(_span(meta), quoted[1:-1])

    def true(self, meta: Meta) -> Node:
        return Truth(_span(meta), True)

    def false(self, meta: Meta) -> Node:
        return Truth(_span(meta), False)

    def listing(self, meta: Meta, *members: Node) -> Node:
        return Listing(_span(meta), members)

    def name(self, meta: Meta, *words: Token) -> Node:
        return Name(_span(meta), tuple(str(word) for word in words))

    def call(self, meta: Meta, function: Token, *arguments: Node) -> Node:
        return Call(_span(meta), str(function), arguments)

    def group(self, meta: Meta, inner: Node) -> Node:
        return inner


_PARSER = Lark.open(
    "grammar.lark", rel_to=__file__, parser="lalr", lexer="basic", propagate_positions=True, maybe_placeholders=False
)
_BUILDER = _Builder()
_KEPT = 2048


@lru_cache(maxsize=_KEPT)
def parse(text: str) -> Node:
    """The syntax tree; raises ExpressionFaults with the place, what was found and what was expected.

    A package is validated, tested and published from the same texts, so the last trees are kept.
    """
    if len(text) > LONGEST:
        raise ExpressionFaults((ExpressionFault(f"the expression has {len(text)} characters; {LONGEST} are allowed"),))
    if not text.strip():
        raise ExpressionFaults((ExpressionFault("the expression is empty"),))
    _expect_few_brackets(text)
    try:
        root: Any = _BUILDER.transform(_PARSER.parse(text))
    except UnexpectedInput as refused:
        raise ExpressionFaults((_syntax_fault(text, refused),)) from None
    _expect_shallow(root)
    tree: Node = root
    return tree


def _expect_few_brackets(text: str) -> None:
    """Counts open brackets outside quoted texts: redundant ones leave no trace in the tree."""
    opened = 0
    for found in _BRACKET.finditer(text):
        opened += {"(": 1, "[": 1, ")": -1, "]": -1}.get(found.group(), 0)
        if opened > DEEPEST:
            raise ExpressionFaults(
                (ExpressionFault(f"more than {DEEPEST} brackets are open", *_place(text, found.start())),)
            )


def _place(text: str, at: int) -> tuple[int, int]:
    """Line and column of a character, both from 1."""
    before = text[:at]
    return before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1


def _expect_shallow(root: Node) -> None:
    for node, depth in walk(root):
        if depth > DEEPEST:
            message = f"the expression is nested more than {DEEPEST} levels deep"
            hint = "long sums can be written as sum(a, b, ...)"
            raise ExpressionFaults((ExpressionFault(message, node.span.line, node.span.column, hint),))


def _syntax_fault(text: str, refused: UnexpectedInput) -> ExpressionFault:
    if isinstance(refused, UnexpectedToken) and refused.token.type != "$END":
        expected, found = refused.accepts or refused.expected, f"'{refused.token}' is not expected here"
    elif isinstance(refused, UnexpectedCharacters):
        expected, found = set(), f"'{refused.char}' cannot stand here"
    else:
        return _ends_early(text, refused)
    spoken = tuple(sorted(_SPOKEN.get(name, name.lower()) for name in expected))
    return ExpressionFault(found, refused.line, refused.column, _syntax_hint(text, refused), spoken)


def _ends_early(text: str, refused: UnexpectedInput) -> ExpressionFault:
    expected = refused.expected if isinstance(refused, UnexpectedToken | UnexpectedEOF) else ()
    spoken = tuple(sorted(_SPOKEN.get(name, name.lower()) for name in expected))
    lines = text.rstrip().split("\n")
    return ExpressionFault("the expression ends too early", len(lines), len(lines[-1]) + 1, None, spoken)


def _syntax_hint(text: str, refused: UnexpectedInput) -> str | None:
    """What somebody used to another language probably meant."""
    at = sum(len(line) + 1 for line in text.split("\n")[: refused.line - 1]) + refused.column - 1
    rest = text[at - 1 :] if text[at - 1 : at + 1] == "**" else text[at:]
    if isinstance(refused, UnexpectedToken) and refused.token.type == "COMPARATOR" and "AND" in refused.expected:
        return "join comparisons by and: a < b and b < c"
    if isinstance(refused, UnexpectedCharacters) and rest[:1] in ("'", '"'):
        return "the quoted text has no end"
    if not rest[:1].isascii():
        return "names are written in plain letters A to Z"
    return next((hint for mark, hint in _HABITS.items() if rest.startswith(mark)), None) or (
        "numbers are written out: 100000, 2.5" if rest[:1].isdigit() else None
    )


def _span(meta: Meta) -> Span:
    return Span(meta.start_pos, meta.end_pos, meta.line, meta.column)
