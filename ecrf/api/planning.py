"""Visits: listed, planned, and as calendar files."""

from typing import Any

from ecrf import clock
from ecrf.api.addresses import event_key
from ecrf.api.blueprints import Blueprint
from ecrf.api.schemas.planning import (
    CALENDAR,
    PLAN,
    SCHEDULE,
    VISITS,
    CalendarFilterSchema,
    CalendarSchema,
    PlanSchema,
    ScheduleSchema,
    VisitFilterSchema,
    VisitsSchema,
)
from ecrf.edge.identity import current_actor
from ecrf.exchange import visit_calendars
from ecrf.exchange.calendars import MEDIA_TYPE
from ecrf.i18n import text_tag
from ecrf.reads.visit_lists import VisitFilters, visit_list
from ecrf.reads.visits import schedule_of
from ecrf.services import planning

blueprint = Blueprint("planning", "When visits are due, and for when they are planned.")


@blueprint.get("/visits")
@blueprint.arguments(VisitFilterSchema, location="query")
@blueprint.response(200, VisitsSchema, example=VISITS)
@blueprint.refuses(422)
def index(sent: dict[str, Any]) -> Any:
    """One page of visits: planned ones by their time, others by the end of their window."""
    size = sent.pop("limit")
    return visit_list(current_actor(), VisitFilters(**sent), clock.now(), language=text_tag(), size=size)


@blueprint.get("/visits/calendar")
@blueprint.arguments(CalendarFilterSchema, location="query")
@blueprint.response(200, CalendarSchema, example=CALENDAR)
@blueprint.refuses(422)
def calendar(sent: dict[str, str]) -> Any:
    """The visits planned from today on at the sites you may see, or at one of them, as a calendar file."""
    text = visit_calendars.of_sites(current_actor(), clock.now(), language=text_tag(), **sent)
    return {"media_type": MEDIA_TYPE, "text": text}


@blueprint.get("/subjects/<subject_id>/visits")
@blueprint.response(200, ScheduleSchema, example=SCHEDULE)
@blueprint.refuses(404)
def of_subject(subject_id: str) -> Any:
    """The visits of a subject: windows, planned days, and what became of each."""
    return schedule_of(current_actor(), subject_id, clock.now(), language=text_tag())


@blueprint.get("/subjects/<subject_id>/visits/calendar")
@blueprint.response(200, CalendarSchema, example=CALENDAR)
@blueprint.refuses(404)
def calendar_of_subject(subject_id: str) -> Any:
    """The planned visits of a subject as a calendar file."""
    text = visit_calendars.of_subject(current_actor(), subject_id, clock.now(), language=text_tag())
    return {"media_type": MEDIA_TYPE, "text": text}


@blueprint.post("/subjects/<subject_id>/visits/<event>/plan")
@blueprint.arguments(PlanSchema, example=PLAN)
@blueprint.response(200, ScheduleSchema, example=SCHEDULE)
@blueprint.refuses(400, 403, 404, 409, 412, 413, 415, 422)
def plan(sent: dict[str, Any], subject_id: str, event: str) -> Any:
    """Plan a visit for a day, move it, or clear the plan. A day outside the window is told, not refused."""
    actor = current_actor()
    planning.plan_visit(
        actor, subject_id, event_key(event), on=sent["on"] or "", at=sent["at"], note=sent["note"], was=sent["was"]
    )  # fmt: skip
    return schedule_of(actor, subject_id, clock.now(), language=text_tag())
