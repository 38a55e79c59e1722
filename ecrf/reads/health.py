"""Whether this server can do its work: what it needs is there (`ok`), runs low (`low`), or is not there (`failing`)."""

import shutil
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, func, inspect, select, text

from audit.ddl import trail_triggers
from audit.faults import Findings
from audit.inventory import check_triggers
from audit.triggers import Trigger
from ecrf import revisions
from ecrf.db import db
from ecrf.guards import guards

OK, LOW, FAILING = "ok", "low", "failing"
_REVISION = text("SELECT version_num FROM alembic_version")
_LEAST_FREE = 0.05
_DRIFT = timedelta(seconds=30)


def checked(now: datetime) -> dict[str, str]:
    """Each thing that is needed with its state; the database's own error where it does not answer at all."""
    connection = db.session.connection()
    return {
        "database": OK if connection.scalar(select(1)) == 1 else FAILING,
        "migrations": OK if _is_newest(connection) else FAILING,
        "guards": OK if _is_guarded(connection) else FAILING,
        "disk": _disk(db.engine.url.database) if connection.dialect.name == "sqlite" else OK,
        "clock": OK if abs(_clock_of(connection, now) - now) < _DRIFT else LOW,
    }


def _is_newest(connection: Connection) -> bool:
    return inspect(connection).has_table("alembic_version") and connection.scalar(_REVISION) == revisions.newest()


def _is_guarded(connection: Connection) -> bool:
    """Whether the trail's and the data's triggers stand as the migrations put them there."""
    findings = Findings()
    check_triggers(connection, _expected(connection.dialect.name), findings)
    return not findings.fault_count


@cache
def _expected(dialect: str) -> tuple[Trigger, ...]:
    return (*trail_triggers(dialect), *guards(dialect))


def _disk(file: str | None) -> str:
    """A file's disk; PostgreSQL's own is for its administrators to watch."""
    if not file or not Path(file).exists():
        return OK
    usage = shutil.disk_usage(Path(file).parent)
    return OK if usage.free >= usage.total * _LEAST_FREE else LOW


def _clock_of(connection: Connection, now: datetime) -> datetime:
    """The database's clock, where it has one of its own: entries of several servers are to follow one another."""
    if connection.dialect.name == "sqlite":
        return now
    told: datetime = connection.scalars(select(func.clock_timestamp())).one()
    return told
