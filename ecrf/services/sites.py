"""Sites of a study."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select

from ecrf.db import db
from ecrf.errors import BadInput, Conflict, NotFound
from ecrf.messages import N_, Message
from ecrf.models.sites import Site
from ecrf.models.studies import Study
from ecrf.policy.actions import Action
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.require import require_at
from ecrf.services.trail import About, Acts


def add(by: Actor, study: Study, code: str, name: str, timezone: str) -> Site:
    """Add a site; `timezone` is an IANA name, the code unique in the study."""
    by = require_at(by, Permission.SITE_MANAGE, study.id)
    if not _is_timezone(timezone):
        said = N_("“%(zone)s” is no time zone of the IANA list.")
        raise BadInput({"timezone": Message(said, {"zone": timezone[:64]})})
    if db.session.scalar(select(Site.id).where(Site.study_id == study.id, Site.code == code)):
        raise Conflict("code", code)
    site = Site(study_id=study.id, code=code, name=name, timezone=timezone)
    acts = Acts(About(f"site:{site.id}", study=study.id, site=site.id))
    acts.add(by, Action.SITE_ADDED, [site])
    acts.write()
    return site


def find(study: Study, code: str) -> Site:
    """A site by its code."""
    site = db.session.scalar(select(Site).where(Site.study_id == study.id, Site.code == code))
    if site is None:
        raise NotFound("site")
    return site


def code_of(site_id: str | None) -> str | None:
    """The code of a site by its id."""
    return db.session.scalar(select(Site.code).where(Site.id == site_id))


def _is_timezone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
