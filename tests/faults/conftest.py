"""A served clinic on each kind of database, somebody who types there, and whoever stands at the database itself."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text

from audit.verify import verify
from ecrf.guards import guards
from ecrf.models.columns import Document
from ecrf.models.watched import WATCHED
from tests.conftest import DIALECTS, Servers
from tests.databases import Database, PostgresServer, Server
from tests.ecrf.web.clinic_app import fill
from tests.faults.caller import Caller
from tests.faults.serving import Served, served

_STANDS = "SELECT data FROM records WHERE event = 'SE.W2' AND form = 'HEM'"
_AT_WORK = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'ecrf_app' AND {}"
)


@dataclass
class Clinic:
    """The server, its database seen by the superuser, and a form of a subject."""

    server: Served
    database: Database
    engine: Engine
    path: str
    figures: Path
    cookies: dict[str, str] = field(default_factory=dict)

    def caller(self) -> Caller:
        """The coordinator at another window, who is logged in and sees the form."""
        caller = Caller(self.server.port, self.cookies)
        if not self.cookies:
            caller.log_in("wang")
        assert caller.get(self.path) == 200
        return caller

    def run(self, statement: str) -> list[Any]:
        with self.engine.connect() as connection:
            return [row[0] for row in connection.execute(text(statement))]

    def saved(self) -> str:
        """The platelets that are saved; empty while none are."""
        with self.engine.connect() as connection:
            found = connection.execute(text(_STANDS).columns(data=Document)).scalar()
        return found["PLT"]["v"] if found else ""

    def at_work(self, condition: str) -> int:
        """How many of the application's connections are in some state (PostgreSQL)."""
        return int(self.run(_AT_WORK.format(condition))[0])

    def is_whole(self) -> bool:
        """Whether the trail proves the data as they stand."""
        with self.engine.connect() as connection:
            report = verify(connection, WATCHED.values(), guards=guards(connection.dialect.name))
        assert report.exit_code == 0, report
        return True


@contextmanager
def open_clinic(server: Server, folder: Path) -> Iterator[Clinic]:
    """A clinic on a database of its own."""
    created = server.create(fill)
    address = server.superuser_url(created) if isinstance(server, PostgresServer) else created.owner_url
    engine = create_engine(address)
    try:
        with engine.connect() as connection:
            found = "SELECT id FROM subjects WHERE screening_number = 'NJ01-S001'"
            subject = connection.execute(text(found)).scalar_one()
        with served(created, folder / "log") as running:
            yield Clinic(running, created, engine, f"/subjects/{subject}/SE.W2/HEM", folder)
    finally:
        engine.dispose()
        server.drop(created)


@pytest.fixture(scope="session")
def clinics(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Clinic]]:
    """One clinic on each kind of database, opened when first asked for."""
    with ExitStack() as opened:

        @cache
        def open_one(dialect: str) -> Clinic:
            return opened.enter_context(open_clinic(servers(dialect), tmp_path_factory.mktemp("served")))

        yield open_one


@pytest.fixture(params=DIALECTS)
def clinic(request: pytest.FixtureRequest, clinics: Callable[[str], Clinic]) -> Clinic:
    return clinics(request.param)


@pytest.fixture
def on_postgres(clinics: Callable[[str], Clinic]) -> Clinic:
    return clinics("postgresql")
