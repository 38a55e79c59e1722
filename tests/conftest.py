"""Fixtures for every test: a real SQLite file and a real PostgreSQL database, fresh for each test."""

import gc
import os
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from typing import Protocol

import hypothesis
import pytest

from tests.databases import Database, PostgresServer, Server, SqliteServer
from tests.postgres_cluster import NoPostgres

hypothesis.settings.register_profile("suite", max_examples=50)
hypothesis.settings.load_profile("suite")
DIALECTS = ("sqlite", "postgresql")
FACES = (
    *(f"/tests/ecrf/{face}/" for face in ("web", "api", "cli")),
    "/tests/house/test_routes",
    "/tests/ecrf/services/",
    "/tests/ecrf/edge/",
)
ON_BOTH = tuple(
    f"/tests/ecrf/services/test_{act}.py"
    for act in ("records", "random_acts", "races", "trail_guard", "unique", "summaries", "listings", "bulk_entry")
)
"""Pages, API, commands and most services hold no statement that reads and the services of `ON_BOTH` have not: they are
tried on SQLite always, and on PostgreSQL by `make soak`. All else is tried on both databases always."""
FAULTS = "/tests/faults/"
"""Servers and workers that die are tried on PostgreSQL, which is another server; on SQLite by `make soak`."""


class Servers(Protocol):
    def __call__(self, dialect: str) -> Server: ...


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        path = item.path.as_posix()
        of_face = (
            "postgresql" in item.name
            and any(face in path for face in FACES)
            and not any(kept in path for kept in ON_BOTH)
        )
        of_fault = "[sqlite" in item.name and FAULTS in path
        if of_face or of_fault:
            item.add_marker(pytest.mark.soak)


def pytest_collection_finish() -> None:
    """What was collected stays to the end: the collector of garbage need not walk through it again and again."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Each kind of server, started when first asked for and kept until the session ends."""
    with ExitStack() as running:

        @cache
        def start(dialect: str) -> Server:
            server = SqliteServer(tmp_path_factory.mktemp("sqlite")) if dialect == "sqlite" else _postgres()
            running.callback(server.stop)
            return server

        yield start


@pytest.fixture(params=DIALECTS)
def server(request: pytest.FixtureRequest, servers: Servers) -> Server:
    """Runs the test once on each kind of database; for tests that make their databases themselves."""
    return servers(request.param)


@pytest.fixture
def database(server: Server) -> Iterator[Database]:
    """An empty database; runs the test once on SQLite and once on PostgreSQL."""
    created = server.create()
    yield created
    server.drop(created)


def _postgres() -> PostgresServer:
    try:
        return PostgresServer()
    except NoPostgres as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(str(missing))
        pytest.skip(str(missing))
