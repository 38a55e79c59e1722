"""The trail: the review desk, the trail of a subject, of a record, and the history of one item."""

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ecrf import clock
from ecrf.edge.identity import current_actor
from ecrf.i18n import text_tag
from ecrf.policy.actions import Action
from ecrf.policy.grants import Role
from ecrf.policy.permissions import Permission
from ecrf.reads.items import item_history
from ecrf.reads.records import record_place
from ecrf.reads.subjects import SubjectFacts, subject_facts
from ecrf.reads.trail import TrailPage, trail
from ecrf.reads.trail_filters import TrailFilters, misread
from ecrf.reads.trail_reach import Of
from ecrf.web.filtering import applied, chosen, label_in, readdress, sent_on
from ecrf.web.presenting.catalogue import gettext
from ecrf.web.trail_words import action_name
from ecrf.web.words import REASONS, REFUSALS, reason_name, role_name

blueprint = Blueprint("trail", __name__)


@blueprint.get("/trail")
def index() -> ResponseReturnValue:
    """The acts of every study and site that the reader may see."""
    found = trail(current_actor(), chosen(TrailFilters), language=text_tag())
    return _page(found, gettext("Trail review"))


@blueprint.get("/subjects/<subject_id>/trail")
def of_subject(subject_id: str) -> ResponseReturnValue:
    """The acts of one subject."""
    actor = current_actor()
    facts = subject_facts(actor, subject_id, clock.now())
    found = trail(actor, chosen(TrailFilters), language=text_tag(), of=Of(subject_id))
    return _page(found, gettext("Trail of %(subject)s", subject=facts.number), facts)


@blueprint.get("/records/<record_id>/trail")
def of_record(record_id: str) -> ResponseReturnValue:
    """The acts of one record."""
    actor, language = current_actor(), text_tag()
    record = record_place(actor, record_id, language=language, permission=Permission.TRAIL_READ)
    facts = subject_facts(actor, record.subject_id, clock.now())
    found = trail(actor, chosen(TrailFilters), language=language, of=Of(record.subject_id, record))
    return _page(found, gettext("Trail of %(place)s", place=record.place), facts, record.id)


@blueprint.get("/records/<record_id>/items/<item>")
def of_item(record_id: str, item: str) -> ResponseReturnValue:
    """The history of one item: a page of its own, or, asked for by a page, what goes into its drawer."""
    actor = current_actor()
    history = item_history(actor, record_id, item, language=text_tag())
    in_drawer = request.headers.get("HX-Request") == "true"
    facts = subject_facts(actor, history.subject_id, clock.now())
    page = "history_drawer.html" if in_drawer else "history.html"
    response = make_response(render_template(page, history=history, facts=facts))
    response.vary.add("HX-Request")
    return response


def _page(found: TrailPage, heading: str, facts: SubjectFacts | None = None, record_id: str = "") -> str:
    actor, here = current_actor(), url_for(str(request.endpoint), **(request.view_args or {}))
    return render_template(
        "trail.html", trail=found, heading=heading, facts=facts, record_id=record_id, here=here,
        filtered=readdress(found.filters), applied=_applied(found), role_choices=_roles(), action_choices=_actions(),
        reason_choices=_reasons(), sent=sent_on(found.filters), misread=misread(found.filters),
        may_export=actor.has(Permission.TRAIL_EXPORT),
    )  # fmt: skip


def _roles() -> tuple[tuple[str, str], ...]:
    return tuple((code, role_name(code)) for code in (*Role, "operator", "system"))


def _actions() -> tuple[tuple[str, str], ...]:
    return tuple((action.value, action_name(action)) for action in Action)


def _reasons() -> tuple[tuple[str, str], ...]:
    return tuple((code, reason_name(code)) for code in (*REASONS, *REFUSALS))


def _applied(found: TrailPage) -> tuple[tuple[str, str], ...]:
    filters, choices = found.filters, found.choices
    texts = {
        "site": filters.site,
        "subject": filters.subject,
        "event": label_in(choices.events, filters.event),
        "form": label_in(choices.forms, filters.form),
        "item": label_in(choices.items, filters.item),
        "was": gettext("was %(value)s", value=filters.was),
        "now": gettext("became %(value)s", value=filters.now),
        "person": filters.person,
        "role": role_name(filters.role),
        "action": action_name(filters.action),
        "reason": reason_name(filters.reason),
        "since": gettext("from %(day)s", day=filters.since),
        "until": gettext("to %(day)s", day=filters.until),
    }
    return applied(filters, texts)
