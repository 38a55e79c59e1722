"""Static checks of comparisons and of `in`: kinds, units, code lists."""

from dataclasses import replace

from forms.expressions.calculating import in_one_unit, in_unit
from forms.expressions.checking import Checking, all_hold
from forms.expressions.sorts import BOOLEAN, ORDERED, TEXTUAL
from forms.expressions.terms import Comparison, Constant, Listed, Term
from forms.expressions.tree import Span
from forms.kinds import Kind


def compare(check: Checking, span: Span, operator: str, left: Term | None, right: Term | None) -> Term | None:
    """`left operator right` for `== != < <= > >=`."""
    if left is None or right is None or not comparable(check, span, left, right):
        return None
    kind = left.sort.kind
    if operator not in ("==", "!=") and kind not in ORDERED:
        hint = f"compare number({check.said(left.span)})" if kind in TEXTUAL else None
        check.fault(span, f"{left.sort} has no order: use == or !=", hint)
        return None
    if kind != Kind.NUMBER:
        return Comparison(span, BOOLEAN, operator, (left, right))
    sides = in_one_unit(check, span, (left, right))
    return None if sides is None else Comparison(span, BOOLEAN, operator, sides, _code(sides))


def contain(check: Checking, span: Span, operator: str, left: Term | None, right: Term | None) -> Term | None:
    """`left in right`, where right is a list, a parameter that is a list, or an item with several codes."""
    if left is None or right is None:
        return None
    if right.sort.kind == Kind.CODES:
        fits = check.expect(left, TEXTUAL) and check.codes(left, check.said(right.span), right.sort.codes)
        return Comparison(span, BOOLEAN, operator, (left, right)) if fits else None
    if not right.sort.many:
        hint = f"write [{check.said(right.span)}] for a list of one"
        check.fault(right.span, f"{check.said(right.span)} is {right.sort}, where a list is needed", hint)
        return None
    return _listed(check, span, operator, left, right)


def _listed(check: Checking, span: Span, operator: str, left: Term, right: Term) -> Term | None:
    """Membership in a list, every member of a kind and unit that can be compared with the left side."""
    members = right.members if isinstance(right, Listed) else (replace(right, sort=replace(right.sort, many=False)),)
    if not all_hold(comparable(check, member.span, left, member) for member in members):
        return None
    if left.sort.kind != Kind.NUMBER:
        return Comparison(span, BOOLEAN, operator, (left, right))
    sides = in_one_unit(check, span, (left, *members))
    if sides is None:
        return None
    if not isinstance(right, Listed):
        return Comparison(span, BOOLEAN, operator, (in_unit(left, right.sort.unit), right), _code((right,)))
    return Comparison(span, BOOLEAN, operator, (sides[0], replace(right, members=sides[1:])), _code(sides))


def _code(sides: tuple[Term, ...]) -> str | None:
    """The code of the unit in which the sides stand."""
    return next((side.sort.unit.code for side in sides if side.sort.unit and not side.sort.derived), None) or next(
        (side.sort.unit.code for side in sides if side.sort.unit), None
    )


def comparable(check: Checking, span: Span, left: Term, right: Term) -> bool:
    """Whether two terms are of kinds that can be compared; a code literal must be in the other side's list."""
    a, b = left.sort, right.sort
    if a.many or b.many:
        listed = left if a.many else right
        check.fault(listed.span, f"{check.said(listed.span)} is a list: use in")
        return False
    if a.kind in TEXTUAL and b.kind in TEXTUAL:
        return _same_codes(check, span, left, right)
    if a.kind == b.kind and a.kind != Kind.CODES:
        return True
    message = f"{check.said(left.span)} is {a}, {check.said(right.span)} is {b}: they cannot be compared"
    check.fault(span, message, _hint(check, left, right) or _hint(check, right, left))
    return False


def _same_codes(check: Checking, span: Span, left: Term, right: Term) -> bool:
    for literal, owner in ((left, right), (right, left)):
        if not check.codes(literal, check.said(owner.span), owner.sort.codes):
            return False
    a, b = left.sort.codes, right.sort.codes
    if a and b and not a & b:
        check.fault(span, f"{check.said(left.span)} and {check.said(right.span)} have no code in common")
        return False
    return True


def _hint(check: Checking, one: Term, other: Term) -> str | None:
    """What to write instead, for the commonest mistakes."""
    a, b, name = one.sort.kind, other.sort.kind, check.said(one.span)
    if a == Kind.CODES and b in TEXTUAL:
        return f"write {check.said(other.span)} in {name}"
    if a == Kind.DATETIME and b == Kind.DATE:
        return f"write date({name})"
    if a in TEXTUAL and b == Kind.NUMBER:
        return f"write number({name})" if not isinstance(one, Constant) else "numbers are written without quotes"
    if a in TEXTUAL and isinstance(one, Constant) and b in (Kind.DATE, Kind.DATETIME, Kind.TIME):
        return f"write {b}({name})"
    return None
