"""Static checks of calls whose arguments are ordinary expressions: the language's own functions and registered ones."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from forms.dates import parse_date, parse_datetime, parse_time
from forms.expressions.calculating import in_one_unit, in_unit, shared_sort
from forms.expressions.checking import Checking, all_hold
from forms.expressions.comparing import comparable
from forms.expressions.sorts import BOOLEAN, DATE, PLAIN, TEXT, TEXTUAL, Sort
from forms.expressions.terms import Apply, Constant, Limit, Operation, Question, Read, Term
from forms.expressions.tree import Span
from forms.functions.catalogue import MOMENTS, Argument, Function
from forms.functions.registry import FUNCTIONS
from forms.kinds import Kind
from forms.units import unit

Arguments = tuple[Term, ...]
_Typing = Callable[[Checking, Span, str, Arguments], Term | None]


def call(check: Checking, span: Span, name: str, arguments: Arguments) -> Term | None:
    """A call with checked arguments."""
    if name in FUNCTIONS:
        return _registered(check, span, FUNCTIONS[name], arguments)
    low, high, typing = OWN[name]
    if not low <= len(arguments) <= (len(arguments) if high is None else high):
        wanted = str(low) if low == high else f"{low} or more" if high is None else f"{low} to {high}"
        check.fault(span, f"{name}() takes {wanted} argument{'s' if wanted != '1' else ''}, {len(arguments)} given")
        return None
    return typing(check, span, name, arguments)


def _registered(check: Checking, span: Span, function: Function, arguments: Arguments) -> Term | None:
    wanted = ", ".join(argument.name for argument in function.arguments)
    if len(arguments) != len(function.arguments):
        check.fault(
            span, f"{function.name}({wanted}) takes {len(function.arguments)} arguments, {len(arguments)} given"
        )
        return None
    pairs = zip(function.arguments, arguments, strict=True)
    fitted = [_fitted(check, argument, term) for argument, term in pairs]
    passed = tuple(term for term in fitted if term is not None)
    if len(passed) != len(arguments):
        return None
    kind = arguments[0].sort.kind if function.result == Kind.DATE else function.result
    return Apply(span, Sort(kind, unit(function.unit) if function.unit else None), function, passed)


def _fitted(check: Checking, argument: Argument, term: Term) -> Term | None:
    """The argument in the unit its function wants."""
    if not check.expect(term, argument.kinds):
        return None
    if term.sort.kind != Kind.NUMBER:
        return term
    wanted = unit(argument.unit) if argument.unit else None
    given = term.sort.unit
    if (given.shape if given else None) == (wanted.shape if wanted else None):
        return in_unit(term, wanted)
    asked = f"in {wanted.code}" if wanted else "without a unit"
    check.fault(term.span, f"{check.said(term.span)} is {term.sort}, where {argument.name} is a number {asked}")
    return None


def _presence(check: Checking, span: Span, name: str, arguments: Arguments) -> Term | None:
    return Operation(span, BOOLEAN, name, arguments)


def _counted(check: Checking, span: Span, name: str, arguments: Arguments) -> Term | None:
    fit = all_hold(check.expect(term, (Kind.BOOLEAN,)) for term in arguments)
    return Operation(span, BOOLEAN if name == "none_of" else PLAIN, name, arguments) if fit else None


def _numeric(check: Checking, span: Span, name: str, arguments: Arguments) -> Term | None:
    """abs, min, max, sum: operands in one unit."""
    if not all_hold(check.expect(term, (Kind.NUMBER,)) for term in arguments):
        return None
    points = [term for term in arguments if term.sort.unit and term.sort.unit.offset]
    if points and name in ("abs", "sum"):
        check.fault(
            points[0].span, f"{check.said(points[0].span)} is a point on a scale; {name}() has no meaning for it"
        )
        return None
    same = in_one_unit(check, span, arguments)
    return None if same is None else Operation(span, shared_sort(same), name, same)


def _rounded(check: Checking, span: Span, name: str, arguments: Arguments) -> Term | None:
    if not check.expect(arguments[0], (Kind.NUMBER,)):
        return None
    places = arguments[1] if len(arguments) > 1 else Constant(span, PLAIN, Fraction(0))
    written = places.value if isinstance(places, Constant) and places.sort == PLAIN else None
    if isinstance(written, Fraction) and written.denominator == 1 and 0 <= written <= 20:
        return Operation(span, arguments[0].sort, name, (arguments[0], places))
    check.fault(places.span, "the decimals of round() are a whole number from 0 to 20, written out")
    return None


def _limit(check: Checking, span: Span, name: str, arguments: Arguments) -> Term | None:
    item = arguments[0]
    if type(item) is not Read:
        check.fault(item.span, f"{name}() takes the name of a laboratory item")
        return None
    if not check.expect(item, (Kind.NUMBER,)):
        return None
    return Limit(span, item.sort, item.reference, item.outer, "uln" if name == "uln" else "lln")


def _moment(check: Checking, span: Span, name: str, arguments: Arguments) -> Term | None:
    """date(x): the day of a date or date-time; date('...'), datetime('...') and time('...') are literals."""
    text, kind = arguments[0], Kind(name)
    if not (isinstance(text, Constant) and isinstance(text.value, str)):
        if name != "date":
            check.fault(text.span, f"{name}() takes a quoted literal")
        elif check.expect(text, MOMENTS):
            return Operation(span, DATE, name, arguments)
        return None
    read = {Kind.DATE: parse_date, Kind.DATETIME: parse_datetime, Kind.TIME: parse_time}[kind]
    value = read(text.value)
    if value is None:
        shape = {Kind.DATE: "2026-01-31", Kind.DATETIME: "2026-01-31T08:00", Kind.TIME: "08:00"}[kind]
        check.fault(text.span, f"'{text.value}' is not a {name}", f"write {name}('{shape}')")
        return None
    return Constant(span, Sort(kind), value)


def _question(check: Checking, span: Span, name: str, arguments: Arguments) -> Term | None:
    return Question(span, DATE if name == "today" else PLAIN, name, ())


def _case(check: Checking, span: Span, name: str, arguments: Arguments) -> Term | None:
    """case(condition, value, condition, value, ..., otherwise)."""
    conditions = arguments[0 : len(arguments) // 2 * 2 : 2]
    last = arguments[-1:] if len(arguments) % 2 else ()
    values = _alike(check, span, (*arguments[1::2], *last))
    if not all_hold(check.expect(term, (Kind.BOOLEAN,)) for term in conditions) or values is None:
        return None
    pairs = zip(conditions, values, strict=False)
    ordered = tuple(term for pair in pairs for term in pair)
    return Operation(span, _joined(values), name, (*ordered, *values[len(conditions) :]))


def _coalesce(check: Checking, span: Span, name: str, arguments: Arguments) -> Term | None:
    values = _alike(check, span, arguments)
    return None if values is None else Operation(span, _joined(values), name, values)


def _alike(check: Checking, span: Span, values: Arguments) -> Arguments | None:
    """Values of one kind, numbers in one unit; codes and texts of any lists, which the result joins."""
    unlike = [value for value in values[1:] if not (_is_said(value) and _is_said(values[0]))]
    if not all_hold(comparable(check, value.span, values[0], value) for value in unlike):
        return None
    return in_one_unit(check, span, values) if values[0].sort.kind == Kind.NUMBER else values


def _is_said(value: Term) -> bool:
    return value.sort.kind in TEXTUAL and not value.sort.many


def _joined(values: Arguments) -> Sort:
    """The sort of a choice among values: literals and codes join their code lists."""
    first = values[0].sort
    if first.kind == Kind.NUMBER:
        return shared_sort(values)
    if first.kind not in TEXTUAL:
        return replace(first, codes=None)
    lists = [_possible(value) for value in values]
    known = frozenset(code for each in lists if each is not None for code in each)
    return TEXT if any(each is None for each in lists) else Sort(Kind.CODE, codes=known)


def _possible(value: Term) -> frozenset[str] | None:
    if isinstance(value, Constant) and isinstance(value.value, str):
        return frozenset({value.value})
    return value.sort.codes


def _weighted(check: Checking, span: Span, name: str, arguments: Arguments) -> Term | None:
    """weighted_sum('Y', ITEM, weight, ITEM, weight, ...): the weights of the items with that code."""
    code, items, weights = arguments[0], arguments[1::2], arguments[2::2]
    if len(items) != len(weights):
        check.fault(span, "weighted_sum('Y', ITEM, weight, ...) needs one weight after each item")
        return None
    weighed = all_hold(check.expect(term, (Kind.NUMBER,)) for term in weights)
    coded = all_hold(check.expect(item, TEXTUAL) and comparable(check, item.span, code, item) for item in items)
    if not check.expect(code, TEXTUAL) or not weighed or not coded:
        return None
    zero = Constant(span, PLAIN, Fraction(0))
    parts = tuple(_weight(item, code, weight, zero) for item, weight in zip(items, weights, strict=True))
    return _numeric(check, span, "sum", parts)


def _weight(item: Term, code: Term, weight: Term, zero: Term) -> Term:
    matches = Operation(item.span, BOOLEAN, "equal", (item, code))
    return Operation(item.span, weight.sort, "case", (matches, weight, zero))


OWN: dict[str, tuple[int, int | None, _Typing]] = {
    "present": (1, 1, _presence),
    "missing": (1, 1, _presence),
    "none_of": (1, None, _counted),
    "count_true": (1, None, _counted),
    "abs": (1, 1, _numeric),
    "min": (1, None, _numeric),
    "max": (1, None, _numeric),
    "sum": (1, None, _numeric),
    "round": (1, 2, _rounded),
    "uln": (1, 1, _limit),
    "lln": (1, 1, _limit),
    "date": (1, 1, _moment),
    "datetime": (1, 1, _moment),
    "time": (1, 1, _moment),
    "today": (0, 0, _question),
    "open_queries": (0, 0, _question),
    "required_missing": (0, 0, _question),
    "case": (2, None, _case),
    "coalesce": (1, None, _coalesce),
    "weighted_sum": (3, None, _weighted),
}
"""The language's own functions: how many arguments they take, and how a call is typed."""
