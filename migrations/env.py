"""How Alembic runs: on the application's own engine, in one transaction, with the rights that rebuilding tables takes.

After a batch operation on SQLite the table's triggers are gone: a migration that uses one creates them again.
"""

from alembic import context
from flask import current_app
from sqlalchemy import Connection, inspect

from ecrf.config import settings
from ecrf.db import db, for_migrations
from ecrf.privileges import privileges


def run() -> None:
    """Run what is asked for; there is no offline mode, because triggers differ by database."""
    if context.is_offline_mode():
        raise RuntimeError("migrations run on a database")
    with db.engine.connect() as connection:
        configured = current_app.extensions["migrate"].configure_args
        context.configure(connection=for_migrations(connection), target_metadata=db.metadatas[None], **configured)
        with context.begin_transaction():
            context.run_migrations()
            _let_the_application_in(connection)


def _let_the_application_in(connection: Connection) -> None:
    """On PostgreSQL, give the application's role what it needs and no more; tables of later versions, too."""
    role = settings().application_role
    known = db.metadatas[None].tables.keys() & set(inspect(connection).get_table_names())
    if role and connection.dialect.name == "postgresql" and "trail_entries" in known:
        for statement in privileges(role, known):
            connection.exec_driver_sql(statement)


run()
