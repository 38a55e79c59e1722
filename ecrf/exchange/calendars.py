"""Planned visits as a calendar file (RFC 5545): the subject's number and the visit, and nothing else of anybody.

A visit with a time of day is an event of one hour in the zone of its site, one without is an event of the whole day.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MEDIA_TYPE = "text/calendar"
_LONGEST = 75  # octets of a line, its end apart (section 3.1)
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@dataclass(frozen=True)
class Appointment:
    """One planned visit; `uid` stays the same when it is moved, so that a calendar moves it too."""

    uid: str
    day: date
    time: str | None
    zone: str
    summary: str
    note: str = ""


def calendar(name: str, appointments: Iterable[Appointment], stamp: datetime) -> str:
    """The file, its lines folded and ended by CR LF; `stamp` is when it was made."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//eCRF//Planned visits//EN", "CALSCALE:GREGORIAN",
             f"X-WR-CALNAME:{_text(name)}"]  # fmt: skip
    known = list(appointments)
    for zone in sorted({each.zone for each in known if each.time}):
        lines += _zone(zone, [each.day for each in known if each.zone == zone])
    for each in known:
        lines += _event(each, stamp)
    return "".join(f"{folded}\r\n" for line in [*lines, "END:VCALENDAR"] for folded in _folded(line))


def _event(each: Appointment, stamp: datetime) -> list[str]:
    return [
        "BEGIN:VEVENT", f"UID:{_text(each.uid)}", f"DTSTAMP:{stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}", *_times(each),
        f"SUMMARY:{_text(each.summary)}", *([f"DESCRIPTION:{_text(each.note)}"] if each.note else []), "END:VEVENT",
    ]  # fmt: skip


def _times(each: Appointment) -> Iterator[str]:
    if each.time is None:
        yield f"DTSTART;VALUE=DATE:{each.day:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{each.day + timedelta(1):%Y%m%d}"
        return
    starts = datetime.combine(each.day, time.fromisoformat(each.time))
    yield f"DTSTART;TZID={each.zone}:{starts:%Y%m%dT%H%M%S}"
    yield "DURATION:PT1H"


def _zone(name: str, days: list[date]) -> list[str]:
    """The zone with every change of its offset around these days (section 3.6.5)."""
    zone = ZoneInfo(name)
    first = datetime.combine(min(days), time(), UTC) - timedelta(days=400)
    last = datetime.combine(max(days), time(), UTC) + timedelta(days=2)
    lines = ["BEGIN:VTIMEZONE", f"TZID:{name}", *_observance(first, zone, first.astimezone(zone).utcoffset())]
    for moment in _changes(zone, first, last):
        lines += _observance(moment, zone, (moment - timedelta(seconds=1)).astimezone(zone).utcoffset())
    return [*lines, "END:VTIMEZONE"]


def _changes(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[datetime]:
    """The moments at which the offset changes, found by halving each day in which it does."""
    at = first
    while at < last:
        after = at + timedelta(days=1)
        if at.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            low, high = at, after
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) // 2
                same = middle.astimezone(zone).utcoffset() == at.astimezone(zone).utcoffset()
                low, high = (middle, high) if same else (low, middle)
            yield high.replace(microsecond=0)
        at = after


def _observance(moment: datetime, zone: ZoneInfo, before: timedelta | None) -> list[str]:
    local = moment.astimezone(zone)
    kind = "DAYLIGHT" if local.dst() else "STANDARD"
    since = (moment + (before or timedelta())).replace(tzinfo=None)
    return [
        f"BEGIN:{kind}", f"DTSTART:{since:%Y%m%dT%H%M%S}", f"TZOFFSETFROM:{_offset(before)}",
        f"TZOFFSETTO:{_offset(local.utcoffset())}", f"TZNAME:{_text(local.tzname() or '')}", f"END:{kind}",
    ]  # fmt: skip


def _offset(offset: timedelta | None) -> str:
    seconds = int((offset or timedelta()).total_seconds())
    minutes = abs(seconds) // 60
    return f"{'-' if seconds < 0 else '+'}{minutes // 60:02}{minutes % 60:02}"


def _text(words: str) -> str:
    return words.translate(_ESCAPED)


def _folded(line: str) -> Iterator[str]:
    """The line in pieces of 75 octets at most; no character is broken, and each piece but the first begins blank."""
    piece, size = "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > _LONGEST:
            yield piece
            piece, size = " ", 1
        piece, size = piece + character, size + octets
    yield piece
