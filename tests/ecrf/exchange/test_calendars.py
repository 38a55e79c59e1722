"""Calendar files as RFC 5545 wants them: folded, escaped, in the zone of the site, and telling nothing of anybody."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ecrf.exchange.calendars import Appointment, calendar

STAMP = datetime(2026, 3, 4, 12, 30, tzinfo=UTC)


def one(**more: object) -> Appointment:
    given = {"uid": "s-W2-0@ecrf", "day": date(2026, 6, 9), "time": "08:30", "zone": "Asia/Shanghai", "summary": "W2"}
    return Appointment(**{**given, **more})  # type: ignore[arg-type]


def lines(*appointments: Appointment) -> list[str]:
    """The logical lines, after undoing the folding as a reader does."""
    return calendar("BEAM", appointments, STAMP).replace("\r\n ", "").split("\r\n")


def test_a_file_begins_and_ends_as_a_calendar_and_ends_its_lines_with_cr_lf() -> None:
    text = calendar("BEAM", [one()], STAMP)
    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:")
    assert text.endswith("END:VCALENDAR\r\n")
    assert text.count("\n") == text.count("\r\n")


def test_a_time_of_day_is_one_hour_in_the_zone_of_the_site() -> None:
    told = lines(one())
    assert "DTSTART;TZID=Asia/Shanghai:20260609T083000" in told
    assert "DURATION:PT1H" in told
    assert "DTSTAMP:20260304T123000Z" in told
    assert told[told.index("BEGIN:VTIMEZONE") + 1] == "TZID:Asia/Shanghai"
    assert "TZOFFSETTO:+0800" in told


def test_a_day_without_time_is_the_whole_day_and_needs_no_zone() -> None:
    told = lines(one(time=None, day=date(2028, 2, 28)))
    assert {"DTSTART;VALUE=DATE:20280228", "DTEND;VALUE=DATE:20280229"} <= set(told)
    assert "BEGIN:VTIMEZONE" not in told


ESCAPES = [
    ("a,b;c", "a\\,b\\;c"), ("back\\slash", "back\\\\slash"), ("two\r\nlines", "two\\nlines"), ("第2周", "第2周"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "written"), ESCAPES)
def test_what_has_a_meaning_of_its_own_is_escaped(words: str, written: str) -> None:
    told = lines(one(summary=words, note=words))
    assert {f"SUMMARY:{written}", f"DESCRIPTION:{written}"} <= set(told)


@pytest.mark.parametrize("words", ["x" * 300, "访视" * 100, "a" * 66, "é" * 67, "😀" * 40])
def test_no_line_is_longer_than_75_octets_and_no_character_is_broken(words: str) -> None:
    text = calendar("BEAM", [one(note=words)], STAMP)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert f"DESCRIPTION:{words}" in lines(one(note=words))


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"])
def test_a_zone_tells_the_offset_of_every_day_in_the_file(zone: str) -> None:
    days = [date(2026, 1, 15), date(2026, 3, 29), date(2026, 7, 15), date(2026, 11, 15)]
    told = lines(*(one(day=day, zone=zone) for day in days))
    begins = [at for at, line in enumerate(told) if line in ("BEGIN:STANDARD", "BEGIN:DAYLIGHT")]
    changes = sorted((told[at + 1].partition(":")[2], told[at + 3].partition(":")[2]) for at in begins)
    for day in days:
        local = datetime(day.year, day.month, day.day, 8, 30, tzinfo=ZoneInfo(zone))
        offset = [to for since, to in changes if since <= f"{local:%Y%m%dT%H%M%S}"][-1]
        minutes = int((local.utcoffset() or timedelta()).total_seconds()) // 60
        assert offset == f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"


def test_an_empty_calendar_is_one() -> None:
    assert lines() == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//eCRF//Planned visits//EN", "CALSCALE:GREGORIAN",
                       "X-WR-CALNAME:BEAM", "END:VCALENDAR", ""]  # fmt: skip
