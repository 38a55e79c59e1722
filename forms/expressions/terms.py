"""The typed tree: what a checked expression computes, with units resolved and conversions made explicit."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from forms.expressions.names import Reference, Which
from forms.expressions.sorts import Sort
from forms.expressions.tree import Span
from forms.functions.catalogue import Function
from forms.kinds import Value


@dataclass(frozen=True)
class Term:
    """A part with its static type and its place; subclasses say what it computes."""

    span: Span
    sort: Sort

    @property
    def parts(self) -> tuple["Term", ...]:
        """The terms directly below, in the order of the text."""
        return ()


@dataclass(frozen=True)
class Constant(Term):
    """A literal: a Fraction, a text, a Moment, a time or a truth value."""

    value: Fraction | Value


@dataclass(frozen=True)
class Listed(Term):
    """A list of terms, to the right of `in`."""

    members: tuple[Term, ...]

    @property
    def parts(self) -> tuple[Term, ...]:
        """The terms directly below."""
        return self.members


@dataclass(frozen=True)
class Read(Term):
    """The value of an item; `outer` reads it from the record the expression runs on, from inside a row predicate."""

    reference: Reference
    outer: bool

    @property
    def asked(self) -> Reference:
        """The reference as a scope understands it."""
        return (
            Reference("row", None, self.reference.item) if self.reference.place in ("rows", "this") else self.reference
        )


@dataclass(frozen=True)
class Limit(Read):
    """The upper or lower limit of normal of an item."""

    which: Which


@dataclass(frozen=True)
class ParameterRead(Term):
    """A study parameter."""

    name: str


@dataclass(frozen=True)
class Fact(Term):
    """A fact about the event; `outer` as in `Read`."""

    name: str
    outer: bool


@dataclass(frozen=True)
class Question(Term):
    """A question to the casebook; `today` is one of them."""

    name: str
    arguments: tuple[str, ...]


@dataclass(frozen=True)
class Rows(Term):
    """A look at all rows of a form: `any`, `count` or `sum` (of `value`) over those that meet the condition."""

    how: str
    form: str
    condition: Term
    value: Term | None = None

    @property
    def parts(self) -> tuple[Term, ...]:
        """The terms directly below."""
        return (self.condition,) if self.value is None else (self.condition, self.value)


@dataclass(frozen=True)
class Operation(Term):
    """Something computed from all its operands.

    `operator` is `+ - * /`, `negative`, `and`, `or`, `not`, or the name of one of the functions that the language
    itself defines (`present`, `case`, `max` and so on).
    """

    operator: str
    operands: tuple[Term, ...]

    @property
    def parts(self) -> tuple[Term, ...]:
        """The terms directly below."""
        return self.operands


@dataclass(frozen=True)
class Comparison(Operation):
    """A comparison, or `in` and `not in`, of two operands; numbers stand in one unit, whose code is `unit`."""

    unit: str | None = None


@dataclass(frozen=True)
class Scaled(Term):
    """A number moved to another unit: value × factor + offset."""

    operand: Term
    factor: Fraction
    offset: Fraction

    @property
    def parts(self) -> tuple[Term, ...]:
        """The terms directly below."""
        return (self.operand,)


@dataclass(frozen=True)
class Apply(Term):
    """A registered function with its arguments, each already in the unit the function wants."""

    function: Function
    arguments: tuple[Term, ...]

    @property
    def parts(self) -> tuple[Term, ...]:
        """The terms directly below."""
        return self.arguments


def walk(root: Term, *, into_rows: bool = True) -> Iterator[Term]:
    """Every term in the order of the text; without `into_rows`, what is inside row predicates is left out."""
    yield root
    if isinstance(root, Rows) and not into_rows:
        return
    for part in root.parts:
        yield from walk(part, into_rows=into_rows)
