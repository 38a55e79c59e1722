"""What is decided of bounds holds for each value they may have, by an evaluator of a few lines that knows none.

`test_casebook_differential.py` compares the whole language, uncertain values and all."""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.expressions import Kind
from forms.intervals import Interval
from forms.quantities import Quantity
from tests.forms.language import Record, compiled
from tests.forms.test_quantities import holds

ITEMS = ["A", "B", "SCORE"]
COUNTING = re.compile(r"(missing|none_of|count_true)\(")
"""What tells UNKNOWN from FALSE, and so holds of no single world."""
Worth = dict[str, Fraction | None]


@dataclass(frozen=True)
class Part:
    """An expression as its text and as nested tuples."""

    text: str
    tree: tuple[Any, ...]


def naive(tree: tuple[Any, ...], worth: Worth) -> Any:
    """The value of a tree, by the book: None is missing or UNKNOWN."""
    sign, *rest = tree
    if sign == "number":
        return rest[0]
    if sign == "item":
        return worth[rest[0]]
    if sign in ("and", "or"):
        return junction(sign, [naive(part, worth) for part in rest])
    values = [naive(part, worth) for part in rest]
    if sign == "missing":
        return values[0] is None
    if sign == "none_of":
        return all(value is False for value in values)
    if sign == "count_true":
        return Fraction(sum(value is True for value in values))
    if sign == "case":
        return None if values[0] is None else values[1] if values[0] else values[2]
    return None if None in values else strict(sign, values)


def junction(sign: str, values: list[Any]) -> bool | None:
    decisive = sign == "or"
    if decisive in values:
        return decisive
    return None if None in values else not decisive


def strict(sign: str, values: list[Any]) -> Any:
    a, b = values[0], values[-1]
    if sign == "/":
        return None if b == 0 else a / b
    table = {
        "+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "negative": lambda: -a, "abs": lambda: abs(a),
        "min": lambda: min(values), "max": lambda: max(values), "sum": lambda: sum(values, Fraction(0)),
        "<": lambda: a < b, "<=": lambda: a <= b, ">": lambda: a > b, ">=": lambda: a >= b, "==": lambda: a == b,
        "!=": lambda: a != b, "not": lambda: not a, "in": lambda: a in values[1:],
    }  # fmt: skip
    return table[sign]()


literals = st.integers(0, 40).map(lambda tenths: Part(str(tenths / 10), ("number", Fraction(tenths, 10))))
items = st.sampled_from(ITEMS).map(lambda name: Part(name, ("item", name)))


def called(name: str, parts: list[Part]) -> Part:
    return Part(f"{name}({', '.join(part.text for part in parts)})", (name, *(part.tree for part in parts)))


def infix(parts: tuple[Part, str, Part]) -> Part:
    left, sign, right = parts
    return Part(f"({left.text} {sign} {right.text})", (sign, left.tree, right.tree))


def numeric(inner: st.SearchStrategy[Part]) -> st.SearchStrategy[Part]:
    conditions = st.tuples(inner, st.sampled_from(["<", ">=", "=="]), inner).map(infix)
    return st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(infix),
        inner.map(lambda part: Part(f"(-{part.text})", ("negative", part.tree))),
        inner.map(lambda part: called("abs", [part])),
        st.tuples(st.sampled_from(["min", "max", "sum"]), st.lists(inner, min_size=1, max_size=3)).map(
            lambda two: called(*two)
        ),
        st.lists(conditions, min_size=1, max_size=3).map(lambda parts: called("count_true", parts)),
        st.tuples(conditions, inner, inner).map(lambda parts: called("case", list(parts))),
    )


numbers = st.recursive(literals | items, numeric, max_leaves=6)


def logical(inner: st.SearchStrategy[Part]) -> st.SearchStrategy[Part]:
    return st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(infix),
        st.tuples(inner, st.sampled_from(["==", "!="]), inner).map(infix),
        inner.map(lambda part: Part(f"(not {part.text})", ("not", part.tree))),
        inner.map(lambda part: called("missing", [part])),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: called("none_of", parts)),
    )


def listed(parts: tuple[Part, list[Part]]) -> Part:
    left, members = parts
    text = f"({left.text} in [{', '.join(member.text for member in members)}])"
    return Part(text, ("in", left.tree, *(member.tree for member in members)))


comparisons = st.tuples(numbers, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), numbers).map(infix)
conditions = st.recursive(
    comparisons | st.tuples(numbers, st.lists(literals, min_size=1, max_size=3)).map(listed), logical, max_leaves=5
)
worths = st.fixed_dictionaries(
    {name: st.none() | st.integers(-30, 30).map(lambda tenths: Fraction(tenths, 10)) for name in ITEMS}
)


@st.composite
def uncertain(draw: st.DrawFn) -> tuple[Record, Worth]:
    """A record some of whose values are bounds, with one of the worlds it may stand for."""
    world = draw(worths)
    values: dict[str, Quantity | None] = {}
    for name, number in world.items():
        sign = draw(st.sampled_from(["", "<", ">"]))
        if number is None or not sign:
            values[name] = None if number is None else Quantity(number)
        elif sign == "<":
            values[name] = Quantity(
                Interval(None, number + draw(st.sampled_from([Fraction(1, 10), 3])), high_open=True)
            )
        else:
            values[name] = Quantity(Interval(number - draw(st.sampled_from([Fraction(1, 10), 3])), None, low_open=True))
    return Record(values), world


@settings(max_examples=250, deadline=None)
@given(conditions, uncertain())
def test_what_is_decided_about_bounds_holds_in_every_world(part: Part, case: tuple[Record, Worth]) -> None:
    record, world = case
    outcome = compiled(part.text).evaluate(record)
    if not COUNTING.search(part.text):
        assert outcome in (None, naive(part.tree, world))


@settings(max_examples=150, deadline=None)
@given(numbers, uncertain())
def test_a_result_from_bounds_holds_the_result_of_every_world(part: Part, case: tuple[Record, Worth]) -> None:
    record, world = case
    result = compiled(part.text, Kind.NUMBER).evaluate(record)
    if isinstance(result, Quantity) and "count_true(" not in part.text:
        assert holds(result.number, naive(part.tree, world))


@pytest.mark.soak
@settings(max_examples=10_000, deadline=None)
@given(conditions, uncertain())
def test_what_is_decided_about_many_bounds_holds_in_every_world(part: Part, case: tuple[Record, Worth]) -> None:
    record, world = case
    if not COUNTING.search(part.text):
        assert compiled(part.text).evaluate(record) in (None, naive(part.tree, world))
