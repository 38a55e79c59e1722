"""Roles given and ended, who held which on a day, and what each may do."""

from datetime import UTC, date, datetime, time
from typing import Any

from ecrf import clock
from ecrf.api.blueprints import Blueprint
from ecrf.api.schemas.people import (
    END,
    GRANT,
    NEW_GRANT,
    RIGHTS,
    ROLES,
    DaySchema,
    EndSchema,
    HeldRoleSchema,
    NewGrantSchema,
    RightsSchema,
    RolesSchema,
)
from ecrf.edge.identity import current_actor
from ecrf.policy.grants import Role, table
from ecrf.reads.accounts import grant_facts
from ecrf.reads.rights import rights_on
from ecrf.services import people, sites, studies
from ecrf.services.trail import Reason

blueprint = Blueprint("grants", "Roles of people, from a moment to a moment.")


@blueprint.post("/people/<person_id>/grants")
@blueprint.arguments(NewGrantSchema, example=NEW_GRANT)
@blueprint.response(201, HeldRoleSchema, example={**GRANT, "state": "planned"})
@blueprint.refuses(400, 403, 404, 409, 413, 415, 422)
def give(sent: dict[str, Any], person_id: str) -> Any:
    """Give a role, from now or a day on, until a day or without an end."""
    actor = current_actor()
    study = studies.find_study(sent["study"] or "") if sent["study"] or sent["site"] else None
    site = sites.find(study, sent["site"]) if study and sent["site"] else None
    days = {"starts_at": _begins(sent["from_day"]), "ends_at": _begins(sent["until_day"])}
    row = people.grant(actor, people.held(person_id), Role(sent["role"]), study=study, site=site, **days)
    return grant_facts(actor, row.id, clock.now()), 201


@blueprint.post("/grants/<grant_id>/end")
@blueprint.arguments(EndSchema, example=END)
@blueprint.response(200, HeldRoleSchema, example={**GRANT, "ends_at": "2026-06-01T00:00:00.000000Z"})
@blueprint.refuses(400, 403, 404, 409, 413, 415, 422)
def end(sent: dict[str, Any], grant_id: str) -> Any:
    """End a role, now or on a day to come."""
    actor = current_actor()
    people.revoke(actor, grant_id, Reason(text=sent["reason"]), ends_at=_begins(sent["until_day"]))
    return grant_facts(actor, grant_id, clock.now())


@blueprint.get("/rights")
@blueprint.arguments(DaySchema, location="query")
@blueprint.response(200, RightsSchema, example=RIGHTS)
@blueprint.refuses(403, 422)
def rights(sent: dict[str, Any]) -> Any:
    """Who could do what on a day: every role in force at any moment of it, by user name."""
    day = sent["day"] or clock.now().date()
    return rights_on(current_actor(), day, after=sent["after"], size=sent["limit"])


@blueprint.get("/roles")
@blueprint.response(200, RolesSchema, example=ROLES)
@blueprint.refuses()
def roles() -> Any:
    """What each role may do, as every act is held to it."""
    current_actor()
    return {"permissions": [
        {"permission": permission, "roles": [role.value for role in Role if role in holders]}
        for permission, holders in table()
    ]}  # fmt: skip


def _begins(day: date | None) -> datetime | None:
    """The beginning of a day in UTC."""
    return datetime.combine(day, time.min, UTC) if day else None
