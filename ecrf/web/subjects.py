"""The matrix of subjects and visits, and adding a subject."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ecrf import clock
from ecrf.edge.identity import current_actor
from ecrf.edge.transactions import undo
from ecrf.errors import BadInput, Conflict, IllegalState
from ecrf.i18n import text_tag
from ecrf.ids import new_id
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.reads.matrix import Matrix, matrix
from ecrf.reads.subject_filters import EVER_ENROLLED, SubjectFilters
from ecrf.reads.subjects import number_of, sites_for_registering, subject_called
from ecrf.services import subjects
from ecrf.web.faults import fault_of
from ecrf.web.filtering import applied, chosen, label_in, readdress
from ecrf.web.presenting.catalogue import gettext
from ecrf.web.words import STATES, glyph_name, state_name

blueprint = Blueprint("subjects", __name__)

_STATUSES = ("screening", "enrolled", "completed", "withdrawn", "screen_failure", EVER_ENROLLED)
_STATES = ("not_started", "in_progress", "complete", "not_done", "frozen", "locked")


@blueprint.get("/subjects")
def index() -> ResponseReturnValue:
    """One page of the matrix; who looks for a subject by its whole number comes to its casebook."""
    actor, filters = current_actor(), chosen(SubjectFilters)
    called = subject_called(actor, filters.number) if "find" in request.args else None
    if called is not None:
        return redirect(url_for("casebook.show", subject_id=called), 303)
    found = matrix(actor, filters, clock.now(), language=text_tag())
    return render_template(
        "subjects.html", matrix=found, filtered=readdress(found.filters), applied=_applied(found),
        level_choices=_levels(),
        status_choices=_named(_STATUSES), state_choices=_named(_STATES), query_choices=_query_choices(),
        state_marks={state: (glyph_name(state), state_name(state)) for state in STATES},
        may_register=actor.has(Permission.SUBJECT_REGISTER), may_look=actor.has(Permission.LOOK_MARK),
    )  # fmt: skip


@blueprint.get("/subjects/new")
def register() -> ResponseReturnValue:
    """The page on which a subject is added."""
    return _register_page(current_actor(), {"subject_id": request.args.get("id", "")})


@blueprint.post("/subjects/new")
def add() -> ResponseReturnValue:
    """Add a subject; what was typed stays where it was refused."""
    actor = current_actor()
    study, _, site = request.form.get("site", "").partition("/")
    try:
        number, subject_id = request.form.get("screening_number") or None, request.form.get("subject_id") or None
        subject = subjects.register(actor, study, site, number, subject_id=subject_id)
    except (BadInput, Conflict, IllegalState) as problem:
        undo(problem, actor)
        return _register_page(actor, request.form, fault_of(problem)), problem.status
    return redirect(url_for("casebook.show", subject_id=subject.id), 303)


def _register_page(actor: Actor, typed: dict[str, str], fault: str = "") -> str:
    sites, subject_id = sites_for_registering(actor), typed.get("subject_id") or new_id()
    added = number_of(actor, subject_id)
    return render_template(
        "register.html", sites=sites, typed=typed, fault=fault, subject_id=subject_id, added=added, another=new_id()
    )


def _named(states: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((state, state_name(state)) for state in states)


def _levels() -> tuple[tuple[str, str], ...]:
    return (("", gettext("Visits")), ("subject", gettext("The whole subject")), ("form", gettext("Forms of a visit")))


def _query_choices() -> tuple[tuple[str, str], ...]:
    return (("with", gettext("With open queries")), ("without", gettext("Without open queries")))


def _applied(found: Matrix) -> tuple[tuple[str, str], ...]:
    filters = found.filters
    texts = {
        "site": label_in(found.site_choices, filters.site),
        "number": gettext("numbers with “%(part)s”", part=filters.number),
        "status": state_name(filters.status),
        "enrolled_by": gettext("enrolled by the end of %(month)s", month=filters.enrolled_by),
        "event": label_in(found.event_choices, filters.event),
        "state": state_name(filters.state),
        "queries": label_in(_query_choices(), filters.queries),
    }
    return applied(filters, texts)
