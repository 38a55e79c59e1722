"""The cells of the trail and of the things it tells of: one row of each table, and every column that is proved."""

from typing import Any

from audit.tables import trail_changes, trail_entries, trail_heads, trail_values
from tests.audit.world import THINGS, things

# One row of each table, in the middle of the history; its columns are changed one at a time.
ROWS: dict[str, dict[str, Any]] = {
    "trail_entries": {"chain": "study:s1", "sequence": 5},
    "trail_changes": {"chain": "study:s1", "sequence": 5, "ordinal": 0},
    "trail_values": {"chain": "study:s1", "sequence": 5, "ordinal": 0},
    "trail_heads": {"chain": "study:s1"},
    "things": {"id": "s2-t2"},
}
CAUSED = {"chain": "system", "sequence": 1}
CELLS = [
    (table, column)
    for table in (trail_entries, trail_changes, trail_values, trail_heads, things)
    for column in table.c
    if table is not things or column.name in {"id", *THINGS.fields, *THINGS.documents}
]
