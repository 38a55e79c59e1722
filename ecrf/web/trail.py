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
from ecrf.reads.trail import TrailPage, trail, trail_of_record, trail_of_subject
from ecrf.reads.trail_filters import TrailFilters
from ecrf.web.filtering import applied, chosen, label_in, readdress
from ecrf.web.presenting.catalogue import gettext
from ecrf.web.trail_words import action_name
from ecrf.web.words import role_name

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
    found = trail_of_subject(actor, subject_id, chosen(TrailFilters), language=text_tag())
    return _page(found, gettext("Trail of %(subject)s", subject=facts.number), facts)


@blueprint.get("/records/<record_id>/trail")
def of_record(record_id: str) -> ResponseReturnValue:
    """The acts of one record."""
    actor, language = current_actor(), text_tag()
    record = record_place(actor, record_id, language=language, permission=Permission.TRAIL_READ)
    facts = subject_facts(actor, record.subject_id, clock.now())
    found = trail_of_record(actor, record, chosen(TrailFilters), language=language)
    return _page(found, gettext("Trail of %(place)s", place=record.place), facts)


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


def _page(found: TrailPage, heading: str, facts: SubjectFacts | None = None) -> str:
    here = url_for(str(request.endpoint), **(request.view_args or {}))
    return render_template(
        "trail.html", trail=found, heading=heading, facts=facts, here=here, filtered=readdress(found.filters),
        applied=_applied(found), role_choices=_roles(), action_choices=_actions(),
    )  # fmt: skip


def _roles() -> tuple[tuple[str, str], ...]:
    return tuple((code, role_name(code)) for code in (*Role, "system"))


def _actions() -> tuple[tuple[str, str], ...]:
    return tuple((action.value, action_name(action)) for action in Action)


def _applied(found: TrailPage) -> tuple[tuple[str, str], ...]:
    filters = found.filters
    texts = {
        "subject": filters.subject,
        "form": label_in(found.form_choices, filters.form),
        "item": label_in(found.item_choices, filters.item),
        "person": filters.person,
        "role": role_name(filters.role),
        "action": action_name(filters.action),
        "since": gettext("from %(day)s", day=filters.since),
        "until": gettext("to %(day)s", day=filters.until),
    }
    return applied(filters, texts)
