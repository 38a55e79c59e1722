"""The syntax tree of one expression, as written: no types yet, every node with its place in the text."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple


class Span(NamedTuple):
    """Where a node stands: characters from `start` to `end`, line and column of the first, from 1."""

    start: int
    end: int
    line: int
    column: int


@dataclass(frozen=True)
class Number:
    """A number, with a UCUM code where it is a quantity."""

    span: Span
    value: Fraction
    unit: str | None = None


@dataclass(frozen=True)
class Text:
    """A quoted text: a code, a date inside `date()`, or a text."""

    span: Span
    value: str


@dataclass(frozen=True)
class Truth:
    """`True` or `False`."""

    span: Span
    value: bool


@dataclass(frozen=True)
class Listing:
    """A list in square brackets, to the right of `in`."""

    span: Span
    members: tuple["Node", ...]


@dataclass(frozen=True)
class Name:
    """An item, a parameter, a form or an event fact: one to three words joined by dots."""

    span: Span
    words: tuple[str, ...]


@dataclass(frozen=True)
class Call:
    """A function with its arguments."""

    span: Span
    function: str
    arguments: tuple["Node", ...]


@dataclass(frozen=True)
class Not:
    """`not x`."""

    span: Span
    operand: "Node"


@dataclass(frozen=True)
class Junction:
    """`a and b and c`, or the same with `or`."""

    span: Span
    operator: str
    operands: tuple["Node", ...]


@dataclass(frozen=True)
class Compare:
    """Two sides and one of `== != < <= > >= in`; `not in` is `Not` of `in`."""

    span: Span
    operator: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True)
class Arithmetic:
    """Two sides and one of `+ - * /`."""

    span: Span
    operator: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True)
class Negative:
    """`-x`."""

    span: Span
    operand: "Node"


Node = Number | Text | Truth | Listing | Name | Call | Not | Junction | Compare | Arithmetic | Negative


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below, in the order of the text."""
    match node:
        case Listing(_, members):
            return members
        case Call(_, _, arguments):
            return arguments
        case Not(_, operand) | Negative(_, operand):
            return (operand,)
        case Junction(_, _, operands):
            return operands
        case Compare(_, _, left, right) | Arithmetic(_, _, left, right):
            return (left, right)
        case _:
            return ()


def walk(root: Node) -> Iterator[tuple[Node, int]]:
    """Every node with its depth, the root at 1, without recursion."""
    waiting = [(root, 1)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        waiting.extend((child, depth + 1) for child in reversed(children(node)))
