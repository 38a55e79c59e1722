"""A real Chromium, one for all tests, and the windows that are opened in it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser

from tests.browser.hospital import Hospital
from tests.browser.visitor import Visitor, visitor
from tests.chromium import chromium as shared_chromium

Arrive = Callable[..., Visitor]
Sight = tuple[str, int]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Browser:
    """The browser of all tests."""
    return shared_chromium()


@pytest.fixture
def sight() -> Sight:
    """The language and the width of the windows, where a test says nothing else."""
    return "en", 1440


@pytest.fixture
def arrive(chromium: Browser, sight: Sight) -> Iterator[Arrive]:
    """Opens browser windows; at the end nothing may have been complained of in any of them."""
    arrived: list[Visitor] = []
    with ExitStack() as windows:

        def arrive(hospital: Hospital, username: str | None = None, **options: object) -> Visitor:
            made = visitor(chromium, hospital, *sight, **options)
            windows.callback(made.page.context.close)
            arrived.append(made)
            return made.log_in(username) if username else made

        yield arrive
    assert [complaint for each in arrived for complaint in each.complaints] == []
