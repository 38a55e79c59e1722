"""Queries: the list, one thread, and what people say in it."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ecrf import clock
from ecrf.edge.identity import current_actor
from ecrf.edge.transactions import undo
from ecrf.errors import BadInput, Held, IllegalState
from ecrf.i18n import text_tag
from ecrf.ids import new_id
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.reads.queries import QueryListing, listing, thread
from ecrf.reads.query_filters import QueryFilters
from ecrf.reads.records import record_place
from ecrf.reads.subjects import subject_facts
from ecrf.services import queries
from ecrf.web.addresses import form_reading_url, form_url, reading_url
from ecrf.web.explained import explanation_of
from ecrf.web.faults import fault_of
from ecrf.web.filtering import applied, chosen, label_in, readdress
from ecrf.web.presenting.catalogue import gettext
from ecrf.web.words import state_name

blueprint = Blueprint("queries", __name__)

_REFUSALS = (BadInput, Held, IllegalState)


@blueprint.get("/queries")
def index() -> ResponseReturnValue:
    """One page of queries."""
    found = listing(current_actor(), chosen(QueryFilters), clock.now(), language=text_tag())
    return render_template(
        "queries.html", listing=found, filtered=readdress(found.filters), applied=_applied(found),
        state_choices=_states(), age_choices=_ages(), origin_choices=_origins(),
        may_raise=current_actor().has(Permission.QUERY_RAISE),
    )  # fmt: skip


@blueprint.get("/queries/<query_id>")
def show(query_id: str) -> ResponseReturnValue:
    """One query with its thread."""
    return _thread_page(current_actor(), query_id)


@blueprint.post("/queries/<query_id>/answer")
def answer(query_id: str) -> ResponseReturnValue:
    """Answer it."""
    return _say(query_id, queries.answer, "answer")


@blueprint.post("/queries/<query_id>/close")
def close(query_id: str) -> ResponseReturnValue:
    """Close it."""
    return _say(query_id, queries.close, "close")


@blueprint.post("/queries/<query_id>/reopen")
def reopen(query_id: str) -> ResponseReturnValue:
    """Reopen it."""
    return _say(query_id, queries.reopen, "reopen")


@blueprint.get("/records/<record_id>/query")
def asking(record_id: str) -> ResponseReturnValue:
    """The page on which a query is raised."""
    return _raise_page(current_actor(), record_id, {"item": request.args.get("item", "")})


@blueprint.post("/records/<record_id>/query")
def raise_on(record_id: str) -> ResponseReturnValue:
    """Raise a query on a record or one of its items."""
    actor = current_actor()
    try:
        query = queries.raise_query(
            actor, record_id, request.form.get("item") or None, request.form.get("text", ""),
            query_id=request.form.get("query_id"),
        )  # fmt: skip
    except _REFUSALS as problem:
        undo(problem, actor)
        return _raise_page(actor, record_id, request.form, fault_of(problem)), problem.status
    return redirect(_after(actor, query.id), 303)


def _say(query_id: str, act: Callable[[Actor, str, str], Any], name: str) -> ResponseReturnValue:
    """Do one act of a thread; what was typed stays where it was refused."""
    actor, text = current_actor(), request.form.get("text", "")
    try:
        act(actor, query_id, text)
    except _REFUSALS as problem:
        undo(problem, actor)
        return _thread_page(actor, query_id, typed=text, fault=fault_of(problem), act=name), problem.status
    return redirect(_after(actor, query_id), 303)


_PAGES = {"form": form_url, "reading": reading_url, "reading_form": form_reading_url}
"""Where an act may have been done, and the address of that page."""


def _after(actor: Actor, query_id: str) -> str:
    """Back to where the act was done: the form, where the thread stood there, or the query's own page."""
    page = _PAGES.get(request.form.get("back", ""))
    if page is None:
        return url_for("queries.show", query_id=query_id)
    query = thread(actor, query_id, language=text_tag()).query
    return f"{page(query.subject_id, query)}#q-{query.number}"


def _thread_page(actor: Actor, query_id: str, *, typed: str = "", fault: str = "", act: str = "") -> str:
    found = thread(actor, query_id, language=text_tag())
    return render_template(
        "query.html", query=found.query, thread=found, explained=explanation_of(found.query),
        facts=subject_facts(actor, found.query.subject_id, clock.now()), typed=typed, fault=fault, act=act,
    )  # fmt: skip


def _raise_page(actor: Actor, record_id: str, typed: Any, fault: str = "") -> str:
    record = record_place(actor, record_id, language=text_tag(), permission=Permission.QUERY_RAISE)
    facts = subject_facts(actor, record.subject_id, clock.now())
    query_id = typed.get("query_id") or new_id()
    return render_template("raise.html", record=record, facts=facts, typed=typed, fault=fault, query_id=query_id)


def _states() -> tuple[tuple[str, str], ...]:
    return tuple((state, state_name(state)) for state in ("open", "answered", "closed"))


def _ages() -> tuple[tuple[str, str], ...]:
    return tuple((days, gettext("%(days)s days or more", days=days)) for days in ("3", "8", "15", "31"))


def _origins() -> tuple[tuple[str, str], ...]:
    return (("check", gettext("A check")), ("person", gettext("A person")), ("me", gettext("You")))


def _applied(found: QueryListing) -> tuple[tuple[str, str], ...]:
    filters = found.filters
    texts = {
        "study": filters.study,
        "state": state_name(filters.state),
        "site": label_in(found.site_choices, filters.site),
        "age": label_in(_ages(), filters.age),
        "under": gettext("less than %(days)s days", days=filters.under),
        "closed": gettext("closed in the week of %(day)s", day=filters.closed),
        "origin": label_in(_origins(), filters.origin),
        "check": filters.check,
        "subject": found.subject or gettext("one subject"),
    }
    return applied(filters, texts)
