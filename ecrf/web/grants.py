"""Roles given and ended, and who held which on a day."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ecrf import clock
from ecrf.edge.identity import current_actor, fresh_actor
from ecrf.edge.transactions import undo
from ecrf.errors import BadInput, NotFound
from ecrf.messages import N_
from ecrf.policy.actors import Actor
from ecrf.policy.grants import Role
from ecrf.policy.permissions import Permission
from ecrf.policy.require import require
from ecrf.reads.accounts import grant_facts, person
from ecrf.reads.rights import rights_on
from ecrf.services import people, sites, studies
from ecrf.services.trail import Reason
from ecrf.web.faults import fault_of
from ecrf.web.people import REFUSALS, refused
from ecrf.web.presenting.catalogue import gettext

blueprint = Blueprint("grants", __name__)

_NO_DAY = N_("Write the day as YYYY-MM-DD.")


@blueprint.get("/people/rights")
def rights() -> ResponseReturnValue:
    """Who could do what on a day; without one, today."""
    actor, asked, fault = current_actor(), request.args.get("day", ""), ""
    try:
        day = date.fromisoformat(asked) if asked else clock.now().date()
    except ValueError:
        day, fault = clock.now().date(), gettext(_NO_DAY)
    after = request.args.get("after", "")
    found = rights_on(actor, day, after=after)
    return render_template("people/rights.html", rights=found, after=after, fault=fault), 422 if fault else 200


@blueprint.post("/people/<person_id>/grants")
def give(person_id: str) -> ResponseReturnValue:
    """Give a role, from a day on and until another."""
    actor, sent = fresh_actor(), request.form
    try:
        user = people.held(person_id)
        study_name, _, site_code = sent.get("place", "").partition("/")
        study = studies.find_study(study_name) if study_name or site_code else None
        site = sites.find(study, site_code) if study and site_code else None
        days = {"starts_at": _day("from"), "ends_at": _day("until")}
        people.grant(actor, user, _role(), study=study, site=site, **days)
    except REFUSALS as problem:
        return refused(actor, person_id, problem, "grant")
    return redirect(url_for("people.show", person_id=person_id), 303)


@blueprint.get("/grants/<grant_id>/end")
def ending(grant_id: str) -> ResponseReturnValue:
    """The page on which a role is ended."""
    return _ending_page(current_actor(), grant_id, {})


@blueprint.post("/grants/<grant_id>/end")
def end(grant_id: str) -> ResponseReturnValue:
    """End a role, now or on a day to come."""
    actor = current_actor()
    try:
        reason = Reason(text=request.form.get("reason", "").strip() or None)
        row = people.revoke(actor, grant_id, reason, ends_at=_day("until"))
    except REFUSALS as problem:
        undo(problem, actor)
        return _ending_page(actor, grant_id, request.form, fault_of(problem)), problem.status
    return redirect(url_for("people.show", person_id=row.user_id), 303)


def _ending_page(actor: Actor, grant_id: str, typed: Mapping[str, str], fault: str = "") -> str:
    require(actor, Permission.GRANT_MANAGE)
    grant = grant_facts(actor, grant_id, clock.now())
    found = person(actor, grant.user_id, clock.now())
    return render_template("people/ending.html", grant=grant, person=found, typed=typed, fault=fault)


def _role() -> Role:
    sent = request.form.get("role", "")
    if sent not in set(Role):
        raise NotFound("role")
    return Role(sent)


def _day(field: str) -> datetime | None:
    """The beginning of a day that was sent, in UTC."""
    sent = request.form.get(field, "").strip()
    if not sent:
        return None
    try:
        return datetime.combine(date.fromisoformat(sent), time.min, UTC)
    except ValueError:
        raise BadInput({field: _NO_DAY}) from None
