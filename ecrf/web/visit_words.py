"""The words about visits: their states, days, and by how much a day lies outside its window."""

from datetime import date

from flask_babel import format_date

from ecrf.messages import N_
from ecrf.reads.definitions import anchor
from ecrf.reads.visit_lists import VisitFacts
from ecrf.web.presenting.catalogue import gettext, ngettext
from ecrf.web.words import said
from forms.casebook import EventKey

STATES = {
    "upcoming": N_("Upcoming"), "due": N_("Due now"), "overdue": N_("Overdue"), "done": N_("Took place"),
    "not_done": N_("Not done"),
}  # fmt: skip


def visit_state_name(state: str) -> str:
    """The word for the state of a visit against its window."""
    return said(STATES, state)


def day_short(day: date) -> str:
    """A day in a table: 9 Jun 2026, 2026年6月9日."""
    return str(format_date(day, gettext("d MMM y")))


def day_brief(day: date) -> str:
    """A day of this year or near it, where there is little room: 9 Jun, 6月9日."""
    return str(format_date(day, gettext("d MMM")))


def days_outside(days: int) -> str:
    """By how much: "2 days early", "1 day late"."""
    if days < 0:
        return ngettext("%(num)s day early", "%(num)s days early", -days)
    return ngettext("%(num)s day late", "%(num)s days late", days)


def visit_anchor(visit: VisitFacts) -> str:
    """The place of a visit on the casebook page."""
    return anchor(EventKey(visit.event, visit.instance))


FILTERS = (visit_state_name, day_short, days_outside, visit_anchor)
