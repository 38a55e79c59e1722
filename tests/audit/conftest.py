"""Worlds for the trail's tests, on both databases."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest

from tests.audit.world import World, build, build_with_history
from tests.conftest import DIALECTS, Servers
from tests.databases import Prepare, Server


@pytest.fixture
def world(server: Server) -> Iterator[World]:
    """Tables, triggers and nothing in them."""
    yield from _world(server, build)


@pytest.fixture
def world_of(servers: Servers) -> Iterator[Callable[[str], World]]:
    """Makes a world on the database that is asked for."""
    with ExitStack() as worlds:
        yield lambda dialect: worlds.enter_context(contextmanager(_world)(servers(dialect), build))


@pytest.fixture
def past(server: Server) -> Iterator[World]:
    """A world with a history."""
    yield from _world(server, build_with_history)


@pytest.fixture(scope="module", params=DIALECTS)
def history(request: pytest.FixtureRequest, servers: Servers) -> Iterator[World]:
    """A world with a history that a whole module reads, and nobody changes for good."""
    yield from _world(servers(request.param), build_with_history)


@pytest.fixture
def sqlite_past(servers: Servers) -> Iterator[World]:
    """A world with a history, for what only SQLite knows."""
    yield from _world(servers("sqlite"), build_with_history)


@pytest.fixture
def postgres_past(servers: Servers) -> Iterator[World]:
    """A world with a history, for what only PostgreSQL knows."""
    yield from _world(servers("postgresql"), build_with_history)


def _world(server: Server, prepare: Prepare) -> Iterator[World]:
    database = server.create(prepare)
    world = World(database)
    yield world
    world.close()
    server.drop(database)
