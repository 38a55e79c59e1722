"""Partial dates and date-times, and the calendar arithmetic of trials."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.dates import (
    Clock,
    Moment,
    completed_years,
    day,
    minus_months,
    parse_date,
    parse_datetime,
    parse_time,
    plus_days,
    with_day,
)

READ = [
    ("2026-01-31", "2026-01-31", "2026-01-31"),
    ("2026-02", "2026-02-01", "2026-02-28"),
    ("2024-02", "2024-02-01", "2024-02-29"),
    ("2026", "2026-01-01", "2026-12-31"),
    (" 2026-03-01 ", "2026-03-01", "2026-03-01"),
]


@pytest.mark.parametrize(("text", "earliest", "latest"), READ)
def test_a_partial_date_is_the_interval_of_its_days(text: str, earliest: str, latest: str) -> None:
    moment = parse_date(text)
    assert moment == Moment(date.fromisoformat(earliest), date.fromisoformat(latest))
    assert moment.text == text.strip()
    assert moment.is_exact is (earliest == latest)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-13",
        "2026-02-29",
        "2026-00",
        "0000-01-01",
        "26-01-01",
        "2026-1-1",
        "2026-01-00",
        "yesterday",
        "２０２６",
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert parse_date(text) is None
    assert parse_datetime(text) is None


TIMES = [
    ("2026-03-01T08:05", "2026-03-01T08:05", True),
    ("2026-03-01 08:05:09", "2026-03-01T08:05:09", True),
    ("2026-03-01", "2026-03-01", False),
    ("2026-03-01T08", "2026-03-01T08", False),
    ("2026-03", "2026-03", False),
]


@pytest.mark.parametrize(("text", "shown", "exact"), TIMES)
def test_a_datetime_may_lack_its_time(text: str, shown: str, exact: bool) -> None:
    moment = parse_datetime(text)
    assert moment is not None
    assert (moment.text, moment.is_exact, moment.has_time) == (shown, exact, True)


def test_a_date_without_its_time_is_all_of_its_days() -> None:
    moment = parse_datetime("2026-02")
    assert moment is not None
    assert f"{moment.earliest.isoformat()}/{moment.latest.isoformat()}" == "2026-02-01T00:00:00/2026-02-28T23:59:59"


@pytest.mark.parametrize(
    "text",
    ["2026-03-01/2026-03-15", "2026-03-05/2026-03-31", "2025-03-01/2026-03-31", "2026-02-01/2026-04-30",
     "2026-01-01/2026-11-30", "2025-12-31/2026-01-01"],
)  # fmt: skip
def test_what_no_partial_date_names_is_shown_by_its_bounds(text: str) -> None:
    earliest, latest = (date.fromisoformat(bound) for bound in text.split("/"))
    assert Moment(earliest, latest).text == text


@pytest.mark.parametrize(
    "text",
    ["2026-03-01T24:00", "2026-03-01T8", "2026-03T08", "2026-03T08:00", "2026-03-01T08:60", "T08:00"],
)
def test_what_is_no_datetime_is_none(text: str) -> None:
    assert parse_datetime(text) is None


def test_a_time_of_day_is_read_strictly() -> None:
    assert parse_time("08:05") == Clock(time(8, 5), time(8, 5))
    assert parse_time("23:59:58") == Clock(time(23, 59, 58), time(23, 59, 58))
    assert [parse_time(text) for text in ("24:00", "8:05", "08:61", "0805", "", "24", "8", "08:")] == [None] * 8
    assert [parse_time(text) for text in ("08:60", "08:00:60", "24:00:00")] == [None] * 3
    assert [clock.text for text in ("08:30:15", "23:59:59", "00:00") if (clock := parse_time(text))] == [
        "08:30:15", "23:59:59", "00:00",
    ]  # fmt: skip


def test_a_time_may_lack_its_minute() -> None:
    hour = parse_time("08")
    assert hour == Clock(time(8), time(8, 59, 59))
    assert (hour.text, hour.is_exact) == ("08", False)


def test_the_day_of_a_datetime() -> None:
    moment = parse_datetime("2026-03-01T08:05")
    assert moment is not None
    assert moment.date() == parse_date("2026-03-01")


MONTHS = [
    ("2026-03-31", 1, "2026-02-28"),
    ("2024-03-31", 1, "2024-02-29"),
    ("2026-01-15", 3, "2025-10-15"),
    ("2026-01-15", 0, "2026-01-15"),
    ("2026-03", 1, "2026-02-01/2026-02-28"),
]


@pytest.mark.parametrize(("start", "months", "end"), MONTHS)
def test_months_back_are_clipped_to_the_end_of_the_month(start: str, months: int, end: str) -> None:
    moment = parse_date(start)
    assert moment is not None
    earlier = minus_months(moment, months)
    assert earlier is not None
    assert f"{earlier.earliest}/{earlier.latest}".startswith(end) or earlier.text == end


def test_nothing_lies_outside_the_calendar() -> None:
    assert minus_months(day(date(1, 1, 1)), 1) is None
    assert plus_days(day(date(9999, 12, 31)), 1) is None
    assert minus_months(day(date(1, 2, 1)), 1) == day(date(1, 1, 1))
    assert minus_months(day(date(9999, 11, 30)), -1) == day(date(9999, 12, 30))
    for whole_year, months in (("0001", 1), ("9999", -1), ("0001", 12), ("9999", -12)):
        partial = parse_date(whole_year)
        assert partial is not None
        assert minus_months(partial, months) is None


def test_days_later_move_both_bounds_of_a_partial_date() -> None:
    february = parse_date("2026-02")
    assert february is not None
    assert plus_days(february, 1) == Moment(date(2026, 2, 2), date(2026, 3, 1))


AGES = [
    ("1998-03-01", "2026-03-01", 28),
    ("1998-03-01", "2026-02-28", 27),
    ("2008-02-29", "2026-02-28", 17),
    ("2008-02-29", "2026-03-01", 18),
    ("2008-02-29", "2028-02-29", 20),
]


@pytest.mark.parametrize(("birth", "on", "years"), AGES)
def test_a_leap_day_birthday_is_the_first_of_march_in_common_years(birth: str, on: str, years: int) -> None:
    assert completed_years(date.fromisoformat(birth), date.fromisoformat(on)) == years


WITH_DAY = [
    ("2026-02", 15, "2026-02-15"),
    ("2026-02", 31, "2026-02-28"),
    ("2026-02", 1, "2026-02-01"),
    ("2026-02", 0, "2026-02-01"),
    ("2026-02-03", 15, "2026-02-03"),
    ("2026", 15, "2026"),
]


@pytest.mark.parametrize(("text", "number", "result"), WITH_DAY)
def test_a_day_stands_in_for_an_unknown_one_only(text: str, number: int, result: str) -> None:
    moment = parse_date(text)
    assert moment is not None
    assert with_day(moment, number).text == result


@given(st.dates(), st.integers(0, 500))
def test_going_back_by_months_never_lands_on_a_later_day_of_the_month(start: date, months: int) -> None:
    earlier = minus_months(day(start), months)
    if earlier is not None:
        gone = (start.year - earlier.earliest.year) * 12 + start.month - earlier.earliest.month
        assert gone == months
        assert earlier.earliest.day <= start.day


@given(st.dates())
def test_a_date_survives_its_text(of: date) -> None:
    assert parse_date(day(of).text) == day(of)
