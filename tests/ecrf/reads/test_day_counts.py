"""Days between two dates, as each database counts them."""

from datetime import date

import pytest
from sqlalchemy import Date, literal, null, select

from ecrf.db import db
from ecrf.models.day_counts import days_between
from tests.ecrf.clinic import Clinic

DAYS = [("2026-02-28", "2026-03-01", 1), ("2024-02-28", "2024-03-01", 2), ("2026-06-09", "2026-06-09", 0),
        ("2026-06-09", "2026-06-08", -1), ("1999-12-31", "2026-12-31", 9862)]  # fmt: skip


@pytest.mark.usefixtures("clinic")
def test_a_database_counts_the_days_from_a_first_date_to_a_second() -> None:
    for first, second, number in DAYS:
        counted = days_between(literal(date.fromisoformat(first), Date), literal(date.fromisoformat(second), Date))
        assert db.session.scalar(select(counted)) == number


def test_of_a_date_that_is_not_known_no_days_are_counted(clinic: Clinic) -> None:
    assert db.session.scalar(select(days_between(literal(clinic.at.date(), Date), null()))) is None
