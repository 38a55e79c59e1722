"""Sites: listed, added, changed, closed and opened again."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ecrf import clock
from ecrf.edge.identity import current_actor
from ecrf.edge.transactions import undo
from ecrf.errors import BadInput, Conflict, IllegalState, ReasonMissing, Stale
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.require import require
from ecrf.reads.studies import site_facts, studies
from ecrf.reads.studies import sites as listed
from ecrf.services import sites
from ecrf.services.studies import find_study
from ecrf.services.trail import Reason
from ecrf.web.faults import faults_of

blueprint = Blueprint("sites", __name__)

_REFUSALS = (BadInput, Conflict, IllegalState, ReasonMissing, Stale)
_ACTS = {"close": sites.close, "reopen": sites.reopen}


@blueprint.get("/sites")
def index() -> ResponseReturnValue:
    """The sites one may see."""
    actor = current_actor()
    found = listed(actor, clock.now())
    return render_template("sites/index.html", sites=found, may_manage=actor.has(Permission.SITE_MANAGE))


@blueprint.get("/sites/new")
def new() -> ResponseReturnValue:
    """The page on which a site is added."""
    return _new_page(current_actor(), {}, {})


@blueprint.post("/sites/new")
def add() -> ResponseReturnValue:
    """Add a site; what was typed stays where it was refused."""
    actor, sent = current_actor(), request.form
    try:
        site = sites.add(actor, find_study(sent.get("study", "")), sent.get("code", ""), **_facts())
    except _REFUSALS as problem:
        undo(problem, actor)
        return _new_page(actor, sent, faults_of(problem)), problem.status
    return redirect(url_for("sites.show", site_id=site.id), 303)


@blueprint.get("/sites/<site_id>")
def show(site_id: str) -> ResponseReturnValue:
    """One site."""
    return _page(current_actor(), site_id)


@blueprint.post("/sites/<site_id>")
def change(site_id: str) -> ResponseReturnValue:
    """Change what is known of a site."""
    actor = current_actor()
    site_facts(actor, site_id, clock.now())
    try:
        sites.change(actor, sites.held(site_id), _reason(), **_facts(), was=request.form.get("was"))
    except _REFUSALS as problem:
        undo(problem, actor)
        return _page(actor, site_id, request.form, faults_of(problem), "change"), problem.status
    return redirect(url_for("sites.show", site_id=site_id), 303)


@blueprint.post("/sites/<site_id>/close")
def close(site_id: str) -> ResponseReturnValue:
    """Close a site."""
    return _turn(site_id, "close")


@blueprint.post("/sites/<site_id>/reopen")
def reopen(site_id: str) -> ResponseReturnValue:
    """Open a closed site again."""
    return _turn(site_id, "reopen")


def _turn(site_id: str, act: str) -> ResponseReturnValue:
    actor = current_actor()
    site_facts(actor, site_id, clock.now())
    try:
        _ACTS[act](actor, sites.held(site_id), _reason())
    except _REFUSALS as problem:
        undo(problem, actor)
        return _page(actor, site_id, request.form, faults_of(problem), act), problem.status
    return redirect(url_for("sites.show", site_id=site_id), 303)


def _facts() -> dict[str, Any]:
    return {name: request.form.get(name, "") for name in ("name", "timezone", "address")}


def _reason() -> Reason:
    return Reason(text=request.form.get("reason", "").strip() or None)


def _new_page(actor: Actor, typed: Mapping[str, str], faults: Mapping[str, str]) -> str:
    require(actor, Permission.SITE_MANAGE)
    choices = tuple((study.name, study.name) for study in studies(actor))
    return render_template("sites/new.html", typed=typed, faults=faults, study_choices=choices)


def _page(
    actor: Actor, site_id: str, typed: Mapping[str, str] | None = None, faults: Mapping[str, str] | None = None,
    act: str = "",
) -> str:  # fmt: skip
    site = site_facts(actor, site_id, clock.now())
    may_manage = actor.has(Permission.SITE_MANAGE)
    return render_template(
        "sites/show.html", site=site, typed=typed or {}, faults=faults or {}, act=act, may_manage=may_manage
    )
