"""What a command says where its database is missing, has no tables yet or cannot be reached: one line, nothing more."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from psycopg import errors
from sqlalchemy import make_url
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError

from ecrf.config import settings

_NOT_THERE = (errors.UndefinedTable, errors.UndefinedColumn)


class NoDatabase(click.ClickException):
    """There is no database of ours to work with."""


@contextmanager
def database_at_hand(*, made_here: bool = False) -> Iterator[None]:
    """Run with the database, or end with a line that says why not; what the statements themselves broke goes on."""
    if not made_here:
        _expect_file()
    try:
        yield
    except (IntegrityError, DataError):
        raise
    except (DatabaseError, sqlite3.Error) as fault:
        raise NoDatabase(_why(fault)) from fault


def _expect_file() -> None:
    """SQLite would make an empty file where there is none."""
    url = make_url(settings().database_url)
    if url.drivername.startswith("sqlite") and url.database and not Path(url.database).is_file():
        raise NoDatabase(f"there is no database at {url.database}")


def _why(fault: Exception) -> str:
    original = getattr(fault, "orig", None) or fault
    said = next(iter(str(original).splitlines()), type(original).__name__)
    if isinstance(original, _NOT_THERE) or said.startswith(("no such table", "no such column")):
        return "the database does not have all its tables: run `flask db upgrade`"
    return f"the database cannot be used: {said}"
