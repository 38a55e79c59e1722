"""The one clock of the application, so that tests can stop it and move it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

Source = Callable[[], datetime]


class _Clock:
    source: Source

    def __init__(self) -> None:
        self.source = _system_time


def _system_time() -> datetime:
    return datetime.now(UTC)


_clock = _Clock()


def now() -> datetime:
    """The time, aware and in UTC, to the microsecond."""
    return _clock.source()


@contextmanager
def told_by(source: Source) -> Iterator[None]:
    """Let another source tell the time while this lasts; for tests and for replaying the demonstration's past."""
    before = _clock.source
    _clock.source = source
    try:
        yield
    finally:
        _clock.source = before
