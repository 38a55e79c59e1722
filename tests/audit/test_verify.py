"""An untouched trail is whole, and what cannot be told is said."""

import pytest

from tests.audit.world import World


@pytest.mark.req("R-AUD-5")
def test_an_empty_trail_is_whole(world: World) -> None:
    report = world.verify()
    assert (report.exit_code, report.entries) == (0, 0)


@pytest.mark.req("R-AUD-5")
def test_an_untouched_history_is_whole(past: World) -> None:
    report = past.verify()
    assert report.faults == ()
    assert (report.exit_code, report.chains, report.entries, report.rows) == (0, 3, 21, 6)
