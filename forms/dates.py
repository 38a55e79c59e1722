"""Partial dates and date-times as intervals, and the calendar arithmetic of trials. Naive local times of one site."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

_DATE = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?", re.ASCII)
_TIME = re.compile(r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?", re.ASCII)
_LAST_SECOND = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class Moment:
    """A date or date-time that lies between `earliest` and `latest`, both included; equal where fully known.

    Both bounds are `date` for dates and `datetime` for date-times. Built by `day`, `parse_date`, `parse_datetime`.
    """

    earliest: date
    latest: date

    @property
    def is_exact(self) -> bool:
        """Whether the moment is fully known."""
        return self.earliest == self.latest

    @property
    def has_time(self) -> bool:
        """Whether it is a date-time."""
        return isinstance(self.earliest, datetime)

    @property
    def text(self) -> str:
        """The moment as typed: `2026`, `2026-03`, `2026-03-31`, `2026-03-31T08:00`."""
        if self.is_exact:
            return _iso(self.earliest)
        first, last = _day(self.earliest), _day(self.latest)
        whole = _whole(first, last)
        return whole if whole is not None else f"{_iso(self.earliest)}/{_iso(self.latest)}"

    def date(self) -> "Moment":
        """The day of a date-time; a date is its own."""
        return Moment(_day(self.earliest), _day(self.latest)) if self.has_time else self


def day(of: date) -> Moment:
    """A fully known date, or date-time."""
    return Moment(of, of)


def parse_date(text: str) -> Moment | None:
    """`YYYY-MM-DD`, or partial `YYYY-MM` and `YYYY`; None where it is no date of the calendar."""
    found = _DATE.fullmatch(text.strip())
    if not found:
        return None
    year, month, number = (int(part) if part else None for part in found.groups())
    if not year or month == 0 or (month or 1) > 12:
        return None
    first, last = month or 1, month or 12
    length = monthrange(year, last)[1]
    if number is not None and not 1 <= number <= length:
        return None
    return Moment(date(year, first, number or 1), date(year, last, number or length))


def parse_time(text: str) -> time | None:
    """`hh:mm` or `hh:mm:ss`; None where it is no time of day."""
    found = _TIME.fullmatch(text.strip())
    if not found:
        return None
    hour, minute, second = (int(part or 0) for part in found.groups())
    return time(hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def parse_datetime(text: str) -> Moment | None:
    """`YYYY-MM-DDThh:mm[:ss]` (or a space for the T); a date alone, also partial, is the interval of its days."""
    head, separator, tail = text.strip().replace(" ", "T", 1).partition("T")
    days = parse_date(head)
    if days is None:
        return None
    if not separator:
        return Moment(datetime.combine(days.earliest, time()), datetime.combine(days.latest, _LAST_SECOND))
    clock = parse_time(tail)
    if clock is None or not days.is_exact:
        return None
    return day(datetime.combine(days.earliest, clock))


def minus_months(moment: Moment, months: int) -> Moment | None:
    """The same day of the month n calendar months earlier, clipped to the month's end; None outside the calendar."""
    earliest, latest = _earlier(moment.earliest, months), _earlier(moment.latest, months)
    return Moment(earliest, latest) if earliest and latest else None


def plus_days(moment: Moment, days: int) -> Moment | None:
    """The moment n days later; None outside the calendar."""
    try:
        return Moment(moment.earliest + timedelta(days), moment.latest + timedelta(days))
    except OverflowError:
        return None


def with_day(moment: Moment, number: int) -> Moment:
    """A date of which only the month is known, with a day put in its place (clipped to the month's end)."""
    first, last = _day(moment.earliest), _day(moment.latest)
    if moment.is_exact or (first.year, first.month) != (last.year, last.month):
        return moment
    return day(first.replace(day=max(1, min(number, monthrange(first.year, first.month)[1]))))


def completed_years(birth: date, on: date) -> int:
    """Full years from birth to a day; born on 29 February, the birthday is 1 March in common years."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def _earlier(of: date, months: int) -> date | None:
    year, month = divmod(of.year * 12 + of.month - 1 - months, 12)
    if not 1 <= year <= 9999:
        return None
    return of.replace(year=year, month=month + 1, day=min(of.day, monthrange(year, month + 1)[1]))


def _day(of: date) -> date:
    return of.date() if isinstance(of, datetime) else of


def _iso(of: date) -> str:
    if isinstance(of, datetime):
        return of.isoformat(timespec="seconds" if of.second else "minutes")
    return of.isoformat()


def _whole(first: date, last: date) -> str | None:
    """The year, month or day that two days enclose exactly."""
    if first == last:
        return first.isoformat()
    if first.day != 1 or last.day != monthrange(last.year, last.month)[1] or first.year != last.year:
        return None
    if first.month == last.month:
        return f"{first.year:04d}-{first.month:02d}"
    return f"{first.year:04d}" if (first.month, last.month) == (1, 12) else None
