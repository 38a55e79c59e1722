"""The application as it stands, with something of every kind at one of two sites."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest

from tests.conftest import DIALECTS, Servers
from tests.house.blinding import blinded_site
from tests.house.two_sites import TwoSites, two_sites


@pytest.fixture(scope="session")
def opened(servers: Servers) -> Iterator[Callable[[str], TwoSites]]:
    """The two sites on each kind of database, made when first asked for; whoever moves anything puts it back."""
    with ExitStack() as standing:
        yield cache(lambda dialect: standing.enter_context(two_sites(servers(dialect))))


@pytest.fixture(scope="session")
def sites(opened: Callable[[str], TwoSites]) -> TwoSites:
    """The two sites on SQLite."""
    return opened("sqlite")


@pytest.fixture(scope="session", params=DIALECTS)
def sites_on_both(request: pytest.FixtureRequest, opened: Callable[[str], TwoSites]) -> TwoSites:
    """The same on each kind of database."""
    return opened(request.param)


@pytest.fixture(scope="session")
def blinded(servers: Servers) -> Iterator[TwoSites]:
    """The site with what points at a person and what would unblind, on SQLite; nobody moves any data of it."""
    with blinded_site(servers("sqlite")) as standing:
        yield standing
