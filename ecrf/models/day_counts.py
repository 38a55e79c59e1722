"""Days between two dates, counted by the database."""

from typing import Any

from sqlalchemy import Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class days_between(FunctionElement[int]):  # noqa: N801 - written like a function of SQL
    """The number of days from a first date to a second; null where one of them is."""

    type = Integer()
    inherit_cache = True


@compiles(days_between, "sqlite")
def _by_julian_days(element: days_between, compiler: Any, **kw: Any) -> str:
    first, second = (compiler.process(each, **kw) for each in element.clauses)
    return f"CAST(julianday({second}) - julianday({first}) AS INTEGER)"


@compiles(days_between, "postgresql")
def _by_difference(element: days_between, compiler: Any, **kw: Any) -> str:
    first, second = (compiler.process(each, **kw) for each in element.clauses)
    return f"({second} - {first})"
