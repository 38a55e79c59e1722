"""Open findings and queries as a cross table: its counts are those of the lists its filters lead to."""

import pytest

from ecrf.reads.findings import FindingFilters, FindingTable, findings
from ecrf.reads.queries import QueryFilters, listing
from tests.ecrf.clinic import Clinic


@pytest.fixture
def asked(clinic: Clinic) -> Clinic:
    """At NJ01 queries of two checks and of a person, of three ages; at NJ02 one of a check."""
    here = clinic.record(clinic.subject("NJ01", "NJ01-S001"), "SCR", "HEM", {"PLT": "48"})
    clinic.query(here, 1)
    clinic.later(days=10)
    clinic.query(here, 2, check="EC041")
    clinic.query(here, 3, "WBC", check=None)
    there = clinic.record(clinic.subject("NJ02", "NJ02-S001"), "SCR", "HEM", {"PLT": "48"})
    clinic.query(there, 1)
    clinic.query(there, 2, check="EC041", state="answered")
    clinic.later(days=5)
    return clinic


def table(clinic: Clinic, role: str = "data_manager", site: str | None = None, **chosen: str) -> FindingTable:
    return findings(clinic.actor(role, site), FindingFilters(**chosen), clinic.at, language="en")


def test_checks_stand_by_age_the_commonest_first(asked: Clinic) -> None:
    found = table(asked)
    assert [column.key for column in found.columns] == ["0", "3", "8", "15", "31"]
    assert [(row.heading.key, row.counts) for row in found.rows] == [
        ("EC040", (0, 1, 0, 1, 0)), ("", (0, 1, 0, 0, 0)), ("EC041", (0, 1, 0, 0, 0)),
    ]  # fmt: skip
    assert (found.totals, found.total) == ((0, 3, 0, 1, 0), 4)


@pytest.mark.parametrize(
    ("rows", "columns"), [("check", "age"), ("check", "site"), ("site", "age"), ("age", "site"), ("site", "check")]
)
@pytest.mark.parametrize("state", ["open", "answered"])
def test_every_count_is_that_of_its_list(asked: Clinic, rows: str, columns: str, state: str) -> None:
    found = table(asked, rows=rows, columns=columns, state=state)
    for row in found.rows:
        for column, count in zip(found.columns, row.counts, strict=True):
            filters = QueryFilters(**{"state": state, **row.heading.filters, **column.filters})
            assert listing(asked.actor("data_manager"), filters, asked.at, language="en").total == count
    assert found.total == sum(row.total for row in found.rows) == (4 if state == "open" else 1)


@pytest.mark.req("R-10-1")
def test_what_stands_at_other_sites_is_not_counted(asked: Clinic) -> None:
    assert table(asked, "monitor", "NJ02").total == 1
    assert table(asked, "administrator").total == 0
    assert table(asked, site="NJ01").total == 3
    assert table(asked, check="EC041").total == 1
