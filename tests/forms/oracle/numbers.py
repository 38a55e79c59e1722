"""Random numbers of one kind: items, limits, literals with units, arithmetic that keeps the kind, counts and sums."""

from collections.abc import Callable
from fractions import Fraction

from tests.forms.oracle.lookups import in_base
from tests.forms.oracle.study import CODES, DECLARED, FACTORS
from tests.forms.oracle.vocabulary import Growing, Part, called, coded_names, infix, laboratory_names, names

KINDS = ("plain", "enzyme", "molar", "count", "density", "share", "mass", "length", "volume", "span", "warmth",
         "warming", "area", "load")  # fmt: skip
LIMITED = ("enzyme", "molar", "count", "density")
SOURCES = ("plain", "enzyme", "molar", "count", "density", "mass", "length", "span", "warmth")
PRODUCTS = {
    "mass": [("*", "density", "volume")], "count": [("*", "share", "count")], "area": [("*", "length", "length")],
    "load": [("/", "mass", "area")], "density": [("/", "mass", "volume"), ("/", "density", "share")],
    "volume": [("/", "mass", "density")], "warming": [("-", "warmth", "warmth")], "warmth": [("-", "warmth", "warming"),
    ("+", "warmth", "warming")],
}  # fmt: skip
DIGITS = ("0", "1", "2", "3", "10", "20", "36.6", "38", "40", "50", "0.5", "98", "100", "0.1", "18")
Made = Callable[[Growing, str, int], Part]


def leaf(grow: Growing, kind: str, depth: int = 0) -> Part:
    """An item more often than not; else a limit, a literal, a parameter or the day of the plan."""
    chance = grow.chance
    known = names(grow.form, grow.rows, kind)
    if known and chance.random() < 0.65:
        return chance.choice(known)
    limited = () if grow.rows else laboratory_names(grow.form, kind)
    if limited and chance.random() < 0.6:
        which, part = chance.choice(("uln", "lln")), chance.choice(limited)
        return Part(f"{which}({part.text})", ("limit", which, *part.tree[1:]))
    named = {"plain": (Part("LIMIT", ("parameter", "LIMIT")), Part("event_target", ("fact", "event_target", False))),
             "span": (Part("AGE_MIN", ("parameter", "AGE_MIN")),)}.get(kind, ())  # fmt: skip
    return chance.choice(named) if named and chance.random() < 0.3 else literal(grow, kind)


def literal(grow: Growing, kind: str, depth: int = 0) -> Part:
    """A number with any unit of the kind."""
    units = [code for code, (of, _, _) in FACTORS.items() if of == kind]
    return written(grow.chance.choice(DIGITS), grow.chance.choice(units) if units else None)


def written(digits: str, unit: str | None) -> Part:
    """A literal."""
    if unit is None:
        return Part(digits, ("number", Fraction(digits)))
    return Part(f"{digits} '{unit}'", ("number", in_base((Fraction(digits),) * 2, unit)[0]))


def arithmetic(grow: Growing, kind: str, depth: int) -> Part:
    if kind in PRODUCTS and (kind == "warmth" or grow.chance.random() < 0.6):
        sign, left, right = grow.chance.choice(PRODUCTS[kind])
        return infix(sign, grow.number(left, depth), grow.number(right, depth))
    sign = grow.chance.choice("+-+-*/")
    left, right = grow.number(kind, depth), grow.number("plain" if sign in "*/" else kind, depth)
    return infix(sign, right, left) if sign == "*" and grow.chance.random() < 0.5 else infix(sign, left, right)


def ratio(grow: Growing, kind: str, depth: int) -> Part:
    of = grow.chance.choice(SOURCES[:-1])
    return infix("/", grow.number(of, depth), grow.number(of, depth))


def signed(grow: Growing, kind: str, depth: int) -> Part:
    part = grow.number(kind, depth)
    return grow.chance.choice((called("abs", part), Part(f"(-{part.text})", ("negative", part.tree))))


def several(grow: Growing, kind: str, depth: int) -> Part:
    name = grow.chance.choice(("min", "max", "coalesce", "sum")[: 3 if kind == "warmth" else 4])
    return called(name, *(grow.number(kind, depth) for _ in range(grow.chance.randint(1, 3))))


