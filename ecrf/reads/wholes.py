"""A site or a study as a whole, as it is held."""

from dataclasses import dataclass

from sqlalchemy import select

from ecrf.db import db
from ecrf.errors import NotFound, Place
from ecrf.models.sites import Site
from ecrf.models.studies import Study
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.scopes import allowed


@dataclass(frozen=True)
class Whole:
    """A site of a study, or (`site` None) the study."""

    study: Study
    site: Site | None = None

    @property
    def place(self) -> Place:
        """Where a refused attempt at it is traced."""
        return Place(study=self.study.id, site=self.site.id if self.site else None)


def whole(actor: Actor, study: str, site: str | None = None) -> Whole:
    """A study by its short name or a site of it by its code; raises `NotFound` for what the actor sees nothing of."""
    found = select(Study, Site).outerjoin(Site, (Site.study_id == Study.id) & (Site.code == (site or "")))
    seen = allowed(actor, Permission.SUBJECT_READ, study=Study.id, site=Site.id if site else None)
    row = db.session.execute(found.where(Study.name == study, seen)).one_or_none()
    if row is None or (site and row.Site is None):
        raise NotFound("site" if site else "study")
    return Whole(row.Study, row.Site)
