"""What somebody saw when a change was begun: it is made only while that still stands."""

from collections.abc import Iterable

from ecrf.errors import Stale
from ecrf.messages import N_

_CHANGED = N_("Somebody changed this after you opened the page. Compare it with what stands now, then send it again.")


def written(parts: Iterable[str | None]) -> str:
    """What stands, as a page carries it along."""
    return "\n".join(part or "" for part in parts)


def expect_as_seen(was: str | None, stands: Iterable[str | None]) -> None:
    """Raise `Stale` where something else stands than was seen; who says nothing of it is not asked."""
    now = written(stands)
    if was is not None and was.replace("\r\n", "\n") != now:
        raise Stale({}, 0, _CHANGED)
