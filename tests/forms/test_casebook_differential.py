"""Random expressions on random casebooks against the naive evaluator of `tests/forms/oracle`, which shares no line
with the product: look-ups walk over all records, units go by written factors, logic by truth tables, what is uncertain
by every value it may have."""

import operator
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from forms import quantities, values
from forms.casebook import EventKey
from forms.dates import Moment
from forms.definitions import UnitChoice
from forms.expressions import closures, numbers, rows, truths
from forms.expressions.numbers import Closure, Pair
from forms.functions.registry import FUNCTIONS
from forms.intervals import Interval
from forms.reads import paths_read
from forms.scope import RecordScope
from tests.forms.oracle.casebooks import random_typed
from tests.forms.oracle.evaluator import STRICT, WHOLE
from tests.forms.oracle.study import FORMS, STUDY
from tests.forms.oracle.trials import Case, cases, disagreements

FEW, MANY = range(400), range(1000, 26_000)
WORDS = {"row", "rows", "this", "event", "SCR", "BL", "W2", "UNS", "PREV", "FIRST", "LAST"}
ELSEWHERE = {"ckd_epi_2021", "ckd_epi_2009", "belimumab_vials"}
"""Functions that have worked values from their sources instead."""


def test_thousands_of_expressions_come_out_as_by_the_book() -> None:
    tally: Counter[str] = Counter()
    assert disagreements(FEW, tally) == []
    assert all(tally[f"boolean {outcome}"] > 200 for outcome in ("TRUE", "UNKNOWN", "other"))
    assert all(tally[f"{kind} {outcome}"] > 70 for kind in ("number", "date") for outcome in ("UNKNOWN", "other"))


@pytest.mark.soak
def test_a_hundred_thousand_expressions_come_out_as_by_the_book() -> None:
    assert disagreements(MANY) == []


def test_the_random_expressions_use_the_whole_language() -> None:
    """Else agreement would say little."""
    drawn = [case for seed in FEW for case in cases(seed)]
    nodes = [node for case in drawn for node in _nodes(case.part.tree)]
    assert {node[0] for node in nodes} >= {*WHOLE, *STRICT}
    assert {node[1] for node in nodes if node[0] == "read"} == WORDS
    text = " ".join(case.part.text for case in drawn)
    assert [name for name in {*FUNCTIONS} - ELSEWHERE if f"{name}(" not in text] == []
    assert len({case.place.form for case in drawn}) == len(FORMS)


def _nodes(tree: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    below = [node for part in tree if isinstance(part, tuple) and part for node in _nodes(part)]
    return [tree, *below] if isinstance(tree[0], str) else below


def _stays_unknown(parts: tuple[Any, ...]) -> Callable[..., bool | None]:
    def both(scope: Any, this: Any) -> bool | None:
        found = [part(scope, this) for part in parts]
        return None if None in found else all(found)

    return both


def _first_days(a: Moment, b: Moment) -> bool:
    return a.earliest < b.earliest


def _met_or_unknown(form: str, condition: Closure) -> Closure:
    return lambda scope, this: any(condition(row, scope) is not False for row in scope.rows(form))


def _true_or_last(parts: tuple[Closure, ...]) -> Closure:
    return lambda scope, this: (parts[1] if parts[0](scope, this) else parts[-1])(scope, this)


def _closed(low: Fraction | None, high: Fraction | None, *ends: bool, **named: bool) -> Interval:
    return Interval(low, high)


def _offset_last(number: Fraction, choice: UnitChoice) -> Fraction:
    return number * choice.factor + choice.offset + choice.post_offset


def _turned(a: Pair, b: Pair) -> Pair:
    return b[0] * a[1] - a[0] * b[1], a[1] * b[1]


def _with_itself(scope: RecordScope) -> list[EventKey]:
    return [visit.event for visit in scope.chart.visits]


PLANTED: dict[str, tuple[object, str, object]] = {
    "UNKNOWN wins over FALSE": (closures._SEVERAL, "and", _stays_unknown),
    "at most is less than": (numbers.ORDER, "<=", (operator.lt, numbers.ORDER["<="][1])),
    "a bound is one of its values": (quantities, "Interval", _closed),
    "a difference is turned round": (numbers.BINARY, "-", (_turned, numbers.BINARY["-"][1])),
    "an offset comes after the factor": (values, "_converted", _offset_last),
    "a visit comes before itself": (RecordScope, "_visits_before", _with_itself),
    "a row that may meet a condition meets it": (rows, "found", _met_or_unknown),
    "an unknown condition is passed over": (closures._SEVERAL, "case", _true_or_last),
    "a partial date is its first day": (truths._MOMENTS, "<", _first_days),
}


@pytest.mark.soak
@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found(monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    owner, name, wrong = PLANTED[fault]
    put = monkeypatch.setitem if isinstance(owner, dict) else monkeypatch.setattr
    put(owner, name, wrong)
    assert any(disagreements([seed]) for seed in FEW)


def test_what_an_expression_does_not_read_does_not_move_it() -> None:
    """The dependency graph decides what a save evaluates, so a path missing in it would be a check not run."""
    assert _moved_by_strangers(range(80)) == []


@pytest.mark.soak
def test_what_many_expressions_do_not_read_does_not_move_them() -> None:
    assert _moved_by_strangers(MANY) == []


def _moved_by_strangers(seeds: range) -> list[str]:
    drawn = [case for seed in seeds for case in cases(seed)]
    return [case.part.text for case in drawn if _moves_with_a_stranger(case, Random(case.seed))]


def _moves_with_a_stranger(case: Case, chance: Random) -> bool:
    """Whether an item that is not among the reads moves the value."""
    rule, place = case.compiled(), chance.choice(sorted(case.book.records))
    reads = paths_read(rule, case.place.form, STUDY)
    before = case.scope().run(rule)
    strangers = [item for item in FORMS[place.form] if not {f"{place.form}.{item}", place.form} & reads]
    for item in strangers:
        case.book.records[place][item] = random_typed(chance, item)
    return case.scope().run(rule) != before
