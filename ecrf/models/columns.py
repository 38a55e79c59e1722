"""Column shapes that several tables share, each written once."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, String, event, inspect
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.schema import CallableColumnDefault, ScalarElementColumnDefault

from ecrf.db import Model
from ecrf.ids import new_id

# A JSON document: JSONB where the database has it, text in SQLite. Always replaced whole, never changed in place.
Document = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

ID_LENGTH = 36


def id_column() -> Mapped[str]:
    """The primary key: a UUIDv7 as text, so that one form of it stands on every floor and in both databases."""
    return mapped_column(String(ID_LENGTH), primary_key=True, default=new_id)


def reference_to(table: str, *, nullable: bool = False, index: bool = False) -> Mapped[Any]:
    """A foreign key to another table's id."""
    return mapped_column(String(ID_LENGTH), ForeignKey(f"{table}.id"), nullable=nullable, index=index)


@event.listens_for(Model, "init", propagate=True)
def _fill_defaults(target: Model, _args: Any, given: dict[str, Any]) -> None:
    """Defaults stand from the beginning, not from the flush: the trail tells of a row before it is written."""
    for column in inspect(type(target)).columns:
        default = column.default
        if column.key not in given and isinstance(default, ScalarElementColumnDefault):
            given[column.key] = default.arg
        elif column.key not in given and isinstance(default, CallableColumnDefault):
            given[column.key] = default.arg(None)  # type: ignore[arg-type]  # our callables take no context
        elif column.key not in given and column.nullable:
            given[column.key] = None
