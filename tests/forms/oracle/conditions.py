"""Random conditions: comparisons of every kind, lists, codes, the event, rows, and logic over them."""

from collections.abc import Callable

from tests.forms.oracle import days, numbers
from tests.forms.oracle.casebooks import CLOCKS
from tests.forms.oracle.study import CODES, DECLARED, EVENTS
from tests.forms.oracle.vocabulary import Growing, Part, called, coded_names, infix, laboratory_names, names
from tests.forms.oracle.worlds import clock_of

COMPARATORS = ("<", "<=", ">", ">=", "==", "!=")
KINDS = sorted({kind for kind, _, _, _ in EVENTS.values()})


def condition(grow: Growing, depth: int) -> Part:
    """A condition, at most so deep."""
    if depth > 0 and grow.chance.random() < 0.5:
        return grow.chance.choice(LOGIC)(grow, depth - 1)
    return grow.chance.choice(PLAIN)(grow, max(depth - 1, 0))


def _numbers(grow: Growing, depth: int) -> Part:
    kind = grow.chance.choice((*numbers.KINDS, "plain", "plain"))
    sign, left = grow.chance.choice(COMPARATORS), grow.number(kind, depth)
    if kind not in ("plain", "warmth") and grow.chance.random() < 0.15:
        return infix(sign, left, Part("0", ("number", 0)), "compared", sign)  # type: ignore[arg-type]
    return infix(sign, left, grow.number(kind, depth), "compared", sign)


def _on_the_edge(grow: Growing, depth: int) -> Part:
    """An item against a number that somebody may have typed for it, in its own unit."""
    kind = grow.chance.choice(numbers.SOURCES)
    known = names(grow.form, grow.rows, kind)
    if not known:
        return _numbers(grow, depth)
    left, digits = grow.chance.choice(known), grow.chance.choice(("0", "1", "2", "10", "36.6", "38", "40", "50"))
    right = numbers.written(digits, next(iter(DECLARED.get(left.tree[3], {"a": 1}))) if kind != "plain" else None)
    sign = grow.chance.choice(COMPARATORS)
    return infix(sign, left, right, "compared", sign)


def _against_its_limit(grow: Growing, depth: int) -> Part:
    """A laboratory value against its limit of normal, or whether it has one."""
    known = [part for kind in numbers.LIMITED for part in laboratory_names(grow.form, kind)]
    if grow.rows or not known:
        return _on_the_edge(grow, depth)
    item, which = grow.chance.choice(known), grow.chance.choice(("uln", "lln"))
    limit = Part(f"{which}({item.text})", ("limit", which, *item.tree[1:]))
    if grow.chance.random() < 0.4:
        return called("present", limit)
    sign = grow.chance.choice(COMPARATORS)
    return infix(sign, item, limit, "compared", sign)


def _days(grow: Growing, depth: int) -> Part:
    sign = grow.chance.choice(COMPARATORS)
    if grow.chance.random() < 0.3:
        return infix(sign, days.moment(grow), days.moment(grow), "compared", sign)
    return infix(sign, grow.days(depth), grow.days(depth), "compared", sign)


def _listed(grow: Growing, depth: int) -> Part:
    """A number among literals, or a dose among those of a parameter."""
    if grow.chance.random() < 0.2:
        dose = grow.number("mass", depth)
        return Part(f"({dose.text} in DOSES)", ("dose", dose.tree))
    kind = grow.chance.choice(numbers.SOURCES)
    left, members = grow.number(kind, depth), [numbers.literal(grow, kind) for _ in range(grow.chance.randint(1, 3))]
    tree = ("any of", left.tree, *(member.tree for member in members))
    said = ", ".join(member.text for member in members)
    if grow.chance.random() < 0.3:
        return Part(f"({left.text} not in [{said}])", ("not", tree))
    return Part(f"({left.text} in [{said}])", tree)


