"""What stands in a database: the same question to the one in use, to a copy of it and to one restored."""

from sqlalchemy import Connection, func, inspect, select, table, text

from audit.reading import all_heads
from audit.tables import trail_heads
from ecrf.exchange.backup_manifests import BackupFault, State

_REVISION = text("SELECT version_num FROM alembic_version")


def state_of(connection: Connection) -> State:
    """The state that this connection sees; raises `BackupFault` where the database is none of ours."""
    names = inspect(connection).get_table_names()
    if not {"alembic_version", trail_heads.name} <= set(names):
        raise BackupFault("the database has no tables of ours: run `flask db upgrade`")
    rows = {name: _count(connection, name) for name in sorted(names)}
    return State(str(connection.scalar(_REVISION)), rows, tuple(all_heads(connection)))


def is_empty(connection: Connection) -> bool:
    """Whether there is no table at all."""
    return not inspect(connection).get_table_names()


def _count(connection: Connection, name: str) -> int:
    return connection.scalars(select(func.count()).select_from(table(name))).one()
