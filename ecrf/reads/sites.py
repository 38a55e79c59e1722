"""The codes of sites, for the line that says who is signed in; a site's code never changes."""

from sqlalchemy import select

from ecrf.db import db
from ecrf.models.sites import Site
from ecrf.policy.actors import Actor

_CODES: dict[str, str] = {}


def own_site_codes(actor: Actor) -> tuple[str, ...]:
    """The codes of the sites that the actor's grants name; none where they reach every site."""
    ids = sorted({grant.site_id for grant in actor.grants if grant.site_id})
    unknown = [each for each in ids if each not in _CODES]
    if unknown:
        _CODES.update(db.session.execute(select(Site.id, Site.code).where(Site.id.in_(unknown))).all())
    return tuple(sorted(_CODES[each] for each in ids if each in _CODES))
