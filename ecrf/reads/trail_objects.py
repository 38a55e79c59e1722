"""What an act of the system was about: whose link, whose session, which name was tried, which backup. Such an act
changes no row that is trailed, and says it in notes of its own."""

from collections.abc import Iterable
from typing import Any

from ecrf.reads.trail_changes import ChangeFacts, Path, Surroundings
from ecrf.reads.trailed_values import Shown

OBJECTS = ("user", "username", "purpose", "backup", "root", "copy", "kept", "package")


def objects_of(rows: Iterable[Any], around: Surroundings) -> tuple[ChangeFacts, ...]:
    """The notes of an act that name what it was about, as changes from nothing; people by their names."""
    return tuple(
        ChangeFacts(
            "", path.table, None, None, "", None, Shown(around.names.get(row.now_value, row.now_value)), row.mark,
            row.reason_code if row.mark == "refused" else None, None, is_computed=False,
        )
        for row in rows
        if (path := Path.of(row.path)).table in OBJECTS and not path.row and row.now_value
    )  # fmt: skip
