"""A compiled expression: what it reads, what it gives, and `compile_expression`, the one way to get it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from forms.expressions.calculating import in_unit
from forms.expressions.checking import Checking
from forms.expressions.closures import weave
from forms.expressions.conjuncts import Conjunct, conjuncts_of
from forms.expressions.explaining import Explainer
from forms.expressions.faults import ExpressionFaults
from forms.expressions.names import OWN_PLACES, Names, NameType, Reference, Scope
from forms.expressions.numbers import Closure, outward
from forms.expressions.parsing import parse
from forms.expressions.sorts import ORDERED, TEXTUAL, Sort
from forms.expressions.terms import (
    Comparison,
    Constant,
    Fact,
    Limit,
    ParameterRead,
    Question,
    Read,
    Rows,
    Term,
    walk,
)
from forms.expressions.typing import typed
from forms.findings import Comparison as ComparisonSeen
from forms.findings import Operand as OperandSeen
from forms.kinds import Kind, Value
from forms.quantities import Quantity

_WORD = re.compile(r"'[^']*'|\"[^\"]*\"|[A-Za-z0-9_.]+|[<>=!]=|\S")


def normalise(text: str) -> str:
    """The text of an expression or look-up with one space between words and single quotes, for comparing texts."""
    words = (word.group() for word in _WORD.finditer(text))
    return " ".join(f"'{word[1:-1]}'" if word[0] == '"' and len(word) > 1 else word for word in words)


@dataclass(frozen=True)
class Boundary:
    """A constant that something is compared with; a test sits on it where both sides of that comparison are equal.

    `value` is the constant in the unit of the comparison, None where a study parameter supplies it.
    """

    left_text: str
    operator: str
    right_text: str
    value: Value


class Compiled:
    """One expression, ready to run; safe to share between threads."""

    def __init__(self, text: str, term: Term, given: Mapping[str, Value]) -> None:
        self.text, self._term, self._given = text, term, given
        self.kind: Kind = term.sort.kind
        self.unit: str | None = term.sort.unit.code if term.sort.unit else None
        self.codes: frozenset[str] | None = term.sort.codes
        self._known = {one: given[normalise(self._said(one))] for one in self._looked_up() if self._is_given(one)}
        self._run: Closure = weave(term, self._known)

    def evaluate(self, scope: Scope) -> Value:
        """The value: a truth value for conditions, a Quantity in `unit` for numbers; None is missing or UNKNOWN."""
        result = self._run(scope, scope)
        if self.kind != Kind.NUMBER or result is None:
            outcome: Value = result
            return outcome
        return Quantity(outward(result), self.unit)

    def explain(self, scope: Scope) -> tuple[tuple[OperandSeen, ...], tuple[ComparisonSeen, ...]]:
        """What the expression looked at, as entered and as compared, and how each of its comparisons came out."""
        return self._explainer.operands(scope), self._explainer.comparisons(scope)

    def assuming(self, given: Mapping[str, Value]) -> "Compiled":
        """The same expression with some look-ups given by their texts, as the tests of a package give them."""
        return Compiled(self.text, self._term, {**self._given, **{normalise(key): given[key] for key in given}})

    @cached_property
    def reads(self) -> frozenset[Reference]:
        """The items whose values it reads, those inside row predicates included."""
        return frozenset(term.reference for term in walk(self._term) if type(term) is Read)

    @cached_property
    def own_items(self) -> frozenset[str]:
        """The items it names of the record it runs on, limits of normal included."""
        return frozenset(each.item for each in self.reads | self.limits if each.place in OWN_PLACES)

    @cached_property
    def limits(self) -> frozenset[Reference]:
        """The items whose limits of normal it reads."""
        return frozenset(term.reference for term in walk(self._term) if isinstance(term, Limit))

    @cached_property
    def row_forms(self) -> frozenset[str]:
        """The forms whose rows it visits."""
        visited = {term.form for term in walk(self._term) if isinstance(term, Rows)}
        asked = {term.arguments[0] for term in walk(self._term) if isinstance(term, Question) and term.arguments}
        return frozenset(visited | asked)

    @cached_property
    def parameters(self) -> frozenset[str]:
        """The study parameters it uses."""
        return frozenset(term.name for term in walk(self._term) if isinstance(term, ParameterRead))

    @cached_property
    def facts(self) -> frozenset[str]:
        """What it asks about the event."""
        return frozenset(term.name for term in walk(self._term) if isinstance(term, Fact))

    @cached_property
    def calls(self) -> frozenset[str]:
        """The questions it puts to the casebook."""
        return frozenset(term.name for term in walk(self._term) if isinstance(term, Question)) - {"today"}

    @cached_property
    def uses_today(self) -> bool:
        """Whether the date at the site matters."""
        return any(isinstance(term, Question) and term.name == "today" for term in walk(self._term))

    @cached_property
    def lookups(self) -> Mapping[str, NameType]:
        """The normalised texts of its limits, row functions and questions, with their types."""
        return {normalise(self._said(term)): term.sort.name_type for term in self._looked_up()}

    @cached_property
    def boundaries(self) -> tuple[Boundary, ...]:
        """The constants that numbers and dates are compared with, outside row predicates."""
        found = (term for term in walk(self._term, into_rows=False) if isinstance(term, Comparison))
        ordered = (term for term in found if term.operands[0].sort.kind in ORDERED and "in" not in term.operator)
        return tuple(boundary for term in ordered for boundary in self._boundary(term))

    @cached_property
    def conjuncts(self) -> tuple[Conjunct, ...]:
        """The simple comparisons that must not be FALSE for it to hold."""
        return conjuncts_of(self._term)

    @cached_property
    def _explainer(self) -> Explainer:
        return Explainer(self.text, self._term, self._known)

    def _boundary(self, term: Comparison) -> tuple[Boundary, ...]:
        constant = [_is_constant(side) for side in term.operands]
        if constant.count(True) != 1:
            return ()
        side = term.operands[constant.index(True)]
        value = side.value if isinstance(side, Constant) else None
        quantity = Quantity(value, term.unit) if isinstance(value, Fraction) else value
        left, right = (self._said(operand) for operand in term.operands)
        return (Boundary(left, term.operator, right, quantity),)

    def _looked_up(self) -> tuple[Term, ...]:
        return tuple(term for term in walk(self._term) if isinstance(term, Limit | Rows | Question))

    def _is_given(self, term: Term) -> bool:
        return normalise(self._said(term)) in self._given

    def _said(self, term: Term) -> str:
        return " ".join(self.text[term.span.start : term.span.end].split())


def _is_constant(term: Term) -> bool:
    """Whether nothing of the subject is in it."""
    return not any(isinstance(part, Read | Rows | Question | Fact) for part in walk(term))


def compile_expression(
    text: str, names: Names, *, expects: Kind, unit: str | None = None, codes: frozenset[str] | None = None
) -> Compiled:
    """The expression, typed and compiled; raises ExpressionFaults with every fault found.

    With `unit` a number must have its dimension and is given in it; with `codes` every code that a literal can make
    the result must be among them.
    """
    check = Checking(text, names)
    term = typed(check, parse(text))
    if term is not None:
        term = _expected(check, term, Kind(expects), unit, codes)
    if term is None or check.faults:
        raise ExpressionFaults(tuple(check.faults))
    return Compiled(text, term, {})


def _expected(
    check: Checking, term: Term, expects: Kind, unit: str | None, codes: frozenset[str] | None
) -> Term | None:
    """The whole expression as its user wants it."""
    if not check.expect(term, TEXTUAL if expects in TEXTUAL else (expects,)):
        return None
    if codes is not None:
        extra = sorted((term.sort.codes or frozenset()) - codes)
        if isinstance(term, Constant) and not check.codes(term, "the result", codes):
            return None
        if extra:
            check.fault(term.span, f"the result can be {', '.join(extra)}, which is not in the code list")
    return _in_wanted_unit(check, term, unit) if unit is not None and expects == Kind.NUMBER else term


def _in_wanted_unit(check: Checking, term: Term, code: str) -> Term | None:
    wanted = check.unit(term.span, code)
    if wanted is None:
        return None
    given = term.sort.unit
    if given is not None and given.shape == wanted.shape and bool(given.offset) == bool(wanted.offset):
        moved = in_unit(term, wanted)
        return replace(moved, sort=replace(moved.sort, unit=wanted))
    message = f"the result is {Sort(Kind.NUMBER, given)}, where a number in {code} is needed"
    check.fault(term.span, message, None if given else f"multiply it by 1 '{code}'")
    return None
