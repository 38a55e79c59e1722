"""Taking the trail out: the entry that tells of it is written before the first line leaves."""

from audit.entries import Change
from ecrf.db import db
from ecrf.errors import NotFound, Place
from ecrf.models.sites import Site
from ecrf.models.subjects import Subject
from ecrf.policy.actions import Action
from ecrf.policy.actors import Actor, Grant
from ecrf.policy.permissions import Permission
from ecrf.reads.trail_choices import newest_study_id
from ecrf.reads.trail_export import Extent
from ecrf.services.attempts import attempt
from ecrf.services.trail import SYSTEM_CHAIN, About, Acts

EXPORTED = "exported"
"""The path of the note that says what was taken out."""
_READING = (Permission.TRAIL_READ, Permission.SYSTEM_TRAIL_READ)


def tell(by: Actor, wanted: Extent, filters: str) -> None:
    """Write the entry of an export, with its filters as people write them (`site=NJ01&form=HEM`) and its counts."""
    about = _about(by, wanted)
    place = Place(study=about.study, site=about.site, subject=about.subject)
    with attempt(by, Permission.TRAIL_EXPORT, Action.TRAIL_EXPORTED, place) as acting:
        acts = Acts(about)
        said = f"{filters or '*'}: {wanted.acts} / {wanted.among}"
        acts.add(acting, Action.TRAIL_EXPORTED, notes=[Change(EXPORTED, said, mark="note")])
        acts.write()


def _about(by: Actor, wanted: Extent) -> About:
    """What an export is about: its subject, else the site or study of whoever takes it, else the system."""
    if wanted.of.subject:
        subject = db.session.get(Subject, wanted.of.subject)
        if subject is None:
            raise NotFound("subject")
        return About(subject.chain, study=subject.study_id, site=subject.site_id, subject=subject.id)
    grant = _grant(by)
    if grant.site_id is not None:
        site = db.session.get_one(Site, grant.site_id)
        return About(f"site:{site.id}", study=site.study_id, site=site.id)
    study = (grant.study_id or newest_study_id(by)) if grant.carries(Permission.TRAIL_READ) else None
    return About(f"study:{study}", study=study) if study else About(SYSTEM_CHAIN)


def _grant(by: Actor) -> Grant:
    """The grant by which somebody reads the trail, the widest first; of who has none, any."""
    reading = [grant for grant in by.grants if any(grant.carries(each) for each in _READING)]
    if not by.grants:
        raise NotFound("trail")
    return min(reading or by.grants, key=lambda grant: (grant.site_id is not None, grant.study_id is not None))
