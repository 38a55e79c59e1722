"""The walk over the syntax tree that gives every part its type: names, literals, logic, row predicates."""

from dataclasses import replace

from forms.expressions.calculating import calculate, negated, shared_sort
from forms.expressions.calls import OWN, call
from forms.expressions.checking import Checking, all_hold, whole
from forms.expressions.comparing import comparable, compare, contain
from forms.expressions.names import FACTS, NameType, Reference
from forms.expressions.sorts import BOOLEAN, PLAIN, TEXT, Sort, sort_of
from forms.expressions.terms import (
    Constant,
    Fact,
    Listed,
    Operation,
    ParameterRead,
    Question,
    Read,
    Rows,
    Term,
)
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
)
from forms.functions.registry import FUNCTIONS
from forms.kinds import Kind
from forms.units import UnitFault

ROW_FUNCTIONS = {"any_row": ("any", 2, 2), "count_rows": ("count", 1, 2), "sum_rows": ("sum", 2, 3)}
CASEBOOK_FUNCTIONS = ("duplicate_dates", "overlapping_rows")
RELATIVE = ("PREV", "FIRST", "LAST")
LINKED_EVENT = "DVEVT"


def typed(check: Checking, node: Node) -> Term | None:
    """The typed term of a node, None where it has a fault."""
    match node:
        case Number(span, value, code):
            found = check.unit(span, code)
            return None if code is not None and found is None else Constant(span, Sort(Kind.NUMBER, found), value)
        case Text(span, text):
            return Constant(span, TEXT, text)
        case Truth(span, truth):
            return Constant(span, BOOLEAN, truth)
        case Listing():
            return _listing(check, node)
        case Name():
            return _name(check, node)
        case Call():
            return _call(check, node)
        case _:
            return _operation(check, node)


def _operation(check: Checking, node: Node) -> Term | None:
    match node:
        case Not(span, operand):
            return _logic(check, span, "not", (operand,))
        case Junction(span, operator, operands):
            return _logic(check, span, operator, operands)
        case Compare(span, "in" | "not in" as operator, left, right):
            return contain(check, span, operator, typed(check, left), typed(check, right))
        case Compare(span, operator, left, right):
            return compare(check, span, operator, typed(check, left), typed(check, right))
        case Arithmetic(span, operator, left, right):
            return calculate(check, span, operator, typed(check, left), typed(check, right))
        case Negative(span, operand):
            return negated(check, span, typed(check, operand))
    raise AssertionError(node)


def _logic(check: Checking, span: Span, operator: str, operands: tuple[Node, ...]) -> Term | None:
    terms = [typed(check, operand) for operand in operands]
    fit = all_hold(check.expect(term, (Kind.BOOLEAN,)) for term in terms)
    found = whole(terms)
    return Operation(span, BOOLEAN, operator, found) if fit and found else None


def _listing(check: Checking, node: Listing) -> Term | None:
    if not node.members:
        check.fault(node.span, "the list is empty")
        return None
    members = whole([typed(check, member) for member in node.members])
    if members is None:
        return None
    for member in members:
        if not isinstance(member, Constant):
            check.fault(member.span, "a list holds literals only", "join comparisons by or instead")
            return None
    if not all_hold(comparable(check, member.span, members[0], member) for member in members[1:]):
        return None
    return Listed(node.span, replace(members[0].sort, many=True), members)


def _name(check: Checking, node: Name) -> Term | None:
    words, span = node.words, node.span
    fact = words[-1] if words[:-1] in ((), ("this",)) else ""
    if fact in FACTS:
        return _fact(check, span, fact, outer=len(words) == 2)
    if len(words) < 3 and words[0] in RELATIVE:
        check.fault(span, f"{words[0]} needs a form and an item", f"write {words[0]}.FORM.ITEM")
        return None
    if words[0] == "this" and len(words) == 3:
        check.fault(span, "this has items, no forms", "write this.ITEM")
        return None
    return _item(check, span, _reference(check, words))


def _reference(check: Checking, words: tuple[str, ...]) -> Reference:
    if len(words) == 1:
        return Reference("rows", check.rows, words[0]) if check.rows else Reference("row", None, words[0])
    if len(words) == 2:
        return Reference("this", None, words[1]) if words[0] == "this" else Reference("event", words[0], words[1])
    return Reference(words[0], words[1], words[2])


def _item(check: Checking, span: Span, reference: Reference) -> Term | None:
    """An item, or a study parameter where no item has that name."""
    known = check.names.reference(reference)
    if not isinstance(known, str):
        sort = _sort(check, span, known)
        outer = check.rows is not None and reference.place != "rows"
        return None if sort is None else Read(span, sort, reference, outer)
    parameter = check.names.parameter(reference.item) if reference.place in ("row", "rows") else None
    if parameter is not None:
        sort = _sort(check, span, parameter)
        return None if sort is None else ParameterRead(span, sort, reference.item)
    check.fault(span, known, _name_hint(check, reference, known))
    return None


