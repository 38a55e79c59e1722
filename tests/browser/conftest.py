"""A real Chromium, one for all tests, and the hospital it looks at."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser

from tests.browser.hospital import Hospital, open_hospital
from tests.browser.visitor import Visitor, visitor
from tests.chromium import chromium as shared_chromium
from tests.conftest import Servers

Arrive = Callable[..., Visitor]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Browser:
    """The browser of all tests."""
    return shared_chromium()


@pytest.fixture(scope="module")
def hospital(servers: Servers) -> Iterator[Hospital]:
    """One hospital for the tests of a module, each of which registers a subject of its own."""
    with open_hospital(servers("sqlite")) as opened:
        yield opened


@pytest.fixture
def arrive(chromium: Browser) -> Iterator[Arrive]:
    """Opens browser windows; at the end nothing may have been complained of in any of them."""
    arrived: list[Visitor] = []
    with ExitStack() as windows:

        def arrive(hospital: Hospital, username: str | None = None, **options: object) -> Visitor:
            made = visitor(chromium, hospital, **options)
            windows.callback(made.page.context.close)
            arrived.append(made)
            return made.log_in(username) if username else made

        yield arrive
    assert [complaint for each in arrived for complaint in each.complaints] == []
