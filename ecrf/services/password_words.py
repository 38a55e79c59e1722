"""The words that would give a password away: who its person is, where they work and on what."""

from sqlalchemy import select

from ecrf.db import db
from ecrf.models.grants import Grant
from ecrf.models.sites import Site
from ecrf.models.studies import Study
from ecrf.models.users import User


def words_about(user: User) -> tuple[str, ...]:
    """The words that a password of this person may not hold."""
    studies = db.session.scalars(select(Study.name)).all()
    at = select(Site.name, Site.code).join(Grant, Grant.site_id == Site.id).where(Grant.user_id == user.id).distinct()
    sites = (word for row in db.session.execute(at) for word in row)
    return (user.username, user.name, user.organisation, *studies, *sites, "ecrf")
