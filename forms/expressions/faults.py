"""What can be wrong with an expression, each fault with its place and a hint."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ExpressionFault:
    """One fault: line and column count from 1; `expected` lists what the grammar would have taken there."""

    message: str
    line: int = 1
    column: int = 1
    hint: str | None = None
    expected: tuple[str, ...] = ()

    def __str__(self) -> str:
        place = f"line {self.line}, column {self.column}: {self.message}"
        return f"{place} ({self.hint})" if self.hint else place


class ExpressionFaults(Exception):
    """All faults found in one expression; the one exception its compilation raises."""

    def __init__(self, faults: tuple[ExpressionFault, ...]) -> None:
        super().__init__("; ".join(str(fault) for fault in faults))
        self.faults = faults


class TooManySteps(Exception):
    """An evaluation that visited more rows than any casebook holds; it is stopped rather than left running."""
