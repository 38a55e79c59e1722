"""The sites an actor may see something of, each with the date that its clock shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from ecrf.db import db
from ecrf.models.sites import Site
from ecrf.models.studies import Study
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.scopes import allowed


@dataclass(frozen=True)
class SiteDay:
    """A site and its `today`."""

    id: str
    study_id: str
    study: str
    code: str
    name: str
    zone: str
    today: date


def site_days(
    actor: Actor, now: datetime, *, study: str = "", site: str = "", permission: Permission = Permission.SUBJECT_READ
) -> tuple[SiteDay, ...]:
    """The sites on which the actor has the permission, by study and code; of one study or with one code where named."""
    columns: tuple[Any, ...] = (Site.id, Site.study_id, Study.name, Site.code, Site.name, Site.timezone)
    chosen = select(*columns).select_from(Site).join(Study, Study.id == Site.study_id)
    seen = chosen.where(allowed(actor, permission, study=Site.study_id, site=Site.id))
    if study:
        seen = seen.where(Study.name == study)
    if site:
        seen = seen.where(Site.code == site)
    rows = db.session.execute(seen.order_by(Study.name, Site.code))
    return tuple(SiteDay(*(*row, now.astimezone(ZoneInfo(row.timezone)).date())) for row in rows)


def by_day(sites: Iterable[SiteDay]) -> dict[date, list[str]]:
    """The ids of sites by their date: two dates at most are there at any moment, but for the far islands."""
    found: dict[date, list[str]] = {}
    for site in sites:
        found.setdefault(site.today, []).append(site.id)
    return found


def first_day(sites: Sequence[SiteDay], now: datetime) -> date:
    """The date at the first of the sites, in UTC where there is none."""
    return sites[0].today if sites else now.date()
