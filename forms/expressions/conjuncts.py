"""What must not be FALSE for a condition to hold: its simple comparisons, in words a database can narrow by.

Whoever narrows by them keeps every record on which the condition is TRUE or UNKNOWN; what they say nothing of is still
to be evaluated.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from forms.expressions.terms import Comparison, Constant, Fact, Listed, Operation, Read, Term
from forms.kinds import Kind

_CODES = {"==": "in", "!=": "not in", "in": "in", "not in": "not in"}


@dataclass(frozen=True)
class Conjunct:
    """An item of the record itself (or, `item` None, the event's OID) compared with constants: codes by `in` and
    `not in`, a number in the item's canonical unit by `== < <= > >=`."""

    item: str | None
    operator: str
    values: tuple[str | Fraction, ...]


def conjuncts_of(term: Term) -> tuple[Conjunct, ...]:
    """The simple comparisons that `and` joins at the top of a condition; the rest is left out."""
    return tuple(_found(term))


def _found(term: Term) -> Iterator[Conjunct]:
    if isinstance(term, Comparison):
        yield from _simple(term)
    elif isinstance(term, Operation) and term.operator == "and":
        for operand in term.operands:
            yield from _found(operand)


def _simple(term: Comparison) -> Iterator[Conjunct]:
    left, right = term.operands
    values = _constants(right)
    is_event = isinstance(left, Fact) and left.name == "event"
    if not values or not (is_event or (type(left) is Read and left.reference.place == "row")):
        return
    item = None if is_event else left.reference.item  # type: ignore[attr-defined]
    if (is_event or left.sort.kind == Kind.CODE) and term.operator in _CODES:
        codes = tuple(value for value in values if isinstance(value, str))
        yield Conjunct(item, _CODES[term.operator], codes)
    elif left.sort.kind == Kind.NUMBER and len(values) == 1 and term.operator in {"==", "<", "<=", ">", ">="}:
        yield Conjunct(item, term.operator, values)


def _constants(term: Term) -> tuple[str | Fraction, ...]:
    """The constants of one side; none where anything else stands there."""
    members = term.members if isinstance(term, Listed) else (term,)
    values = [member.value for member in members if isinstance(member, Constant)]
    plain = tuple(value for value in values if isinstance(value, str | Fraction))
    return plain if len(plain) == len(members) else ()
