"""Moments as pages say them: the day, the time of day with its offset, how long ago."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import format_date

from ecrf.web.presenting.catalogue import gettext, ngettext


def day(moment: datetime, zone: str = "UTC") -> str:
    """The day in a sentence: 9 Jun 2026, 2026年6月9日."""
    return str(format_date(moment.astimezone(ZoneInfo(zone)).date(), gettext("d MMM y")))


def clock(moment: datetime, zone: str = "UTC") -> str:
    """The time of day to the second, in the zone whose offset is shown beside it."""
    return f"{moment.astimezone(ZoneInfo(zone)):%H:%M:%S}"


def offset(moment: datetime, zone: str = "UTC") -> str:
    """The zone as its offset at that moment: UTC+8, UTC+5:30, UTC."""
    minutes = int((moment.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    written = f"{hours}:{rest:02}" if rest else str(hours)
    return f"UTC{'+' if minutes > 0 else '−'}{written}" if minutes else "UTC"


def age(since: datetime, now: datetime) -> str:
    """How long ago, coarsely: 11 min, 3 h, 12 d."""
    minutes = max(0, int((now - since).total_seconds())) // 60
    if minutes < 60:
        return ngettext("%(num)s min", "%(num)s min", minutes)
    if minutes < 48 * 60:
        return ngettext("%(num)s h", "%(num)s h", minutes // 60)
    return ngettext("%(num)s d", "%(num)s d", minutes // 1440)
