"""Closures that fetch values from a scope, numbers in the unit that was promised for their names."""

from fractions import Fraction
from typing import Any

from forms.expressions.names import Scope
from forms.expressions.numbers import Closure, inward
from forms.expressions.terms import Fact, Limit, ParameterRead, Question, Read, Term
from forms.intervals import Interval
from forms.kinds import Kind, Value
from forms.quantities import Quantity


def value_of(term: Term) -> Closure:
    """The closure of an item, limit, parameter, fact or question."""
    return _numbered(term, _source(term))


def taken_in(term: Term, value: Value | Fraction) -> Any:
    """A value as closures pass it, in the unit of the term."""
    if isinstance(value, Quantity):
        code = term.sort.unit.code if term.sort.unit else None
        moved = value if value.unit == code else value.to(code) if code and value.unit else None
        return None if moved is None else inward(moved.number)
    return inward(value) if isinstance(value, Fraction | Interval) else value


def _source(term: Term) -> Closure:
    """Where a value comes from."""
    match term:
        case Limit(_, _, _, outer, which):
            limited = term.asked
            if outer:
                return lambda scope, this: this.limit(which, limited)
            return lambda scope, this: scope.limit(which, limited)
        case Read(_, _, _, outer):
            asked = term.asked
            if outer or term.reference.place == "this":
                return lambda scope, this: this.value(asked)
            return lambda scope, this: scope.value(asked)
        case ParameterRead(_, _, name):
            return lambda scope, this: this.parameter(name)
        case Fact(_, _, name, outer):
            return lambda scope, this: (this if outer else scope).event_fact(name)
        case Question(_, _, "today"):
            return lambda scope, this: this.today()
        case Question(_, _, name, arguments):
            return lambda scope, this: this.call(name, arguments)
    raise AssertionError(term)


def _numbered(term: Term, source: Closure) -> Closure:
    """Numbers are taken out of their quantities and into the unit that was promised for the name."""
    if term.sort.kind != Kind.NUMBER or term.sort.many:
        return source
    if type(term) is Read and not term.outer and term.reference.place != "this":
        return _read_number(term)
    code = term.sort.unit.code if term.sort.unit else None

    def read(scope: Scope, this: Scope) -> Any:
        quantity = source(scope, this)
        if quantity is None:
            return None
        if quantity.unit != code:
            return taken_in(term, quantity)
        number = quantity.number
        return number.as_integer_ratio() if number.__class__ is Fraction else number

    return read


def _read_number(term: Read) -> Closure:
    """The same for the commonest case, without the call in between."""
    asked, code = term.asked, term.sort.unit.code if term.sort.unit else None

    def read(scope: Scope, this: Scope) -> Any:
        quantity: Any = scope.value(asked)
        if quantity is None:
            return None
        if quantity.unit != code:
            return taken_in(term, quantity)
        number = quantity.number
        return number.as_integer_ratio() if number.__class__ is Fraction else number

    return read
