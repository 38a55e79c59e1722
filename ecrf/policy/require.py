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


def require(actor: Actor, permission: Permission, thing: Placed | None = None) -> None:
    """Raise `NotFound` where the actor has no business, `Forbidden` where the role does not allow it.

    `thing` None stands for the system as a whole (accounts, new studies).
    """
    study_id, site_id = (thing.study_id, thing.site_id) if thing is not None else (None, None)
    require_at(actor, permission, study_id, site_id)


def require_at(actor: Actor, permission: Permission, study_id: str | None, site_id: str | None = None) -> None:
    """The same for a place named by its ids: a study (site None), or a site of a study."""
    if actor.may(permission, study_id, site_id):
        return
    if study_id is not None and not actor.reaches(study_id, site_id):
        raise NotFound
    raise Forbidden(permission).at(Place(study=study_id, site=site_id))
