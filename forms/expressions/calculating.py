"""Units in arithmetic: common units, conversions made explicit, derived dimensions, temperature scales."""

from dataclasses import replace
from fractions import Fraction

from forms.expressions.checking import Checking, all_hold
from forms.expressions.sorts import PLAIN, Sort
from forms.expressions.terms import Constant, Operation, Scaled, Term
from forms.expressions.tree import Span
from forms.kinds import Kind
from forms.quantities import decimal_text
from forms.units import Unit, unit

_KELVIN = unit("K")
_ONE = unit("1")


def calculate(check: Checking, span: Span, operator: str, left: Term | None, right: Term | None) -> Term | None:
    """`left operator right`, with its unit."""
    numbers = [check.expect(term, (Kind.NUMBER,)) for term in (left, right)]
    if left is None or right is None or not all(numbers):
        return None
    if operator in "+-":
        return _sum(check, span, operator, left, right)
    for term in (left, right):
        if _is_scale(term):
            hint = "compare it with a temperature, or subtract another one first"
            check.fault(
                term.span, f"{check.said(term.span)} is a point on a scale and cannot be multiplied or divided", hint
            )
            return None
    return _product(span, operator, left, right)


def negated(check: Checking, span: Span, operand: Term | None) -> Term | None:
    """`-operand`."""
    if operand is None or not check.expect(operand, (Kind.NUMBER,)):
        return None
    if isinstance(operand, Constant) and isinstance(operand.value, Fraction):
        return Constant(span, operand.sort, -operand.value)
    if _is_scale(operand):
        check.fault(span, f"{check.said(operand.span)} is a point on a scale and has no opposite")
        return None
    return Operation(span, operand.sort, "negative", (operand,))


def in_one_unit(check: Checking, span: Span, terms: tuple[Term, ...]) -> tuple[Term, ...] | None:
    """The same numbers in one unit, that of the first which arithmetic did not make; a fault where there is none."""
    measured = [term for term in terms if term.sort.unit]
    if not measured:
        return terms
    lead = next((term for term in measured if not term.sort.derived), measured[0])
    if not all_hold(_agrees(check, span, lead, term) for term in terms):
        return None
    return tuple(in_unit(term, lead.sort.unit) for term in terms)


def in_unit(term: Term, target: Unit | None) -> Term:
    """The same number in another unit of its dimension; literals are converted at once."""
    source = term.sort.unit
    if isinstance(term, Constant) and source is None:
        return replace(term, sort=replace(term.sort, unit=target))
    goal, origin = target or _ONE, source or _ONE
    factor = origin.factor / goal.factor
    offset = origin.offset * factor - goal.offset
    if factor == 1 and offset == 0:
        return term
    sort = replace(term.sort, unit=target)
    if isinstance(term, Constant) and isinstance(term.value, Fraction):
        return Constant(term.span, sort, term.value * factor + offset)
    return Scaled(term.span, sort, term, factor, offset)


def _agrees(check: Checking, span: Span, lead: Term, term: Term) -> bool:
    """Whether a term can stand in the unit of the leading one; the fault says what is wrong and what to write."""
    wanted, given = lead.sort.unit, term.sort.unit
    assert wanted is not None  # noqa: S101 - the caller picks a term with a unit
    if given is None:
        return _is_zero(term) and not wanted.offset or _without_unit(check, lead, term)
    if given.dimension != wanted.dimension:
        message = f"{_described(check, lead)} and {_described(check, term)} measure different things"
        check.fault(
            span, message, f"{check.said(lead.span)} is compared in {wanted.code} or a unit of the same dimension"
        )
        return False
    if given.annotations != wanted.annotations:
        message = f"{_described(check, lead)} and {_described(check, term)} differ in their annotations"
        check.fault(span, message, "annotations in braces must be the same on both sides")
        return False
    if bool(given.offset) != bool(wanted.offset):
        message = f"{_described(check, lead)} and {_described(check, term)}: one is a temperature, one a difference"
        check.fault(span, message, "differences of temperatures are in K")
        return False
    return True


def _without_unit(check: Checking, lead: Term, term: Term) -> bool:
    """A bare number beside a unit: 50 and 50000 cannot be told apart, so it is refused, with what to write."""
    code = lead.sort.unit.code if lead.sort.unit else ""
    if isinstance(term, Constant) and isinstance(term.value, Fraction):
        hint = f"write {decimal_text(term.value)} '{code}', or another unit of the same dimension"
    else:
        hint = f"give it a unit: {check.said(term.span)} * 1 '{code}'; or give the parameter the unit '{code}'"
    message = f"{check.said(lead.span)} has the unit {code}, but {check.said(term.span)} is a number without a unit"
    check.fault(term.span, message, hint)
    return False


def _described(check: Checking, term: Term) -> str:
    return f"{check.said(term.span)} (in {term.sort.unit.code})" if term.sort.unit else check.said(term.span)


def _sum(check: Checking, span: Span, operator: str, left: Term, right: Term) -> Term | None:
    """A sum or difference; on a temperature scale two points differ by K, and K moves a point."""
    if _is_scale(left) and _is_scale(right) and operator == "-":
        sides = tuple(in_unit(term, _KELVIN) for term in (left, right))
        return Operation(span, Sort(Kind.NUMBER, _KELVIN), operator, sides)
    if _is_scale(left) and not _is_scale(right):
        step = replace(left.sort.unit, offset=Fraction(0)) if left.sort.unit else None
        if right.sort.unit and step and right.sort.unit.dimension == step.dimension:
            return Operation(span, left.sort, operator, (left, in_unit(right, step)))
    if _is_scale(left) and _is_scale(right):
        check.fault(span, "two temperatures cannot be added")
        return None
    same = in_one_unit(check, span, (left, right))
    return None if same is None else Operation(span, shared_sort(same), operator, same)


def shared_sort(terms: tuple[Term, ...]) -> Sort:
    """The sort of a result in the operands' common unit."""
    return next(
        (Sort(Kind.NUMBER, term.sort.unit, derived=term.sort.derived) for term in terms if term.sort.unit), PLAIN
    )


def _product(span: Span, operator: str, left: Term, right: Term) -> Term:
    """A product or quotient; a quotient without dimension is a plain number."""
    a, b = left.sort.unit, right.sort.unit
    if operator == "/" and a and b and a.shape == b.shape:
        return Operation(span, PLAIN, operator, (left, in_unit(right, a)))
    if b is None:
        return Operation(span, left.sort, operator, (left, right))
    if a is None and operator == "*":
        return Operation(span, right.sort, operator, (left, right))
    made = (a or _ONE).times(b) if operator == "*" else (a or _ONE).over(b)
    return Operation(span, Sort(Kind.NUMBER, made, derived=True), operator, (left, right))


def _is_scale(term: Term) -> bool:
    return term.sort.unit is not None and bool(term.sort.unit.offset)


def _is_zero(term: Term) -> bool:
    return isinstance(term, Constant) and term.value == 0
