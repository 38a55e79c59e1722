"""What a registered function is: typed arguments, a typed result, its source, and worked values that the tests run."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from forms.kinds import Kind

MOMENTS = (Kind.DATE, Kind.DATETIME)
TEXTS = (Kind.TEXT, Kind.CODE)
NUMBERS = (Kind.NUMBER,)


@dataclass(frozen=True)
class Argument:
    """One argument: the kinds it may have and the UCUM unit in which the function gets it (None: a plain number)."""

    name: str
    kinds: tuple[Kind, ...]
    unit: str | None = None


@dataclass(frozen=True)
class Function:
    """One function of the language.

    `compute` gets numbers as Fraction, dates as Moment (exact ones unless it is `partial`), codes as str. It is never
    called with a missing argument or an interval of numbers, and returns None where there is no answer. A result of
    kind DATE is that of the first argument. `examples` pair an expression with the text of its value, None for missing.
    """

    name: str
    arguments: tuple[Argument, ...]
    result: Kind
    compute: Callable[..., Any]
    says: str
    source: str
    examples: tuple[tuple[str, str | None], ...]
    unit: str | None = None
    partial: bool = False