def choice(grow: Growing, kind: str, depth: int) -> Part:
    pairs = [(grow.condition(depth), grow.number(kind, depth)) for _ in range(grow.chance.randint(1, 2))]
    otherwise = [grow.number(kind, depth)] if grow.chance.random() < 0.7 else []
    return called("case", *(part for pair in pairs for part in pair), *otherwise)


def rounding(grow: Growing, kind: str, depth: int) -> Part:
    """round() works in the unit of what it rounds: an item's own, or none."""
    places = grow.chance.choice((0, 1, 2))
    if kind == "plain":
        part, factor, offset = grow.number("plain", depth), Fraction(1), Fraction(0)
    else:
        known = names(grow.form, grow.rows, kind)
        if not known:
            return leaf(grow, kind)
        part = grow.chance.choice(known)
        unit = next(iter(DECLARED.get(part.tree[3], {"a": 1})))
        factor, offset = (Fraction(each) for each in FACTORS[unit][1:])
    written = f"round({part.text})" if places == 0 else f"round({part.text}, {places})"
    return Part(written, ("round", part.tree, places, factor, offset))


def count(grow: Growing, kind: str, depth: int) -> Part:
    return called("count_true", *(grow.condition(depth) for _ in range(grow.chance.randint(1, 3))))


def row_count(grow: Growing, kind: str, depth: int) -> Part:
    form = grow.chance.choice(("MP", "AE"))
    condition = grow.inside(form).condition(depth)
    return Part(f"count_rows({form}, {condition.text})", ("rows", "count", form, condition.tree, ()))


def row_sum(grow: Growing, kind: str, depth: int) -> Part:
    form = {"mass": "MP", "span": "AE"}.get(kind) or grow.chance.choice(("MP", "AE"))
    row = grow.inside(form)
    value = row.number(kind, depth)
    if grow.chance.random() < 0.3:
        return Part(f"sum_rows({form}, {value.text})", ("rows", "sum", form, ("word", True), value.tree))
    condition = row.condition(depth)
    return Part(f"sum_rows({form}, {value.text}, {condition.text})", ("rows", "sum", form, condition.tree, value.tree))


def elapsed(grow: Growing, kind: str, depth: int) -> Part:
    name = grow.chance.choice(("days", "days", "hours", "minutes"))
    if name == "days":
        return called(name, grow.days(depth), grow.days(depth))
    known = names(grow.form, grow.rows, "datetime")
    return called(name, grow.chance.choice(known), grow.chance.choice(known))


def age(grow: Growing, kind: str, depth: int) -> Part:
    return called("age", grow.days(0), grow.days(0))


def coded(grow: Growing, kind: str, depth: int) -> Part:
    """number() of a code, or the weights of several."""
    known = coded_names(grow.form, grow.rows)
    if grow.chance.random() < 0.5:
        part = grow.chance.choice(known)[1]
        return Part(f"number({part.text})", ("number of", part.tree))
    codelist = grow.chance.choice(known)[0]
    code = grow.chance.choice(CODES[codelist])
    fitting = [part for of, part in known if of == codelist]
    items = [grow.chance.choice(fitting) for _ in range(grow.chance.randint(1, 3))]
    weights = [Fraction(grow.chance.choice(DIGITS)) for _ in items]
    said = ", ".join(f"{item.text}, {float(weight):g}" for item, weight in zip(items, weights, strict=True))
    tree = [each for item, weight in zip(items, weights, strict=True) for each in (item.tree, weight)]
    return Part(f"weighted_sum('{code}', {said})", ("weighted_sum", code, *tree))


def makers(grow: Growing, kind: str) -> list[Made]:
    """What can make a number of a kind out of smaller parts."""
    made: list[Made] = [arithmetic, arithmetic, several, choice]
    if kind in SOURCES:
        made.append(rounding)
    if kind != "warmth":
        made.append(signed)
        if not grow.rows:
            made.append(row_sum)
    if kind == "span":
        made.append(age)
    if kind == "plain":
        made += [ratio, ratio, count, elapsed, coded, *([] if grow.rows else [row_count])]
    return made
