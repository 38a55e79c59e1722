"""Who asks, as what, and where."""

from typing import Any

from ecrf import clock
from ecrf.api.blueprints import Blueprint
from ecrf.api.schemas.me import ME, MeSchema
from ecrf.edge.identity import current_actor
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.reads.studies import sites, studies

blueprint = Blueprint("me", "Who the token stands for.")


@blueprint.get("/me")
@blueprint.response(200, MeSchema, example=ME)
@blueprint.refuses()
def show() -> Any:
    """Who am I: name, roles in force, and what they allow."""
    actor = current_actor()
    permissions = sorted(each.value for each in Permission if actor.has(each))
    return {
        "id": actor.id, "name": actor.name, "organisation": actor.organisation, "reads_only": actor.reads_only,
        "grants": _grants(actor), "permissions": permissions,
    }  # fmt: skip


def _grants(actor: Actor) -> list[dict[str, str | None]]:
    """The grants with the names of their places instead of ids."""
    names = {study.id: study.name for study in studies(actor)}
    codes = {site.id: site.code for site in sites(actor, clock.now())}
    return [
        {"role": each.role.value, "study": names.get(each.study_id or ""), "site": codes.get(each.site_id or "")}
        for each in actor.grants
    ]
