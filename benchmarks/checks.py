"""Bulk evaluation of one check: the closures of an expression beside the same rule written by hand in Python, over the
same records with the same exact numbers, in turns."""

import gc
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from time import perf_counter
from typing import Any

from forms.expressions import Compiled, Reference, compile_expression
from forms.kinds import Kind, Value
from forms.loading.loader import load_study
from forms.names import StudyNames
from forms.quantities import Quantity

BEAM = Path(__file__).resolve().parents[1] / "forms" / "studies" / "beam"
RECORDS, ROUNDS = 2000, 15
SIMPLE = "ALT <= 2 * uln(ALT)"
CLAUSES = (
    "(ALT > 3 * uln(ALT) or AST > 3 * uln(AST)) and TBIL > 2 * uln(TBIL) and CREA < 265.26 'umol/L' and FASTING == 'Y'"
)
ALT, AST, TBIL, CREA, FASTING = (Reference("row", None, item) for item in ("ALT", "AST", "TBIL", "CREA", "FASTING"))
CREATININE = Fraction("265.26")


class Sheet:
    """One record whose values are at hand: what is measured is the rule, not the casebook."""

    __slots__ = ("_limits", "_values")

    def __init__(self, values: Mapping[Reference, Value], limits: Mapping[Reference, Quantity]) -> None:
        self._values, self._limits = values, limits

    def value(self, reference: Reference) -> Any:
        """The value of an item."""
        return self._values.get(reference)

    def limit(self, which: str, reference: Reference) -> Quantity | None:
        """Its upper limit of normal."""
        return self._limits.get(reference)


def simple(sheet: Sheet) -> bool | None:
    """SIMPLE by hand."""
    value, limit = sheet.value(ALT), sheet.limit("uln", ALT)
    if value is None or limit is None:
        return None
    return bool(value.number <= 2 * limit.number)


def clauses(sheet: Sheet) -> bool | None:
    """CLAUSES by hand, as somebody writes it who cares for missing values and for speed."""
    high = above(sheet, ALT, 3)
    if high is not True:
        other = above(sheet, AST, 3)
        high = other if other is not False else high
    if high is False:
        return False
    unknown = high is None
    jaundice = above(sheet, TBIL, 2)
    if jaundice is False:
        return False
    unknown = unknown or jaundice is None
    creatinine, fasting = sheet.value(CREA), sheet.value(FASTING)
    if creatinine is not None and not creatinine.number < CREATININE:
        return False
    if fasting is not None and fasting != "Y":
        return False
    return None if unknown or creatinine is None or fasting is None else True


def above(sheet: Sheet, item: Reference, times: int) -> bool | None:
    """Whether a value is above so many times its limit."""
    value, limit = sheet.value(item), sheet.limit("uln", item)
    return None if value is None or limit is None else bool(value.number > times * limit.number)


@dataclass(frozen=True)
class Rule:
    """One rule, nanoseconds an evaluation: as a closure and by hand."""

    name: str
    closure: float
    by_hand: float


def measure_checks() -> tuple[Rule, ...]:
    """Both rules over some thousand records, a tenth of whose values are missing."""
    study = load_study(BEAM)
    names, sheets = StudyNames(study, study.forms["CHEM"]), list(_sheets())
    rules = (("check: one limit of normal", SIMPLE, simple), ("check: five clauses", CLAUSES, clauses))
    return tuple(
        _raced(name, compile_expression(text, names, expects=Kind.BOOLEAN), by_hand, sheets)
        for name, text, by_hand in rules
    )


def _sheets() -> Iterator[Sheet]:
    chance = random.Random(20260304)  # the same records every time

    def measured(low: int, high: int, unit: str) -> Quantity | None:
        number = Fraction(chance.randint(low * 10, high * 10), 10)
        return None if chance.random() < 0.1 else Quantity(number, unit)

    upper = {ALT: (40, "U/L"), AST: (35, "U/L"), TBIL: (21, "umol/L")}
    limits = {item: Quantity(Fraction(number), unit) for item, (number, unit) in upper.items()}
    for _ in range(RECORDS):
        values: dict[Reference, Value] = {
            ALT: measured(5, 300, "U/L"), AST: measured(5, 300, "U/L"), TBIL: measured(5, 100, "umol/L"),
            CREA: measured(30, 400, "umol/L"), FASTING: chance.choice(("Y", "N", None)),
        }  # fmt: skip
        yield Sheet(values, limits)


def _raced(name: str, rule: Compiled, by_hand: Callable[[Sheet], bool | None], sheets: list[Sheet]) -> Rule:
    """The best of several rounds of each, in turns; they must agree on every record."""
    evaluate: Callable[[Any], Value] = rule.evaluate
    assert all(evaluate(sheet) is by_hand(sheet) for sheet in sheets)
    closure, hand = [], []
    for _ in range(ROUNDS):
        closure.append(_lap(evaluate, sheets))
        hand.append(_lap(by_hand, sheets))
    return Rule(name, min(closure), min(hand))


def _lap(act: Callable[[Sheet], object], sheets: list[Sheet]) -> float:
    gc.collect()
    before = perf_counter()
    for sheet in sheets:
        act(sheet)
    return (perf_counter() - before) / len(sheets) * 1e9
