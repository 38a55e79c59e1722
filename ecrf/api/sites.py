"""Sites: listed, shown, added, changed, closed and opened again."""

from typing import Any

from ecrf import clock
from ecrf.api.blueprints import Blueprint
from ecrf.api.schemas.records import ETAG, IfMatchSchema
from ecrf.api.schemas.sites import (
    CHANGED_SITE,
    CLOSING,
    NEW_SITE,
    SITE,
    SITES,
    ChangedSiteSchema,
    NewSiteSchema,
    SiteReasonSchema,
    SiteSchema,
    SitesSchema,
)
from ecrf.api.tags import content_tag, expect_content
from ecrf.edge.identity import current_actor
from ecrf.policy.actors import Actor
from ecrf.reads.studies import site_facts
from ecrf.reads.studies import sites as listed
from ecrf.services import sites, studies
from ecrf.services.trail import Reason

blueprint = Blueprint("sites", "Sites of studies.")


@blueprint.get("/sites")
@blueprint.response(200, SitesSchema, example=SITES)
@blueprint.refuses()
def index() -> Any:
    """The sites you may see."""
    return {"sites": listed(current_actor(), clock.now())}


@blueprint.post("/sites")
@blueprint.arguments(NewSiteSchema, example=NEW_SITE)
@blueprint.response(201, SiteSchema, example=SITE, headers={"Location": {"schema": {"type": "string"}}})
@blueprint.refuses(400, 403, 404, 409, 413, 415, 422)
def add(sent: dict[str, Any]) -> Any:
    """Add a site to a study."""
    actor, study = current_actor(), studies.find_study(sent.pop("study"))
    site = sites.add(actor, study, sent.pop("code"), **sent)
    return site_facts(actor, site.id, clock.now()), 201, {"Location": f"/api/v1/sites/{site.id}"}


@blueprint.get("/sites/<site_id>")
@blueprint.response(200, SiteSchema, example=SITE, headers=ETAG)
@blueprint.refuses(404)
def show(site_id: str) -> Any:
    """One site."""
    return _with_tag(current_actor(), site_id)


@blueprint.patch("/sites/<site_id>")
@blueprint.arguments(IfMatchSchema, location="headers")
@blueprint.arguments(ChangedSiteSchema, example=CHANGED_SITE)
@blueprint.response(200, SiteSchema, example=SITE, headers=ETAG)
@blueprint.refuses(400, 403, 404, 409, 412, 413, 415, 422, 428)
def change(header: dict[str, str], sent: dict[str, Any], site_id: str) -> Any:
    """Change the name, the time zone or the address of a site; its code stays."""
    actor, reason = current_actor(), Reason(text=sent.pop("reason"))
    site, stands = _seen(actor, site_id), site_facts(actor, site_id, clock.now())
    expect_content(header["if_match"], stands)
    kept = {"name": stands.name, "timezone": stands.timezone, "address": stands.address}
    sites.change(actor, site, reason, **{**kept, **sent})
    return _with_tag(actor, site_id)


@blueprint.post("/sites/<site_id>/close")
@blueprint.arguments(SiteReasonSchema, example=CLOSING)
@blueprint.response(200, SiteSchema, example={**SITE, "status": "closed"}, headers=ETAG)
@blueprint.refuses(400, 403, 404, 409, 413, 415, 422)
def close(sent: dict[str, str], site_id: str) -> Any:
    """Close a site: no new subjects, no data entered or changed; all is read as before."""
    actor = current_actor()
    sites.close(actor, _seen(actor, site_id), Reason(text=sent["reason"]))
    return _with_tag(actor, site_id)


@blueprint.post("/sites/<site_id>/reopen")
@blueprint.arguments(SiteReasonSchema, example={"reason": "A value is to be corrected."})
@blueprint.response(200, SiteSchema, example=SITE, headers=ETAG)
@blueprint.refuses(400, 403, 404, 409, 413, 415, 422)
def reopen(sent: dict[str, str], site_id: str) -> Any:
    """Open a closed site again."""
    actor = current_actor()
    sites.reopen(actor, _seen(actor, site_id), Reason(text=sent["reason"]))
    return _with_tag(actor, site_id)


def _seen(actor: Actor, site_id: str) -> Any:
    """The site, held; one the actor may not see does not exist."""
    site_facts(actor, site_id, clock.now())
    return sites.held(site_id)


def _with_tag(actor: Actor, site_id: str) -> Any:
    found = site_facts(actor, site_id, clock.now())
    return found, 200, {"ETag": content_tag(found)}
