"""What is wrong with an expression, in the reader's language.

The language of expressions knows no catalogue: what it says in English is recognised here by its sentence, and said
again with the same names and units in their places. What is not recognised is told as it came.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ecrf.messages import N_
from ecrf.web.presenting.catalogue import gettext

_SORTS = (
    N_("a list (%(what)s)"), N_("a number in %(unit)s"), N_("a number"), N_("a text"), N_("a code"),
    N_("several codes"), N_("a date or a date-time"), N_("a date-time"), N_("a date"), N_("a time of day"),
    N_("a condition"), N_("the result"), N_("a number without a unit"), N_("%(name)s (in %(unit)s)"),
)  # fmt: skip
_NAMES = (
    N_("there is no form named %(name)s"), N_("there is no event named %(name)s"),
    N_("there is no item in %(form)s named %(name)s"), N_("there is no function %(name)s"),
    N_("no event that holds %(held)s holds the form %(form)s"), N_("no event %(event)s holds the form %(form)s"),
    N_("%(name)s needs a form and an item"), N_("this has items, no forms"),
    N_("%(name)s is not shown to you"), N_("a list cannot ask of the whole casebook"),
)  # fmt: skip
_SYNTAX = (
    N_("%(text)s is not expected here"), N_("%(text)s cannot stand here"), N_("the expression ends too early"),
    N_("the expression is empty"), N_("the expression has %(number)s characters; %(most)s are allowed"),
    N_("more than %(most)s brackets are open"), N_("the expression is nested more than %(most)s levels deep"),
    N_("the list is empty"), N_("a list holds literals only"),
)  # fmt: skip
_KINDS = (
    N_("%(left)s has the unit %(unit)s, but %(right)s is a number without a unit"),
    N_("%(name)s is %(sort)s, where a list is needed"),
    N_("%(name)s is %(sort)s, where %(wanted)s is needed"),
    N_("%(name)s is %(sort)s, where %(argument)s is %(wanted)s"), N_("%(name)s is a list: use in"),
    N_("%(left)s is %(a)s, %(right)s is %(b)s: they cannot be compared"), N_("%(sort)s has no order: use == or !="),
    N_("%(left)s and %(right)s have no code in common"), N_("%(text)s is not in the code list of %(name)s"),
    N_("the result can be %(codes)s, which is not in the code list"),
    N_("%(left)s and %(right)s differ in their annotations"), N_("%(left)s and %(right)s measure different things"),
    N_("%(left)s and %(right)s: one is a temperature, one a difference"), N_("two temperatures cannot be added"),
    N_("%(name)s is a point on a scale and cannot be multiplied or divided"),
    N_("%(name)s is a point on a scale and has no opposite"),
    N_("%(name)s is a point on a scale; %(function)s has no meaning for it"),
)  # fmt: skip
_CALLS = (
    N_("%(function)s takes a quoted literal"), N_("%(function)s takes the name of a laboratory item"),
    N_("%(function)s takes the name of a form first"), N_("%(function)s takes a form and one of its items"),
    N_("%(function)s takes %(wanted)s arguments, %(given)s given"),
    N_("%(function)s takes %(wanted)s argument, %(given)s given"),
    N_("the decimals of round() are a whole number from 0 to 20, written out"), N_("%(text)s is not a %(kind)s"),
    N_("weighted_sum('Y', ITEM, weight, ...) needs one weight after each item"),
    N_("a row predicate cannot look at rows itself"),
)  # fmt: skip
_UNITS = (
    N_("the unit of %(name)s: %(fault)s"), N_("%(text)s is not a UCUM unit"),
    N_("%(text)s holds a decimal, which UCUM reads as a product"), N_("%(text)s is nested too deeply"),
    N_("%(text)s has an exponent that no unit has"), N_("%(text)s uses a temperature scale inside a larger unit"),
    N_("a unit code of %(number)s characters is too long"),
)  # fmt: skip
_HINTS = (
    N_("did you mean %(names)s?"), N_("write == to compare"), N_("write not, or != to compare"),
    N_("there is no power; multiply"), N_("join conditions by and, or"),
    N_("join comparisons by and: a < b and b < c"), N_("join comparisons by or instead"),
    N_("the quoted text has no end"), N_("names are written in plain letters A to Z"),
    N_("numbers are written out: 100000, 2.5"), N_("numbers are written without quotes"),
    N_("long sums can be written as sum(a, b, ...)"),
    N_("compare it with a temperature, or subtract another one first"),
    N_("compare it: %(text)s"), N_("compare %(text)s"), N_("annotations in braces must be the same on both sides"),
    N_("differences of temperatures are in K"), N_("use K for differences"), N_("the codes are %(codes)s"),
    N_("open_queries() and required_missing() are for checks"), N_("it points at a person or would unblind"),
    N_("inside %(form)s rows the record's own item is %(name)s"), N_("multiply it by %(text)s"),
    N_("give it a unit: %(text)s; or give the parameter the unit %(unit)s"),
    N_("%(name)s is compared in %(unit)s or a unit of the same dimension"),
    N_("write %(text)s, or another unit of the same dimension"), N_("write %(text)s for a list of one"),
    N_("write %(text)s"),
)  # fmt: skip
_EXPECTED = (
    N_("a comparison (== != < <= > >=)"), N_("+ or -"), N_("* or /"), N_("a name"), N_("a quoted text"), N_("the end"),
)  # fmt: skip
_SENTENCES = (*_SYNTAX, *_NAMES, *_UNITS, *_CALLS, *_KINDS, *_HINTS, *_EXPECTED, *_SORTS)
_PLACE = re.compile(r"%\\\((\w+)\\\)s")
_PARTS = re.compile(" · |; ")


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((each, re.compile(_PLACE.sub(r"(?P<\1>(?:(?!; ).)+?)", re.escape(each)))) for each in _SENTENCES)


def expression_fault(message: str) -> str:
    """A message, or a hint, of an expression's fault in the reader's language."""
    return _whole(message) or "".join(_joined(message))


def is_known(message: str) -> bool:
    """Whether every sentence of a message is recognised."""
    return _whole(message) is not None or all(_whole(each) is not None for each in _PARTS.split(message))


def _joined(message: str) -> Iterable[str]:
    """Several sentences, or several things that were expected, with what joins them."""
    start = 0
    for found in _PARTS.finditer(message):
        yield _whole(message[start : found.start()]) or message[start : found.start()]
        yield gettext(N_("; ")) if found.group() == "; " else found.group()
        start = found.end()
    yield _whole(message[start:]) or message[start:]


def _whole(message: str) -> str | None:
    for sentence, pattern in _patterns():
        found = pattern.fullmatch(message)
        if found is not None:
            return gettext(sentence, **dict(_values(found)))
    return None


def _values(found: re.Match[str]) -> Iterator[tuple[str, str]]:
    """What stands in the places: a kind in the reader's language, a name or a unit as it is."""
    for name, value in found.groupdict().items():
        yield name, (_whole(value) or value) if name in _TRANSLATED else value


_TRANSLATED = frozenset({"sort", "wanted", "a", "b", "what", "fault", "left", "right"})
