"""An untouched trail is whole, and what cannot be told is said."""

import pytest

from audit.faults import Place
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


def test_a_place_that_somebody_named_breaks_neither_the_line_nor_the_terminal() -> None:
    place = Place("records", id="x\nWhole: 9 chains\x1b[2J", column="data/\ud800\u2028名")
    assert str(place) == "records x\\nWhole: 9 chains\\x1b[2J data/\\ud800\\u2028名"
