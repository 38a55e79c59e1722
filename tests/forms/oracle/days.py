"""Random dates: items, days of date-times, literals, today, and the calendar's arithmetic."""

from tests.forms.oracle.vocabulary import Growing, Part, called, names
from tests.forms.oracle.worlds import days_of, seconds_of

LITERALS = ("2026-03-01", "2026-03-10", "2026-03-31", "2026-02-28", "2024-02-29", "2026-03", "2026-02", "2008-03-10")
CLOCKED = ("2026-03-10T08:00", "2026-03-31T23:59", "2026-03-01T00:00", "2026-03-15", "2026-03-10T08")


def day(grow: Growing, depth: int) -> Part:
    """A date."""
    if depth > 0 and grow.chance.random() < 0.4:
        return grow.chance.choice((_moved, _moved, _several, _chosen))(grow, depth - 1)
    if grow.chance.random() < 0.65:
        return grow.chance.choice(names(grow.form, grow.rows, "date"))
    return grow.chance.choice((_literal, _literal, _day_of, _today, _completed))(grow)


def moment(grow: Growing) -> Part:
    """A date-time."""
    if grow.chance.random() < 0.6:
        return grow.chance.choice(names(grow.form, grow.rows, "datetime"))
    written = grow.chance.choice(CLOCKED)
    return Part(f"datetime('{written}')", ("days of", *(seconds_of(written) or ())))


def _literal(grow: Growing) -> Part:
    written = grow.chance.choice(LITERALS)
    return Part(f"date('{written}')", ("days of", *(days_of(written) or ())))


def _day_of(grow: Growing) -> Part:
    return called("date", grow.chance.choice(names(grow.form, grow.rows, "datetime")))


def _today(grow: Growing) -> Part:
    return Part("today()", ("today",))


def _completed(grow: Growing) -> Part:
    """A date known to the month with a day in its place."""
    part, number = grow.chance.choice(names(grow.form, grow.rows, "date")), grow.chance.choice((1, 15, 31))
    return Part(f"with_day({part.text}, {number})", ("with_day", part.tree, number))


def _moved(grow: Growing, depth: int) -> Part:
    part = day(grow, depth)
    if grow.chance.random() < 0.5:
        months = grow.chance.choice((0, 1, 6, 12, 14))
        return Part(f"minus_months({part.text}, {months})", ("minus_months", part.tree, months))
    days = grow.chance.choice((0, 1, 14, 30))
    return Part(f"plus_days({part.text}, {days})", ("plus_days", part.tree, days))


def _several(grow: Growing, depth: int) -> Part:
    return called("coalesce", day(grow, depth), day(grow, depth))


def _chosen(grow: Growing, depth: int) -> Part:
    return called("case", grow.condition(depth), day(grow, depth), day(grow, depth))
