"""What an expression of one form may name, as text and as the tuple that the naive evaluator reads, by kind."""

from collections.abc import Iterator
from functools import cache
from random import Random
from typing import Any, NamedTuple, Protocol

from tests.forms.oracle.study import CODED, DECLARED, EVENTS, FACTORS, FORMS, REPEATING, TYPE_OF


class Part(NamedTuple):
    """An expression as its text and as nested tuples."""

    text: str
    tree: tuple[Any, ...]


def kind_of(item: str) -> str:
    """What an item holds: for a number what it measures, `plain` without a unit."""
    if item in DECLARED:
        return FACTORS[next(iter(DECLARED[item]))][0]
    if item == "AGEYEARS":
        return "span"
    return "plain" if TYPE_OF[item] in ("integer", "decimal") else TYPE_OF[item]


@cache
def names(form: str, rows: str | None, kind: str) -> tuple[Part, ...]:
    """The items of a kind that can be named on a form, or inside a predicate on the rows of another."""
    return tuple(part for item, part in _named(form, rows) if kind_of(item) == kind)


@cache
def coded_names(form: str, rows: str | None) -> tuple[tuple[str, Part], ...]:
    """The items with one code, with their code lists."""
    return tuple((CODED[item], part) for item, part in _named(form, rows) if kind_of(item) == "code")


@cache
def laboratory_names(form: str, kind: str) -> tuple[Part, ...]:
    """The laboratory items of a kind, whose limits can be asked for."""
    return tuple(part for item, part in _named(form, None) if kind_of(item) == kind and TYPE_OF[item] == "lab")


def _named(form: str, rows: str | None) -> Iterator[tuple[str, Part]]:
    """Every item that can be named; those of the record itself as often as all at other events."""
    own, word = ("this.", "this") if rows else ("", "row")
    for item in FORMS[form] * 12:
        yield item, Part(f"{own}{item}", ("read", word, form, item))
    for item in FORMS[rows] * 36 if rows else ():
        yield item, Part(item, ("read", "rows", rows, item))
    whole = [each for each in FORMS if each not in REPEATING]
    for other in whole:
        if any({form, other} <= {*forms.split()} for _, _, _, forms in EVENTS.values()):
            yield from _items_at("event", f"{other}.", other)
        for alias in EVENTS:
            if other in EVENTS[alias][3].split():
                yield from _items_at(alias, f"{alias}.{other}.", other)
        for word in ("PREV", "FIRST", "LAST"):
            yield from _items_at(word, f"{word}.{other}.", other)


def _items_at(word: str, written: str, form: str) -> Iterator[tuple[str, Part]]:
    for item in FORMS[form]:
        yield item, Part(f"{written}{item}", ("read", word, form, item))


class Growing(Protocol):
    """The grower, as those see it who make the parts: what is grown is at most so deep."""

    chance: Random
    form: str
    rows: str | None

    def number(self, kind: str, depth: int) -> Part: ...

    def days(self, depth: int) -> Part: ...

    def condition(self, depth: int) -> Part: ...

    def inside(self, rows: str) -> "Growing": ...


def infix(sign: str, left: Part, right: Part, *name: str) -> Part:
    """Two parts with a sign between them; `name` where the tree says it otherwise."""
    return Part(f"({left.text} {sign} {right.text})", (*(name or (sign,)), left.tree, right.tree))


def called(name: str, *parts: Part) -> Part:
    """A function of parts."""
    return Part(f"{name}({', '.join(part.text for part in parts)})", (name, *(part.tree for part in parts)))
