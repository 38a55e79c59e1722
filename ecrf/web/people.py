"""Accounts: listed, added, renamed, closed and opened, and the link with which a person sets the password."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ecrf import clock
from ecrf.config import settings
from ecrf.edge.identity import current_actor, fresh_actor
from ecrf.edge.transactions import undo
from ecrf.errors import BadInput, Conflict, IllegalState, Problem, ReasonMissing, Stale
from ecrf.policy.actors import Actor
from ecrf.policy.grants import Role
from ecrf.policy.permissions import Permission
from ecrf.policy.require import require
from ecrf.reads.accounts import PersonFilters, PersonListing, listing, person
from ecrf.reads.sessions import open_sessions
from ecrf.reads.studies import places
from ecrf.reads.tokens import tokens_of
from ecrf.services import links, people
from ecrf.services.trail import Reason
from ecrf.web.faults import faults_of
from ecrf.web.filtering import applied, chosen, readdress
from ecrf.web.presenting.catalogue import gettext
from ecrf.web.words import role_name

blueprint = Blueprint("people", __name__)

REFUSALS = (BadInput, Conflict, IllegalState, ReasonMissing, Stale)


@blueprint.get("/people")
def index() -> ResponseReturnValue:
    """One page of accounts."""
    actor, filters = current_actor(), chosen(PersonFilters)
    if "state" not in request.args:
        filters = PersonFilters(filters.q, "open", filters.role, filters.after)
    found = listing(actor, filters, clock.now())
    return render_template(
        "people/index.html", listing=found, filtered=readdress(found.filters), applied=_applied(found),
        role_choices=role_choices(), state_choices=_states(),
        may_manage=actor.may(Permission.PEOPLE_MANAGE, None, None),
    )  # fmt: skip


@blueprint.get("/people/new")
def new() -> ResponseReturnValue:
    """The page on which a person is added."""
    require(current_actor(), Permission.PEOPLE_MANAGE)
    return render_template("people/new.html", typed={}, faults={})


@blueprint.post("/people/new")
def add() -> ResponseReturnValue:
    """Add a person, and show the link to activate the account; what was typed stays where it was refused."""
    actor, sent = fresh_actor(), request.form
    try:
        user = people.add(
            actor, sent.get("username", ""), name=sent.get("name", ""), organisation=sent.get("organisation", "")
        )
    except (BadInput, Conflict) as problem:
        undo(problem, actor)
        return render_template("people/new.html", typed=sent, faults=faults_of(problem)), problem.status
    return _link_page(actor, links.issue(actor, user, settings().link_life), user.id)


@blueprint.get("/people/<person_id>")
def show(person_id: str) -> ResponseReturnValue:
    """One account."""
    return person_page(current_actor(), person_id)


@blueprint.post("/people/<person_id>/link")
def link(person_id: str) -> ResponseReturnValue:
    """Make a link to activate the account or to reset its password, and show it this once."""
    actor = fresh_actor()
    try:
        made = links.issue(actor, people.named(person_id), settings().link_life)
    except IllegalState as problem:
        return refused(actor, person_id, problem, "link")
    return _link_page(actor, made, person_id)


@blueprint.post("/people/<person_id>/name")
def rename(person_id: str) -> ResponseReturnValue:
    """Change the printed name and the organisation."""
    actor, sent = current_actor(), request.form
    try:
        names = {name: sent.get(name, "") for name in ("name", "organisation")}
        people.rename(actor, people.held(person_id), _reason(), **names, was=sent.get("was"))
    except REFUSALS as problem:
        return refused(actor, person_id, problem, "rename")
    return redirect(url_for("people.show", person_id=person_id), 303)


@blueprint.post("/people/<person_id>/close")
def close(person_id: str) -> ResponseReturnValue:
    """Close the account."""
    actor = current_actor()
    try:
        people.deactivate(actor, people.named(person_id), _reason())
    except REFUSALS as problem:
        return refused(actor, person_id, problem, "close")
    return redirect(url_for("people.show", person_id=person_id), 303)


@blueprint.post("/people/<person_id>/reopen")
def reopen(person_id: str) -> ResponseReturnValue:
    """Open the account again."""
    actor = fresh_actor()
    try:
        people.reopen(actor, people.named(person_id), _reason())
    except REFUSALS as problem:
        return refused(actor, person_id, problem, "reopen")
    return redirect(url_for("people.show", person_id=person_id), 303)


def refused(actor: Actor, person_id: str, problem: Problem, act: str) -> ResponseReturnValue:
    """The account's page again, with what was typed and why it was refused."""
    undo(problem, actor)
    return person_page(actor, person_id, request.form, faults_of(problem), act), problem.status


def person_page(
    actor: Actor, person_id: str, typed: Mapping[str, str] | None = None, faults: Mapping[str, str] | None = None,
    act: str = "",
) -> str:  # fmt: skip
    """The page of one account."""
    at, limits = clock.now(), settings()
    require(actor, Permission.PEOPLE_READ)
    return render_template(
        "people/show.html", person=person(actor, person_id, at), own=person_id == actor.id,
        sessions=open_sessions(actor, person_id, at, idle=limits.idle_limit, absolute=limits.absolute_limit),
        tokens=tokens_of(actor, person_id, at), typed=typed or {}, faults=faults or {}, act=act,
        may_manage=actor.may(Permission.PEOPLE_MANAGE, None, None),
        may_grant=actor.may(Permission.GRANT_MANAGE, None, None), role_choices=role_choices(),
        place_choices=(("", gettext("every study")), *places(actor)),
    )  # fmt: skip


def role_choices() -> tuple[tuple[str, str], ...]:
    """The roles with their names."""
    return tuple((role.value, role_name(role)) for role in Role)


def _reason() -> Reason:
    return Reason(text=request.form.get("reason", "").strip() or None)


def _link_page(actor: Actor, made: links.Made, person_id: str) -> str:
    address = url_for("links.show", token=made.token, _external=True)
    return render_template(
        "people/link.html", person=person(actor, person_id, clock.now()), made=made, address=address
    )  # fmt: skip


def _states() -> tuple[tuple[str, str], ...]:
    return (("open", gettext("open")), ("closed", gettext("closed")), ("any", gettext("open or closed")))


def _applied(found: PersonListing) -> Any:
    filters = found.filters
    texts = {"q": filters.q, "role": role_name(filters.role)}
    if filters.state != "open":
        texts["state"] = dict(_states()).get(filters.state, filters.state)
    return applied(filters, texts)
