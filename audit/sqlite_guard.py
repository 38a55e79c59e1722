"""What the application's own connections to SQLite may not do, because there are no privileges to keep them from it.

Whoever gets a statement into the application can neither drop a trigger nor switch one off (requirements D.3).
"""

import sqlite3

_UNDOING = frozenset(
    {
        sqlite3.SQLITE_ALTER_TABLE,
        sqlite3.SQLITE_CREATE_TEMP_TRIGGER,
        sqlite3.SQLITE_CREATE_TRIGGER,
        sqlite3.SQLITE_DROP_INDEX,
        sqlite3.SQLITE_DROP_TABLE,
        sqlite3.SQLITE_DROP_TRIGGER,
    }
)
_WRITING = frozenset({sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE})
_SCHEMA = frozenset({"sqlite_master", "sqlite_schema"})
_SWITCHES = frozenset({"foreign_keys", "ignore_check_constraints", "recursive_triggers", "writable_schema"})


def guard(connection: sqlite3.Connection) -> None:
    """From now on this connection refuses to undo the guards of the trail; its own settings come before."""
    connection.set_authorizer(_authorize)


def _authorize(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    """Called by SQLite for each thing a statement would do; what `first` and `second` are depends on the action."""
    if action in _UNDOING:
        return sqlite3.SQLITE_DENY
    if action in _WRITING and first in _SCHEMA:
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_PRAGMA and second is not None and (first or "").lower() in _SWITCHES:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK
