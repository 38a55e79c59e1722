"""How Alembic runs: on the application's own engine, in one transaction, with the rights that rebuilding tables takes.

After a batch operation on SQLite the table's triggers are gone: a migration that uses one creates them again.
"""

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection, exists, inspect, select, table

from ecrf import clock
from ecrf.config import settings
from ecrf.db import db, for_migrations
from ecrf.privileges import DERIVED, privileges
from ecrf.services import summing


def run() -> None:
    """Run what is asked for; there is no offline mode, because triggers differ by database."""
    if context.is_offline_mode():
        raise RuntimeError("migrations run on a database")
    with db.engine.connect() as connection:
        configured = current_app.extensions["migrate"].configure_args
        steps: list[bool] = []
        context.configure(
            connection=for_migrations(connection), target_metadata=db.metadatas[None],
            transactional_ddl=True,  # on SQLite, too, all of it happens or nothing: our connections begin by themselves
            on_version_apply=lambda *, step, **_: steps.append(step.is_upgrade), **configured,
        )  # fmt: skip
        with context.begin_transaction():
            held = _held(connection)
            context.run_migrations()
            if not all(steps):
                _expect_kept(held, connection)
            _let_the_application_in(connection)
    _sum_up()


class WouldDropData(RuntimeError):
    """A downgrade would drop a table that holds rows, or a column of one. Nothing was changed."""


def _held(connection: Connection) -> dict[str, set[str]]:
    """The tables that hold rows, each with its columns; sums are no data, for they are computed anew."""
    there = inspect(connection)
    names = (name for name in there.get_table_names() if name not in ("alembic_version", *DERIVED))
    filled = (name for name in names if connection.scalar(select(exists().select_from(table(name)))))
    return {name: _columns(there, name) for name in filled}


def _expect_kept(held: dict[str, set[str]], connection: Connection) -> None:
    """Refuse what a downgrade has dropped; the transaction takes it all back."""
    there = inspect(connection)
    names = set(there.get_table_names())
    lost = [name for name in held if name not in names]
    lost += [
        f"{name}.{column}" for name in held.keys() & names for column in held[name] - _columns(there, name)
    ]
    if lost:
        raise WouldDropData(f"this downgrade would drop data: {', '.join(sorted(lost))}")


def _columns(there: Any, name: str) -> set[str]:
    return {column["name"] for column in there.get_columns(name)}


def _let_the_application_in(connection: Connection) -> None:
    """On PostgreSQL, give the application's role what it needs and no more; tables of later versions, too."""
    role = settings().application_role
    known = db.metadatas[None].tables.keys() & set(inspect(connection).get_table_names())
    if role and connection.dialect.name == "postgresql" and "trail_entries" in known:
        for statement in privileges(role, known):
            connection.exec_driver_sql(statement)


def _sum_up() -> None:
    """Compute the sums of data that were entered before there were sums."""
    if {"subjects", *summing.DERIVED} <= set(inspect(db.engine).get_table_names()):
        if summing.are_missing():
            summing.rebuild(clock.now())
        db.session.commit()


run()
