"""Columns as the database keeps them, read so that nothing else is taken for what was written there.

SQLite keeps any kind of value in any column, and kind readers take `20260304` for a date, the text `true` for a truth,
bytes for a document and the last of two equal keys for the only one. On both databases they take a JSON null for NULL.
Nothing is raised here: what is odd is handed on as `Odd`, so that the verifier can name its place.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Column, ColumnElement, Date, Dialect, Integer, Text, cast, type_coerce
from sqlalchemy.types import TypeDecorator, TypeEngine

from audit.canonical import flat_json
from audit.instants import Instant, from_microseconds


@dataclass(frozen=True)
class Odd:
    """What was never written in its column; `document` is what a document says that is spelled in another way."""

    document: Any = None


def as_stored(column: Column[Any], dialect: str) -> ColumnElement[Any]:
    """The column, for a select on this dialect; `Odd` stands for what was never written there."""
    match column.type:
        case JSON():
            text = cast(column, Text) if dialect == "postgresql" else column
            return _read_as(StoredJson(), text, column.name)
        case Boolean():
            return _read_as(StoredTruth(), column, column.name)
        case Instant():
            return _read_as(StoredInstant(), column, column.name)
        case Date():
            return _read_as(StoredDay(), column, column.name)
        case _:
            return column


class StoredTruth(TypeDecorator[Any]):
    """SQLite's truths are 0 and 1."""

    impl = Integer
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | Odd | None:
        """True or false."""
        if value is None or type(value) is bool:
            return value
        return value == 1 if type(value) is int and value in {0, 1} else Odd()


class StoredInstant(TypeDecorator[Any]):
    """Whole microseconds."""

    impl = BigInteger
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | Odd | None:
        """The moment, in UTC."""
        if value is None:
            return None
        try:
            return from_microseconds(value) if type(value) is int else Odd()
        except OverflowError:
            return Odd()


class StoredDay(TypeDecorator[Any]):
    """In SQLite a text, in one spelling of all that ISO 8601 knows."""

    impl = Text
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> date | Odd | None:
        """The day."""
        if value is None or type(value) is date:
            return value
        try:
            day = date.fromisoformat(value)
        except (TypeError, ValueError):
            return Odd()
        return day if day.isoformat() == value else Odd()


class StoredJson(TypeDecorator[Any]):
    """The text of a document. In SQLite it has one spelling, that of `flat_json`, so that not a blank can be changed;
    PostgreSQL keeps no spelling."""

    impl = Text
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """The document."""
        if value is None:
            return None
        if type(value) is not str:
            return Odd()
        try:
            document = json.loads(value)
            is_odd = document is None or (dialect.name == "sqlite" and flat_json(document) != value)
        except (ValueError, RecursionError):
            return Odd()
        return Odd(document) if is_odd else document


def _read_as(kind: TypeEngine[Any], column: ColumnElement[Any], name: str) -> ColumnElement[Any]:
    return type_coerce(column, kind).label(name)
