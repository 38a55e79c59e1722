"""Partial dates and date-times as intervals, and the calendar arithmetic of trials. Naive local times of one site."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

_DATE = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?", re.ASCII)
_TIME = re.compile(r"(?P<hour>[0-9]{2})(?::(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?)?", re.ASCII)


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
        """The moment as typed: `2026`, `2026-03`, `2026-03-31`, `2026-03-31T08`, `2026-03-31T08:00`."""
        if self.is_exact:
            return _iso(self.earliest)
        whole = _whole(self.earliest, self.latest)
        return whole if whole is not None else f"{_iso(self.earliest)}/{_iso(self.latest)}"

    def date(self) -> "Moment":
        """The day of a date-time; a date is its own."""
        return Moment(_day(self.earliest), _day(self.latest)) if self.has_time else self


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day that lies between `earliest` and `latest`, both included; equal where the minute is known."""

    earliest: time
    latest: time

    @property
    def is_exact(self) -> bool:
        """Whether the time is known to the minute."""
        return self.earliest == self.latest

    @property
    def text(self) -> str:
        """The time as typed: `08:30`, `08:30:15`, and `08` where the minute is unknown."""
        if not self.is_exact:
            return f"{self.earliest.hour:02d}"
        return self.earliest.isoformat(timespec="seconds" if self.earliest.second else "minutes")


_ANY_TIME = Clock(time(), time(23, 59, 59))


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


def parse_time(text: str) -> Clock | None:
    """`hh:mm` or `hh:mm:ss`, or partial `hh`; None where it is no time of day."""
    found = _TIME.fullmatch(text.strip())
    if not found:
        return None
    hour, minute, second = (int(part or 0) for part in found.groups())
    if hour > 23 or minute > 59 or second > 59:
        return None
    first = time(hour, minute, second)
    return Clock(first, first if found["minute"] else time(hour, 59, 59))


def parse_datetime(text: str) -> Moment | None:
    """`YYYY-MM-DDThh:mm[:ss]` (or a space for the T); a date alone, also partial, is the interval of its days, and an
    hour alone that of its minutes."""
    head, separator, tail = text.strip().replace(" ", "T", 1).partition("T")
    days, clock = parse_date(head), parse_time(tail) if separator else _ANY_TIME
    if days is None or clock is None or separator and not days.is_exact:
        return None
    return Moment(datetime.combine(days.earliest, clock.earliest), datetime.combine(days.latest, clock.latest))


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


def _whole(earliest: date, latest: date) -> str | None:
    """The year, month, day or hour that two moments enclose exactly."""
    first, last = _day(earliest), _day(latest)
    if first == last:
        hour = isinstance(earliest, datetime) and isinstance(latest, datetime) and earliest.hour == latest.hour
        return f"{earliest:%Y-%m-%dT%H}" if hour else first.isoformat()
    if first.day != 1 or last.day != monthrange(last.year, last.month)[1] or first.year != last.year:
        return None
    if first.month == last.month:
        return f"{first.year:04d}-{first.month:02d}"
    return f"{first.year:04d}" if (first.month, last.month) == (1, 12) else None
