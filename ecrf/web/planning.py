"""Visits: the list of those that wait, the page on which a subject's are planned, and calendar files."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ecrf import clock
from ecrf.edge.identity import current_actor
from ecrf.edge.transactions import undo
from ecrf.errors import BadInput, Held, IllegalState, Stale
from ecrf.exchange import visit_calendars
from ecrf.exchange.calendars import MEDIA_TYPE
from ecrf.i18n import text_tag
from ecrf.messages import N_
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.reads.subjects import SubjectFacts
from ecrf.reads.visit_lists import VisitFilters, VisitListing, visit_list
from ecrf.reads.visits import schedule_of
from ecrf.services import planning
from ecrf.web.addresses import event_code, event_key
from ecrf.web.faults import fault_of
from ecrf.web.filtering import applied, chosen, label_in, readdress
from ecrf.web.presenting.catalogue import gettext
from ecrf.web.presenting.day_scale import day_scale
from forms.casebook import EventKey

blueprint = Blueprint("planning", __name__)

_REFUSALS = (BadInput, Held, IllegalState, Stale)
STATES = {
    "today": N_("Planned for today"), "planned": N_("Planned from today on"), "due": N_("Due now"),
    "overdue": N_("Overdue"), "upcoming": N_("Upcoming"), "done": N_("Took place"), "not_done": N_("Not done"),
}  # fmt: skip


@blueprint.get("/visits")
def index() -> ResponseReturnValue:
    """One page of visits."""
    found = visit_list(current_actor(), chosen(VisitFilters), clock.now(), language=text_tag())
    return render_template(
        "visits.html", listing=found, filtered=readdress(found.filters), applied=_applied(found),
        state_choices=_states(), event_code=_code,
    )  # fmt: skip


@blueprint.get("/visits.ics")
def calendar() -> ResponseReturnValue:
    """The planned visits of the sites one may see, or of one of them, as a calendar file."""
    wanted = chosen(VisitFilters)
    text = visit_calendars.of_sites(
        current_actor(), clock.now(), study=wanted.study, site=wanted.site, language=text_tag()
    )
    return _file(text, "visits.ics")


@blueprint.get("/subjects/<subject_id>/visits")
def plan(subject_id: str) -> ResponseReturnValue:
    """The page on which the visits of a subject are planned."""
    return _plan_page(current_actor(), subject_id)


@blueprint.get("/subjects/<subject_id>/visits.ics")
def calendar_of_subject(subject_id: str) -> ResponseReturnValue:
    """The planned visits of one subject as a calendar file."""
    text = visit_calendars.of_subject(current_actor(), subject_id, clock.now(), language=text_tag())
    return _file(text, "visits.ics")


@blueprint.post("/subjects/<subject_id>/visits/<event>/plan")
def set_plan(subject_id: str, event: str) -> ResponseReturnValue:
    """Plan a visit, move it, or clear the plan; what was typed stays where it was refused."""
    actor, sent = current_actor(), request.form
    on = "" if "clear" in sent else sent.get("on", "")
    try:
        done = planning.plan_visit(
            actor, subject_id, event_key(event), on=on, at=sent.get("at", ""), note=sent.get("note", ""),
            was=sent.get("was"),
        )  # fmt: skip
    except _REFUSALS as problem:
        undo(problem, actor)
        return _plan_page(actor, subject_id, event, sent, fault_of(problem)), problem.status
    return redirect(_planned(subject_id, event, done), 303)


def _planned(subject_id: str, event: str, done: planning.Planned) -> str:
    return url_for("planning.plan", subject_id=subject_id, planned=event if done.visit.planned_on else None)


def _plan_page(actor: Actor, subject_id: str, refused: str = "", typed: Any = None, fault: str = "") -> str:
    found = schedule_of(actor, subject_id, clock.now(), language=text_tag())
    return render_template(
        "plan.html", schedule=found, scale=day_scale(found), may_plan=_may_plan(actor, found.subject), refused=refused,
        typed=typed or {}, fault=fault, event_code=_code, planned=request.args.get("planned", ""),
    )  # fmt: skip


def _may_plan(actor: Actor, subject: SubjectFacts) -> bool:
    return actor.may(Permission.VISIT_PLAN, subject.study_id, subject.site_id)


def _code(event: str, instance: int) -> str:
    return event_code(EventKey(event, instance))


def _file(text: str, name: str) -> Response:
    response = Response(text, mimetype=MEDIA_TYPE)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _states() -> tuple[tuple[str, str], ...]:
    return tuple((state, gettext(text)) for state, text in STATES.items())


def _applied(found: VisitListing) -> tuple[tuple[str, str], ...]:
    filters = found.filters
    texts = {
        "study": filters.study,
        "site": label_in(found.site_choices, filters.site),
        "state": label_in(_states(), filters.state),
        "lag": gettext("first saved %(days)s days after the visit or later", days=filters.lag),
        "lag_to": gettext("first saved at most %(days)s days after the visit", days=filters.lag_to),
    }
    return applied(filters, texts)
