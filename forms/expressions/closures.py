"""From typed terms to Python closures: every decision that can be taken once is taken here."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from forms import intervals
from forms.dates import Clock, Moment
from forms.expressions import numbers, rows, truths
from forms.expressions.names import Scope
from forms.expressions.numbers import BINARY, Closure, inward
from forms.expressions.sources import taken_in, value_of
from forms.expressions.terms import (
    Apply,
    Comparison,
    Constant,
    Fact,
    Limit,
    Listed,
    Operation,
    ParameterRead,
    Question,
    Read,
    Rows,
    Scaled,
    Term,
)
from forms.functions.catalogue import Function
from forms.intervals import Interval, Number
from forms.kinds import Kind, Value
from forms.quantities import rounded

Given = Mapping[Term, Value]


def weave(term: Term, given: Given) -> Closure:
    """The closure of a term; `given` holds the values of look-ups that are not to be looked up."""
    if term in given:
        return _constantly(taken_in(term, given[term]))
    match term:
        case Constant(_, _, value):
            return _constantly(inward(value) if isinstance(value, Fraction) else value)
        case Limit() | Read() | ParameterRead() | Fact() | Question():
            return value_of(term)
        case Rows():
            return _rows(term, given)
        case Scaled(_, _, operand, factor, offset):
            return numbers.multiple(weave(operand, given), factor, offset)
        case Apply(_, _, function, arguments):
            return _application(function, tuple(weave(argument, given) for argument in arguments))
        case Comparison():
            return _comparison(term, given)
        case Operation():
            return _operation(term, given)
    raise AssertionError(term)


def _constantly(value: Any) -> Closure:
    return lambda scope, this: value


def _comparison(term: Comparison, given: Given) -> Closure:
    left, right = term.operands
    sign, kind = term.operator, left.sort.kind
    if sign in ("in", "not in"):
        found = _membership(left, right, given)
        return found if sign == "in" else truths.negation(found)
    woven = weave(left, given)
    if kind == Kind.NUMBER:
        if isinstance(right, Constant) and isinstance(right.value, Fraction):
            return numbers.comparison_with(sign, woven, right.value)
        return numbers.comparison(sign, woven, weave(right, given))
    decide = truths.decision(kind, sign)
    if isinstance(right, Constant):
        return truths.comparison_with(decide, woven, right.value)
    return truths.comparison(decide, woven, weave(right, given))


def _membership(left: Term, right: Term, given: Given) -> Closure:
    """`in`: a list of literals, several codes of an item, or a parameter that is a list."""
    woven, kind = weave(left, given), left.sort.kind
    if isinstance(right, Listed):
        texts = [
            member.value for member in right.members if isinstance(member, Constant) and isinstance(member.value, str)
        ]
        if len(texts) == len(right.members):
            return truths.membership(woven, frozenset(texts))
        return truths.disjunction(tuple(_equal(kind, woven, weave(member, given)) for member in right.members))
    among = weave(right, given)
    equal = _any_equal(kind, right)
    return truths.comparison(lambda a, b: a in b if isinstance(b, frozenset) else equal(a, b), woven, among)


def _equal(kind: Kind, left: Closure, right: Closure) -> Closure:
    if kind == Kind.NUMBER:
        return numbers.comparison("==", left, right)
    return truths.comparison(truths.decision(kind, "=="), left, right)


def _any_equal(kind: Kind, right: Term) -> Callable[[Any, tuple[Any, ...]], bool | None]:
    """Whether a value equals one of those in a parameter."""

    def among(value: Any, listed: tuple[Any, ...]) -> bool | None:
        parts = tuple(_equal(kind, _constantly(value), _constantly(taken_in(right, each))) for each in listed)
        nowhere: Any = None
        outcome: bool | None = truths.disjunction(parts)(nowhere, nowhere)
        return outcome

    return among


def _operation(term: Operation, given: Given) -> Closure:
    sign = term.operator
    if sign == "*":
        for constant, other in (term.operands, term.operands[::-1]):
            if isinstance(constant, Constant) and isinstance(constant.value, Fraction):
                return numbers.multiple(weave(other, given), constant.value)
    if sign == "round":
        places = _places(term.operands[1])
        return numbers.change(weave(term.operands[0], given), lambda number: _round(number, places))
    parts = tuple(weave(operand, given) for operand in term.operands)
    if sign in BINARY:
        return numbers.combination(sign, parts)
    if sign in _SEVERAL:
        return _SEVERAL[sign](parts)
    if sign == "equal":
        return _equal(term.operands[0].sort.kind, *parts)
    return _SINGLE[sign](parts[0])


_SEVERAL: dict[str, Callable[[tuple[Closure, ...]], Closure]] = {
    "and": truths.conjunction,
    "or": truths.disjunction,
    "count_true": truths.counted,
    "none_of": truths.none_of,
    "case": truths.choice,
    "coalesce": truths.first_present,
}
_SINGLE: dict[str, Callable[[Closure], Closure]] = {
    "not": truths.negation,
    "present": lambda part: truths.presence(part, True),
    "missing": lambda part: truths.presence(part, False),
    "abs": numbers.distance,
    "negative": lambda part: numbers.change(part, intervals.negate),
    "date": lambda part: lambda scope, this: None if (moment := part(scope, this)) is None else moment.date(),
}


def _places(term: Term) -> int:
    return int(term.value) if isinstance(term, Constant) and isinstance(term.value, Fraction) else 0


def _round(number: Number, places: int) -> Number:
    return intervals.monotone(lambda exact: rounded(exact, places), number)


def _application(function: Function, parts: tuple[Closure, ...]) -> Closure:
    """A registered function; not called with a missing or uncertain argument, save a partial date if it takes those."""

    def apply(scope: Scope, this: Scope) -> Any:
        values = []
        for part in parts:
            value = part(scope, this)
            if value is None:
                return None
            if isinstance(value, Interval):
                return None
            if isinstance(value, Moment | Clock) and not (function.partial or value.is_exact):
                return None
            values.append(Fraction(*value) if isinstance(value, tuple) else value)
        result = function.compute(*values)
        return inward(result) if isinstance(result, Fraction | Interval) else result

    return apply


def _rows(term: Rows, given: Given) -> Closure:
    condition = weave(term.condition, given)
    if term.value is not None:
        return rows.total(term.form, weave(term.value, given), condition)
    return rows.found(term.form, condition) if term.how == "any" else rows.count(term.form, condition)
