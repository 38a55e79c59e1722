"""Closures that visit the rows of a form; each row is a scope of its own, beside that of the record."""

from collections.abc import Iterator
from typing import Any

from forms.expressions.faults import TooManySteps
from forms.expressions.names import Scope
from forms.expressions.numbers import BINARY, Closure, merged

MOST_ROWS = 10_000


def found(form: str, condition: Closure) -> Closure:
    """any_row(): whether a row meets the condition; one whose condition is UNKNOWN does not count."""

    def look(scope: Scope, this: Scope) -> bool:
        return any(condition(row, scope) is True for row in _visited(scope, form))

    return look


def count(form: str, condition: Closure) -> Closure:
    """count_rows(): how many rows meet the condition."""

    def look(scope: Scope, this: Scope) -> tuple[int, int]:
        return sum(condition(row, scope) is True for row in _visited(scope, form)), 1

    return look


def total(form: str, value: Closure, condition: Closure) -> Closure:
    """sum_rows(): the sum over the rows that meet the condition; missing where a part or a condition is, or where
    the form has no row."""

    def add_up(scope: Scope, this: Scope) -> Any:
        whole: Any = None
        for row in _visited(scope, form):
            truth = condition(row, scope)
            part = value(row, scope) if truth else (0, 1)
            if truth is None or part is None:
                return None
            whole = part if whole is None else merged(*BINARY["+"], whole, part)
        return whole

    return add_up


def _visited(scope: Scope, form: str) -> Iterator[Scope]:
    """The rows, as long as there are no more of them than any casebook holds."""
    for number, row in enumerate(scope.rows(form)):
        if number >= MOST_ROWS:
            raise TooManySteps(f"{form} has more than {MOST_ROWS} rows")
        yield row
