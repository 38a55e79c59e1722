"""Copies of a PostgreSQL database by `pg_dump`, and their way back by `pg_restore`, both found on the path."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import DDL, URL, Connection, Engine, text

from ecrf.db import READS_ONLY, for_migrations
from ecrf.exchange.backup_manifests import BackupFault, State
from ecrf.exchange.database_states import is_empty, state_of
from ecrf.privileges import privileges

_ASIDE = "before_"
_NO_LIMITS = "SET LOCAL idle_in_transaction_session_timeout = 0"


class PostgresCopies:
    """The database of this engine. Restoring takes its owner, as migrating does."""

    name = "database.dump"

    def __init__(self, engine: Engine, role: str) -> None:
        self._engine, self._role = engine, role

    def take(self, to: Path) -> State:
        """Dump the database into a new file; the state is that of the very snapshot that was dumped."""
        to.touch(mode=0o600)
        options = {READS_ONLY: True, "isolation_level": "REPEATABLE READ"}
        with self._engine.connect().execution_options(**options) as connection:
            connection.exec_driver_sql(_NO_LIMITS)  # a long dump keeps this transaction waiting
            snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
            given = (f"--snapshot={snapshot}", f"--exclude-schema={_ASIDE}*", "--format=custom", f"--file={to}")
            self._run("pg_dump", *given, "--no-password", self._address())
            return state_of(connection)

    def expect_readable(self, file: Path) -> None:
        """The archive can be read to its end."""
        self._run("pg_restore", f"--file={os.devnull}", str(file))

    def is_empty(self) -> bool:
        """Whether the database has no table."""
        with self._engine.connect() as connection:
            return is_empty(connection)

    def set_aside(self, stamp: str) -> str | None:
        """Give the schema with all that stands in it another name; answers which."""
        kept = f"{_ASIDE}{stamp.lower()}"
        with self._owning() as connection:
            connection.execute(_renaming("public", kept))
            self._begin_schema(connection)
        return f"schema {kept}"

    def put(self, copy: Path) -> None:
        """Restore a dump in one transaction, and let the application's role in."""
        given = (
            "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--no-password",
            "--schema=public",  # nothing of ours stands elsewhere
        )  # fmt: skip
        self._run("pg_restore", *given, f"--dbname={self._address()}", str(copy))
        if self._role:
            with self._owning() as connection:
                for statement in privileges(self._role, state_of(connection).rows.keys() - {"alembic_version"}):
                    connection.exec_driver_sql(statement)

    def put_back(self, kept: str | None) -> None:
        """Undo: what was set aside is the database again."""
        with self._owning() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            if kept is None:
                self._begin_schema(connection)
            else:
                connection.execute(_renaming(kept.removeprefix("schema "), "public"))

    def _begin_schema(self, connection: Connection) -> None:
        connection.exec_driver_sql("CREATE SCHEMA public")
        if self._role:
            connection.execute(_ddl("GRANT USAGE ON SCHEMA public TO %(role)s", role=self._role))

    @contextmanager
    def _owning(self) -> Iterator[Connection]:
        self._engine.dispose()  # what pooled connections have prepared knows the schema that was
        with self._engine.connect() as connection, for_migrations(connection).begin():
            yield connection

    def _address(self) -> str:
        """The address as libpq takes it, without the password, which other people's `ps` must not show."""
        url: URL = self._engine.url.set(drivername="postgresql", password=None)
        return url.render_as_string(hide_password=False)

    def _run(self, program: str, *given: str) -> None:
        found = shutil.which(program)
        if found is None:
            raise BackupFault(f"{program} is not on the path: install the client programs of PostgreSQL")
        password = self._engine.url.password
        environment = {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}
        done = subprocess.run((found, *given), env=environment, capture_output=True, text=True, check=False)  # noqa: S603  found by name
        if done.returncode != 0:
            raise BackupFault(f"{program} failed: {(done.stderr.strip().splitlines() or ['it said nothing'])[0]}")


def _renaming(schema: str, to: str) -> DDL:
    return _ddl("ALTER SCHEMA %(schema)s RENAME TO %(to)s", schema=schema, to=to)


def _ddl(statement: str, **names: str) -> DDL:
    """A statement about plain names of our own, which no parameter can take."""
    return DDL(statement, context=names)  # type: ignore[no-untyped-call]
