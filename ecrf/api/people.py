"""Accounts: listed, added, renamed, closed and opened, and the links with which people set their passwords."""

from typing import Any

from ecrf import clock
from ecrf.api.blueprints import Blueprint
from ecrf.api.schemas.people import (
    ADDED,
    LINK,
    NEW_PERSON,
    PEOPLE,
    PERSON,
    RENAME,
    WHY,
    AddedSchema,
    MadeLinkSchema,
    NewPersonSchema,
    PeopleSchema,
    PersonFilterSchema,
    PersonSchema,
    RenameSchema,
    WhySchema,
    person_url,
)
from ecrf.api.schemas.records import ETAG, IfMatchSchema
from ecrf.api.tags import content_tag, expect_content
from ecrf.config import settings
from ecrf.edge.identity import current_actor
from ecrf.policy.actors import Actor
from ecrf.reads.accounts import PersonFilters, listing, person
from ecrf.services import links, people
from ecrf.services.trail import Reason

blueprint = Blueprint("people", "Accounts of people.")


@blueprint.get("/people")
@blueprint.arguments(PersonFilterSchema, location="query")
@blueprint.response(200, PeopleSchema, example=PEOPLE)
@blueprint.refuses(403, 422)
def index(sent: dict[str, Any]) -> Any:
    """One page of accounts, by user name."""
    size = sent.pop("limit")
    return listing(current_actor(), PersonFilters(**sent), clock.now(), size=size)


@blueprint.post("/people")
@blueprint.arguments(NewPersonSchema, example=NEW_PERSON)
@blueprint.response(201, AddedSchema, example=ADDED, headers={"Location": {"schema": {"type": "string"}}})
@blueprint.refuses(400, 403, 409, 413, 415, 422)
def add(sent: dict[str, str]) -> Any:
    """Add a person; the answer holds the link with which they set the password."""
    actor = current_actor()
    user = people.add(actor, sent["username"], name=sent["name"], organisation=sent["organisation"])
    made = links.issue(actor, user, settings().link_life)
    found = person(actor, user.id, clock.now())
    return {"person": found, "link": _told(made)}, 201, {"Location": person_url(user.id)}


@blueprint.get("/people/<person_id>")
@blueprint.response(200, PersonSchema, example=PERSON, headers=ETAG)
@blueprint.refuses(403, 404)
def show(person_id: str) -> Any:
    """One account with all its roles, before, now and to come; everybody sees their own."""
    return _with_tag(current_actor(), person_id)


@blueprint.patch("/people/<person_id>")
@blueprint.arguments(IfMatchSchema, location="headers")
@blueprint.arguments(RenameSchema, example=RENAME)
@blueprint.response(200, PersonSchema, example=PERSON, headers=ETAG)
@blueprint.refuses(400, 403, 404, 409, 412, 413, 415, 422, 428)
def rename(header: dict[str, str], sent: dict[str, Any], person_id: str) -> Any:
    """Change the printed name or the organisation; what was signed and done before keeps the old ones."""
    actor, user = current_actor(), people.held(person_id)
    names = {"name": sent["name"] or user.name, "organisation": sent["organisation"] or user.organisation}
    expect_content(header["if_match"], person(actor, person_id, clock.now()))
    people.rename(actor, user, Reason(text=sent["reason"]), **names)
    return _with_tag(actor, person_id)


@blueprint.post("/people/<person_id>/close")
@blueprint.arguments(WhySchema, example=WHY)
@blueprint.response(200, PersonSchema, example={**PERSON, "state": "closed", "grants": []}, headers=ETAG)
@blueprint.refuses(400, 403, 404, 409, 413, 415, 422)
def close(sent: dict[str, str], person_id: str) -> Any:
    """Close an account: its roles, sessions and tokens end at once, its user name stays taken."""
    actor = current_actor()
    people.deactivate(actor, people.held(person_id), Reason(text=sent["reason"]))
    return _with_tag(actor, person_id)


@blueprint.post("/people/<person_id>/reopen")
@blueprint.arguments(WhySchema, example={"reason": "Came back."})
@blueprint.response(200, PersonSchema, example=PERSON, headers=ETAG)
@blueprint.refuses(400, 403, 404, 409, 413, 415, 422)
def reopen(sent: dict[str, str], person_id: str) -> Any:
    """Open a closed account again; it has no roles until they are given anew."""
    actor = current_actor()
    people.reopen(actor, people.held(person_id), Reason(text=sent["reason"]))
    return _with_tag(actor, person_id)


@blueprint.post("/people/<person_id>/links")
@blueprint.response(201, MadeLinkSchema, example={"link": {**LINK, "purpose": "reset"}})
@blueprint.refuses(403, 404, 409)
def link(person_id: str) -> Any:
    """Make a one-time link: to activate an account, or to reset its password, sessions and tokens at once."""
    made = links.issue(current_actor(), people.held(person_id), settings().link_life)
    return {"link": _told(made)}, 201


def _told(made: links.Made) -> dict[str, Any]:
    return {"path": f"/link/{made.token}", "purpose": made.purpose, "expires_at": made.expires_at}


def _with_tag(actor: Actor, person_id: str) -> Any:
    found = person(actor, person_id, clock.now())
    return found, 200, {"ETag": content_tag(found)}