def _codes(grow: Growing, depth: int) -> Part:
    known = coded_names(grow.form, grow.rows)
    codelist, left = grow.chance.choice(known)
    way, sign = grow.chance.random(), grow.chance.choice(("==", "!="))
    if way < 0.5:
        code = grow.chance.choice(CODES[codelist])
        return infix(sign, left, Part(f"'{code}'", ("word", code)))
    if way < 0.75:
        return infix(sign, left, grow.chance.choice([part for of, part in known if of == codelist]))
    listed = grow.chance.sample(CODES[codelist], grow.chance.randint(1, 2))
    said = ", ".join(f"'{code}'" for code in listed)
    tree = ("or", *(("==", left.tree, ("word", code)) for code in listed), ("word", False))
    return Part(f"({left.text} in [{said}])", tree)


def _drugs(grow: Growing, depth: int) -> Part:
    known, code = names(grow.form, grow.rows, "codes"), grow.chance.choice(CODES["DRUG"])
    several = grow.chance.choice(known)
    return Part(f"('{code}' in {several.text})", ("among", ("word", code), several.tree))


def _chosen_code(grow: Growing, depth: int) -> Part:
    choice = called("case", grow.condition(depth), Part("'H'", ("word", "H")), grow.condition(depth),
                    Part("'L'", ("word", "L")), Part("'N'", ("word", "N")))  # fmt: skip
    return infix("==", choice, Part("'L'", ("word", "L")))


def _texts(grow: Growing, depth: int) -> Part:
    note = grow.chance.choice(names(grow.form, grow.rows, "text"))
    other = grow.chance.choice((Part("'x'", ("word", "x")), Part("ARM", ("parameter", "ARM"))))
    return infix("==", note, other)


def _clocks(grow: Growing, depth: int) -> Part:
    known, sign = names(grow.form, grow.rows, "time"), grow.chance.choice(COMPARATORS)
    written = grow.chance.choice(CLOCKS)
    literal = Part(f"time('{written}')", ("days of", *(clock_of(written) or ())))
    return infix(sign, grow.chance.choice(known), literal, "compared", sign)


def _event(grow: Growing, depth: int) -> Part:
    outer = grow.rows is not None and grow.chance.random() < 0.5
    name = grow.chance.choice(("event", "event_type"))
    said = grow.chance.choice([f"SE.{alias}" for alias in EVENTS] if name == "event" else KINDS)
    fact = Part(f"this.{name}" if outer else name, ("fact", name, outer or grow.rows is None))
    return infix("==", fact, Part(f"'{said}'", ("word", said)))


def _presence(grow: Growing, depth: int) -> Part:
    number = grow.number(grow.chance.choice(numbers.SOURCES), depth)
    part = grow.chance.choice((grow.days(depth), number, grow.condition(depth)))
    return called(grow.chance.choice(("present", "missing")), part)


def _any_row(grow: Growing, depth: int) -> Part:
    if grow.rows:
        return _codes(grow, depth)
    form = grow.chance.choice(("MP", "AE"))
    inside = grow.inside(form).condition(depth)
    return Part(f"any_row({form}, {inside.text})", ("rows", "any", form, inside.tree, ()))


def _junction(grow: Growing, depth: int) -> Part:
    sign = grow.chance.choice(("and", "or"))
    parts = [condition(grow, depth) for _ in range(grow.chance.randint(2, 3))]
    return Part(f"({f' {sign} '.join(part.text for part in parts)})", (sign, *(part.tree for part in parts)))


def _negation(grow: Growing, depth: int) -> Part:
    part = condition(grow, depth)
    return Part(f"(not {part.text})", ("not", part.tree))


def _sameness(grow: Growing, depth: int) -> Part:
    other = grow.chance.choice((condition(grow, depth), Part("True", ("word", True)), Part("False", ("word", False))))
    return infix(grow.chance.choice(("==", "!=")), condition(grow, depth), other)


def _none_of(grow: Growing, depth: int) -> Part:
    return called("none_of", *(condition(grow, depth) for _ in range(grow.chance.randint(1, 3))))


LOGIC: list[Callable[[Growing, int], Part]] = [_junction, _junction, _junction, _negation, _sameness, _none_of]
PLAIN: list[Callable[[Growing, int], Part]] = [
    *[_numbers] * 5, *[_on_the_edge] * 3, *[_against_its_limit] * 2, *[_days] * 3, _listed, *[_codes] * 2, _drugs,
    _chosen_code, _texts, _clocks, _event, _presence,
    *[_any_row] * 2,
]  # fmt: skip
