"""Speed as a ratio to the same rule written by hand in exact arithmetic, measured in the same run."""

import gc
from collections.abc import Callable
from timeit import repeat

from forms.expressions import Reference
from forms.quantities import Quantity
from tests.forms.language import Record, compiled, record

ALT = Reference("row", None, "ALT")


def by_hand(scope: Record) -> bool | None:
    value, limit = scope.value(ALT), scope.limit("uln", ALT)
    if value is None or limit is None:
        return None
    assert isinstance(value, Quantity)
    return bool(value.number > 2 * limit.number)


def best(act: Callable[[Record], object], scope: Record) -> float:
    gc.collect()
    return min(repeat(lambda: act(scope), number=3000, repeat=7))


def test_a_check_is_as_fast_as_one_written_by_hand() -> None:
    scope = record({"ALT": "81.5", "uln(ALT)": "40.3"})
    rule = compiled("ALT > 2 * uln(ALT)").evaluate
    assert rule(scope) is by_hand(scope) is True
    assert best(rule, scope) <= 1.3 * best(by_hand, scope)
