"""The kinds of value an item, a parameter or an expression can have."""

from enum import StrEnum

from forms.dates import Clock, Moment
from forms.quantities import Quantity


class Kind(StrEnum):
    """What a value is; `codes` is a set of codes, `code` a single one."""

    NUMBER = "number"
    TEXT = "text"
    CODE = "code"
    CODES = "codes"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    BOOLEAN = "boolean"


Single = Quantity | str | frozenset[str] | Moment | Clock | bool
Value = Single | tuple[Single, ...] | None
"""A typed value; None is missing (for a condition: UNKNOWN); a tuple is a study parameter that is a list."""