def _name_hint(check: Checking, reference: Reference, message: str) -> str | None:
    if reference.place == "rows" and not isinstance(check.names.reference(Reference("row", None, reference.item)), str):
        return f"inside {check.rows} rows the record's own item is this.{reference.item}"
    if "did you mean" in message:
        return None
    words = [*check.names.known_words(), *FACTS]
    return check.nearest(str(reference), words) or check.nearest(reference.item, words)


def _sort(check: Checking, span: Span, known: NameType) -> Sort | None:
    try:
        return sort_of(known)
    except UnitFault as wrong:
        check.fault(span, f"the unit of {check.said(span)}: {wrong.message}", wrong.hint)
        return None


def _fact(check: Checking, span: Span, name: str, outer: bool) -> Term:
    described = check.names.parameter(name)
    textual = name in ("event", "event_type")
    sort = sort_of(described) if described else TEXT if textual else PLAIN
    return Fact(span, sort, name, outer)


def _call(check: Checking, node: Call) -> Term | None:
    name, span = node.function, node.span
    if name in ROW_FUNCTIONS:
        return _rows(check, node)
    if name in CASEBOOK_FUNCTIONS:
        return _casebook(check, node)
    if name == "covers":
        return _covers(check, node)
    if name not in OWN and name not in FUNCTIONS:
        known = (*OWN, *FUNCTIONS, *ROW_FUNCTIONS, *CASEBOOK_FUNCTIONS, "covers")
        check.fault(span, f"there is no function {name}()", check.nearest(name, known))
        name = ""
    arguments = whole([typed(check, argument) for argument in node.arguments])
    return call(check, span, name, arguments) if name and arguments is not None else None


def _covers(check: Checking, node: Call) -> Term | None:
    """covers(event): the row's own event is that event."""
    if len(node.arguments) != 1:
        check.fault(node.span, f"covers() takes 1 argument, {len(node.arguments)} given")
        return None
    own = _item(check, node.span, _reference(check, (LINKED_EVENT,)))
    return compare(check, node.span, "==", own, typed(check, node.arguments[0]))


def _form(check: Checking, node: Call) -> str | None:
    """The form a row or casebook function names first."""
    first = node.arguments[0] if node.arguments else None
    if isinstance(first, Name) and len(first.words) == 1:
        return first.words[0]
    check.fault(node.span, f"{node.function}() takes the name of a form first", f"write {node.function}(FORM, ...)")
    return None


def _rows(check: Checking, node: Call) -> Term | None:
    how, low, high = ROW_FUNCTIONS[node.function]
    form = _form(check, node)
    if form is None:
        return None
    if not low <= len(node.arguments) <= high:
        check.fault(
            node.span, f"{node.function}(FORM, ...) takes {low} to {high} arguments, {len(node.arguments)} given"
        )
        return None
    if check.rows is not None:
        check.fault(node.span, "a row predicate cannot look at rows itself")
        return None
    check.rows = form
    inside = [typed(check, argument) for argument in node.arguments[1:]]
    check.rows = None
    return _visited(check, node, how, form, inside)


def _visited(check: Checking, node: Call, how: str, form: str, inside: list[Term | None]) -> Term | None:
    value = inside.pop(0) if how == "sum" else None
    condition = inside[0] if inside else Constant(node.span, BOOLEAN, True)
    fit = check.expect(condition, (Kind.BOOLEAN,)) and (how != "sum" or check.expect(value, (Kind.NUMBER,)))
    if not fit or condition is None:
        return None
    if how != "sum" or value is None:
        return Rows(node.span, BOOLEAN if how == "any" else PLAIN, how, form, condition)
    return Rows(node.span, shared_sort((value,)), how, form, condition, value)


def _casebook(check: Checking, node: Call) -> Term | None:
    """duplicate_dates(FORM, ITEM) and overlapping_rows(FORM, ITEM)."""
    form, item = _form(check, node), node.arguments[-1] if len(node.arguments) == 2 else None
    if form is None:
        return None
    if not isinstance(item, Name) or len(item.words) != 1:
        check.fault(
            node.span, f"{node.function}() takes a form and one of its items", f"write {node.function}(FORM, ITEM)"
        )
        return None
    check.rows, before = form, check.rows
    known = _item(check, item.span, Reference("rows", form, item.words[0]))
    check.rows = before
    if known is None or (node.function == "duplicate_dates" and not check.expect(known, (Kind.DATE, Kind.DATETIME))):
        return None
    return Question(node.span, BOOLEAN, node.function, (form, item.words[0]))
