"""Visits: windows, planned days, calendar files."""

from typing import Any

from marshmallow import Schema, fields, post_load

from ecrf.api.schemas.rules import Between, choice, limit, told, words
from ecrf.reads.visit_lists import STATES

_DAY = "A day: 2026-06-09."


class VisitFilterSchema(Schema):
    """Which visits a list shows."""

    study = words(64, load_default="", metadata={"description": "Short name of a study."})
    site = words(32, load_default="", metadata={"description": "Code of a site."})
    state = choice(
        *STATES, load_default="",
        metadata={"description": "today and planned go by the planned day; without it: open visits with a window."},
    )  # fmt: skip
    lag = fields.Integer(
        load_default=None, validate=Between(0, 99_999),
        metadata={"description": "First saved at least so many days after it took place."},
    )  # fmt: skip
    lag_to = fields.Integer(
        load_default=None, validate=Between(0, 99_999),
        metadata={"description": "First saved at most so many days after it took place."},
    )  # fmt: skip
    after = words(200, load_default="", metadata={"description": "`next` of the page before."})
    limit = limit(200, 50)

    @post_load
    def as_texts(self, sent: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The days as the filters take them."""
        return {**sent, **{name: "" if sent[name] is None else str(sent[name]) for name in ("lag", "lag_to")}}


class CalendarFilterSchema(Schema):
    """Whose planned visits a calendar file holds."""

    study = words(64, load_default="", metadata={"description": "Short name of a study."})
    site = words(32, load_default="", metadata={"description": "Code of a site."})


class PlanSchema(Schema):
    """The day for which a visit is planned; none clears the plan."""

    on = words(10, 0, required=True, allow_none=True, metadata={"description": _DAY, "example": "2026-06-09"})
    at = words(5, 0, load_default="", metadata={"description": "A time of day at the site: 08:30.", "example": "08:30"})
    note = words(200, 0, load_default="")
    was = words(240, 0, load_default=None, allow_none=True, metadata={
        "description": "The `plan` of the visit as you read it; where another one stands by now, that is told.",
    })  # fmt: skip


class _WindowSchema(Schema):
    """What every visit says."""

    state = told("upcoming, due, overdue, done or not_done.", example="due")
    first = fields.Date(allow_none=True, metadata={"description": "The first day of the window."})
    last = fields.Date(allow_none=True, metadata={"description": "The last day of the window."})
    day = fields.Date(allow_none=True, metadata={"description": "The day it took place."})
    planned_on = fields.Date(allow_none=True)
    planned_at = told("A time of day at the site.", example="08:30")
    note = told()
    outside = fields.Integer(
        metadata={"description": "Days before (negative) or after the window at which it took place or is planned."}
    )


class ScheduledVisitSchema(_WindowSchema):
    """One visit of a subject."""

    event = fields.String(attribute="written", metadata={"example": "SE.W2"})
    label = told(example="Week 2")
    due = fields.Date(allow_none=True, metadata={"description": "The day the plan aims at."})
    plan = told("Day, time and note as planned; empty where nothing is.", example="2026-03-16 08:30")


class ScheduleSchema(Schema):
    """The visits of a subject in the order of the plan."""

    subject = fields.String(attribute="subject.id")
    number = fields.String(attribute="subject.number", metadata={"example": "NJ01-001"})
    today = fields.Date(metadata={"description": "The date at the site."})
    day_zero = fields.Date(attribute="zero", allow_none=True)
    visits = fields.List(fields.Nested(ScheduledVisitSchema))


class VisitLineSchema(_WindowSchema):
    """One visit in a list."""

    subject = fields.String(attribute="subject_id")
    number = fields.String(attribute="subject", metadata={"example": "NJ01-001"})
    site = told(example="NJ01")
    event = told(example="SE.W2")
    instance = fields.Integer()
    label = told(example="Week 2")
    late = fields.Integer(metadata={"description": "Days since the window of an open visit passed."})


class VisitsSchema(Schema):
    """One page of visits."""

    visits = fields.List(fields.Nested(VisitLineSchema))
    next = told("To be sent as `after` for the next page; none at the end.")


class CalendarSchema(Schema):
    """A calendar file (RFC 5545), as text."""

    media_type = told(example="text/calendar")
    text = told("The file, with its line ends.")


_WINDOW = {
    "state": "due", "first": "2026-03-13", "last": "2026-03-19", "day": None, "planned_on": "2026-03-16",
    "planned_at": "08:30", "note": "Fasting.", "outside": 0,
}  # fmt: skip
_ID = "019f3c5e-7b00-7a11-8f00-3c2d1e0f9a8b"
PLAN = {"on": "2026-03-16", "at": "08:30", "note": "Fasting."}
SCHEDULE = {
    "subject": _ID, "number": "NJ01-001", "today": "2026-03-14", "day_zero": "2026-03-02",
    "visits": [{"event": "SE.W2", "label": "Week 2", "due": "2026-03-16", **_WINDOW}],
}  # fmt: skip
VISITS = {
    "visits": [{"subject": _ID, "number": "NJ01-001", "site": "NJ01", "event": "SE.W2", "instance": 0,
                "label": "Week 2", "late": 0, **_WINDOW}],
    "next": None,
}  # fmt: skip
CALENDAR = {"media_type": "text/calendar", "text": "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"}
