"""The first line of every service: may this person do this to that thing?"""

from typing import Protocol

from ecrf.errors import Forbidden, NotFound, Place
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission


class Placed(Protocol):
    """A thing that belongs to a study and, perhaps, a site: every row of clinical data."""

    @property
    def study_id(self) -> str | None:
        """The id of its study."""

    @property
    def site_id(self) -> str | None:
        """The id of its site."""


def require(actor: Actor, permission: Permission, thing: Placed | None = None) -> Actor:
    """The actor in the role that allows it, which is what the trail prints: `by = require(by, …)`.

    Raises `NotFound` where the actor has no business, `Forbidden` where no role allows it. `thing` None stands for the
    system as a whole (accounts, new studies).
    """
    study_id, site_id = (thing.study_id, thing.site_id) if thing is not None else (None, None)
    return require_at(actor, permission, study_id, site_id)


def require_at(actor: Actor, permission: Permission, study_id: str | None, site_id: str | None = None) -> Actor:
    """The same for a place named by its ids: a study (site None), or a site of a study."""
    acting = actor.acting(permission, study_id, site_id)
    if acting is not None:
        return acting
    if study_id is not None and not actor.reaches(study_id, site_id):
        raise NotFound
    refused = Forbidden(permission).at(Place(study=study_id, site=site_id))
    refused.role = actor.nearest(study_id, site_id)
    raise refused


def expect_writer(actor: Actor) -> None:
    """Raise `Forbidden` for a token that reads alone: it changes nothing, not even what is its person's own."""
    if actor.reads_only:
        raise Forbidden(Permission.PEOPLE_MANAGE)
