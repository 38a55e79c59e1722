"""Why an expression came out as it did: its operands as entered and as compared, and every comparison computed."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from forms.dates import Clock, Moment
from forms.datum import Datum
from forms.expressions.closures import weave
from forms.expressions.names import Scope
from forms.expressions.numbers import Closure, outward
from forms.expressions.terms import (
    Comparison,
    Fact,
    Limit,
    Listed,
    ParameterRead,
    Question,
    Read,
    Rows,
    Term,
    walk,
)
from forms.findings import Comparison as ComparisonSeen
from forms.findings import Operand as OperandSeen
from forms.intervals import Interval
from forms.kinds import Value
from forms.quantities import Quantity, decimal_text, exact, number_text, unit_scale
from forms.units import UnitFault


class Explainer:
    """Explains one expression; built when it is first asked."""

    def __init__(self, text: str, root: Term, given: Mapping[Term, Value]) -> None:
        self._text = text
        terms = tuple(walk(root, into_rows=False))
        looked = (Read, ParameterRead, Fact, Question, Rows)
        named = {self._said(term): term for term in terms if isinstance(term, looked)}
        self._operands = [(name, term, weave(term, given), term in given) for name, term in named.items()]
        found = [term for term in terms if isinstance(term, Comparison)]
        self._comparisons = [(term, self._sides(term, given), weave(term, given)) for term in found]

    def operands(self, scope: Scope) -> tuple[OperandSeen, ...]:
        """Each thing looked at, once, in the order of the text."""
        return tuple(self._operand(name, term, run, known, scope) for name, term, run, known in self._operands)

    def comparisons(self, scope: Scope) -> tuple[ComparisonSeen, ...]:
        """Each comparison outside row predicates, with both sides computed."""
        return tuple(self._comparison(term, sides, run, scope) for term, sides, run in self._comparisons)

    def _comparison(self, term: Comparison, sides: list[Closure], run: Closure, scope: Scope) -> ComparisonSeen:
        left, right = (shown(side(scope, scope)) for side in sides)
        texts = [self._said(operand) for operand in term.operands]
        return ComparisonSeen(texts[0], term.operator, texts[1], left, right, term.unit, run(scope, scope))

    def _operand(self, name: str, term: Term, run: Closure, known: bool, scope: Scope) -> OperandSeen:
        compared = shown(run(scope, scope))
        code = term.sort.unit.code if term.sort.unit else None
        if not isinstance(term, Read) or known:
            return OperandSeen(name, None, None, None, compared, code)
        if isinstance(term, Limit):
            return OperandSeen(name, None, None, None, compared, code, range=scope.range_used(term.asked))
        datum = scope.entered(term.asked) or Datum()
        factor = _factor(scope.value(term.asked), datum, code)
        item = term.reference.item
        return OperandSeen(name, datum.text, datum.unit, datum.comparator, compared, code, factor, item=item)

    def _sides(self, term: Comparison, given: Mapping[Term, Value]) -> list[Closure]:
        return [self._side(operand, given) for operand in term.operands]

    def _side(self, operand: Term, given: Mapping[Term, Value]) -> Closure:
        if not isinstance(operand, Listed):
            return weave(operand, given)
        members = [weave(member, given) for member in operand.members]
        return lambda scope, this: [member(scope, this) for member in members]

    def _said(self, term: Term) -> str:
        return " ".join(self._text[term.span.start : term.span.end].split())


def shown(value: Any) -> str | None:
    """A value as text: decimals, ISO dates, codes."""
    match value:
        case None:
            return None
        case Quantity(number):
            return number_text(number)
        case (int(), int()) | Interval() | Fraction():
            return number_text(outward(value) if isinstance(value, tuple) else value)
        case Moment() | Clock():
            return value.text
        case frozenset():
            return ", ".join(sorted(value))
        case list() | tuple():
            return f"[{', '.join(shown(each) or '' for each in value)}]"
    return str(value)


def _factor(value: Value, datum: Datum, code: str | None) -> str | None:
    """The conversion from what was entered: the one kept with the quantity, else that between the two units."""
    if isinstance(value, Quantity) and value.factor is not None:
        return value.factor
    if code is None or datum.unit is None or datum.unit == code or exact(datum.text or "") is None:
        return None
    try:
        scale = unit_scale(datum.unit, code)
    except UnitFault:
        return None
    return None if scale is None else decimal_text(scale)
