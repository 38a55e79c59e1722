"""Speed as a ratio to the same rule written by hand in exact arithmetic, measured in the same run."""

import gc
from collections.abc import Callable
from fractions import Fraction
from timeit import repeat

import pytest

from forms.expressions import Reference
from forms.quantities import Quantity
from tests.forms.language import Record, compiled, record

pytestmark = pytest.mark.soak
ALT = Reference("row", None, "ALT")
CREATININE, PLATELETS, HAEMOGLOBIN = Fraction(100), Fraction(50), Fraction(90)


def by_hand(scope: Record) -> bool | None:
    value, limit = scope.value(ALT), scope.limit("uln", ALT)
    if value is None or limit is None:
        return None
    assert isinstance(value, Quantity)
    return bool(value.number > 2 * limit.number)


CLAUSES = "(ALT > 3 * uln(ALT) or CREA > 100 'umol/L') and PLT < 50 '10*9/L' and HGB < 90 'g/L' and SEX == 'F'"
CREA, PLT, HGB, SEX = (Reference("row", None, item) for item in ("CREA", "PLT", "HGB", "SEX"))


def clauses_by_hand(scope: Record) -> bool | None:
    """Every clause known, in the order of the text."""
    alt, limit, crea = scope.value(ALT), scope.limit("uln", ALT), scope.value(CREA)
    plt, hgb, sex = scope.value(PLT), scope.value(HGB), scope.value(SEX)
    if None in (alt, limit, crea, plt, hgb, sex):
        return None
    assert limit is not None
    if not (alt.number > 3 * limit.number or crea.number > CREATININE):
        return False
    return bool(plt.number < PLATELETS and hgb.number < HAEMOGLOBIN and sex == "F")


def best(act: Callable[[Record], object], scope: Record) -> float:
    gc.collect()
    return min(repeat(lambda: act(scope), number=3000, repeat=7))


@pytest.mark.parametrize(("text", "hand"), [("ALT > 2 * uln(ALT)", by_hand), (CLAUSES, clauses_by_hand)])
def test_a_check_is_as_fast_as_one_written_by_hand(text: str, hand: Callable[[Record], bool | None]) -> None:
    scope = record({"ALT": "81.5", "uln(ALT)": "40.3", "CREA": "101", "PLT": "49", "HGB": "88.5", "SEX": "F"})
    rule = compiled(text).evaluate
    assert rule(scope) is hand(scope)
    assert best(rule, scope) <= 1.3 * best(hand, scope)
