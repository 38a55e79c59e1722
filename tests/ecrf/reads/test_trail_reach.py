"""A trail of any size answers at once: by one index, through so many acts, saying how far it looked."""

import pytest
from sqlalchemy import event

from ecrf.db import db
from ecrf.models.records import Record
from ecrf.reads import trail_reach
from ecrf.reads.trail import TrailPage, trail
from ecrf.reads.trail_filters import TrailFilters
from ecrf.services.trail import Reason
from tests.ecrf.clinic import Clinic


@pytest.fixture
def record(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> Record:
    """Twelve acts on one record, of which the oldest alone set white cells; a page looks through five."""
    monkeypatch.setattr(trail_reach, "REACH", 5)
    saved = clinic.record(clinic.subject("NJ01", "NJ01-S001"), "SCR", "HEM", {"PLT": "48", "WBC": "4"})
    for number in range(10):
        clinic.change(saved, "PLT", str(50 + number), reason=Reason("other"))
    return saved


def looked(clinic: Clinic, **filters: str) -> TrailPage:
    return trail(clinic.actor("monitor", "NJ01"), TrailFilters(**filters), language="en")


def test_a_page_that_is_not_filled_says_how_far_it_looked_and_goes_on_from_there(
    clinic: Clinic, record: Record
) -> None:
    pages = [looked(clinic, item="WBC")]
    while pages[-1].next:
        pages.append(looked(clinic, item="WBC", before=pages[-1].next))
    assert [len(page.acts) for page in pages] == [0] * (len(pages) - 1) + [1]
    reached = [page.reached for page in pages[:-1]]
    assert len(pages) > 2
    assert None not in reached
    assert reached == sorted(reached, reverse=True)
    assert pages[-1].reached is None


def test_a_page_that_is_filled_looks_no_further(clinic: Clinic, record: Record) -> None:
    found = trail(clinic.actor("monitor", "NJ01"), TrailFilters(item="PLT"), language="en", size=1)
    assert (len(found.acts), found.reached) == (1, None)


PLANS = [
    ("data_manager", {}, "ix_trail_entries_recorded_at"),
    ("data_manager", {"form": "HEM", "now": "4"}, "ix_trail_entries_recorded_at"),
    ("monitor", {"action": "record.saved"}, "ix_trail_entries_site_recorded_at"),
    ("data_manager", {"site": "NJ01", "person": "Wang"}, "ix_trail_entries_site_recorded_at"),
    ("data_manager", {"person": "Wang"}, "ix_trail_entries_actor_name"),
    ("data_manager", {"action": "record.saved", "role": "monitor"}, "ix_trail_entries_action"),
    ("data_manager", {"subject": "NJ01-S001", "site": "NJ01"}, "PRIMARY KEY"),
]


@pytest.mark.parametrize("shared_app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("role", "filters", "index"), PLANS)
def test_entries_are_found_by_one_index_in_the_order_that_it_has(
    clinic: Clinic, record: Record, role: str, filters: dict[str, str], index: str
) -> None:
    asked: list[tuple[str, object]] = []

    def note(_connection, _cursor, statement, parameters, *_more) -> None:
        asked.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    trail(clinic.actor(role, "NJ01" if role == "monitor" else None), TrailFilters(**filters), language="en")
    event.remove(db.engine, "before_cursor_execute", note)
    of_page = [each for each in asked if "ORDER BY trail_entries" in each[0]]
    assert of_page
    for statement, parameters in of_page:
        plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        steps = [row[3] for row in plan]
        assert index in next(step for step in steps if " trail_entries" in step)
        assert not [step for step in steps if "TEMP B-TREE" in step or "SCAN trail_changes" in step]
