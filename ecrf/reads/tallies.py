"""The tallies of sites: how many there are of each measure in each bucket; days are added up by the database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, func, or_, select

from ecrf.db import db
from ecrf.models.summaries import SiteTally
from ecrf.reads.held_sites import held_sites
from ecrf.reads.site_days import SiteDay, by_day

Buckets = Mapping[str, int]
_WINDOWS = ("opens", "closes")


@dataclass(frozen=True)
class Tallied:
    """The tallies of some sites: each measure of each site in `of_sites`, those asked of all sites together in
    `of_all`; `opened` and `closed` are the open visits of each site whose window has begun, or has passed; `wide` are
    the holds that stand on whole sites and their studies, by kind."""

    of_sites: Mapping[str, Mapping[str, Buckets]]
    of_all: Mapping[str, Buckets] = field(default_factory=dict)
    opened: Mapping[str, int] = field(default_factory=dict)
    closed: Mapping[str, int] = field(default_factory=dict)
    wide: Mapping[str, int] = field(default_factory=dict)

    def buckets(self, site_id: str, measure: str) -> Buckets:
        """One measure of one site."""
        return self.of_sites.get(site_id, {}).get(measure, {})

    def number(self, sites: Iterable[SiteDay], measure: str, bucket: str = "") -> int:
        """How many there are in one bucket at these sites."""
        return sum(self.buckets(site.id, measure).get(bucket, 0) for site in sites)

    def joined(self, sites: Iterable[SiteDay], measure: str) -> dict[str, int]:
        """One measure of all these sites together."""
        found: dict[str, int] = {}
        for site in sites:
            for bucket, number in self.buckets(site.id, measure).items():
                found[bucket] = found.get(bucket, 0) + number
        return found

    def together(self, measure: str) -> Buckets:
        """One measure of all sites, where it was asked of all of them together."""
        return self.of_all.get(measure, {})

    def overdue(self, site: SiteDay) -> int:
        """The visits of a site whose window has passed."""
        return self.closed.get(site.id, 0)

    def due(self, site: SiteDay) -> int:
        """The visits of a site in whose window its today lies."""
        return self.opened.get(site.id, 0) - self.overdue(site)


def tallied(sites: Sequence[SiteDay], measures: Iterable[str], together: Iterable[str] = ()) -> Tallied:
    """These measures of these sites, others of all of them `together`, and the windows
    of visits that are open."""
    if not sites:
        return Tallied({})
    here, number = SiteTally.site_id.in_([site.id for site in sites]), SiteTally.number
    chosen = select(SiteTally.site_id, SiteTally.measure, SiteTally.bucket, number)
    found: dict[str, dict[str, dict[str, int]]] = {}
    for site_id, measure, bucket, count in db.session.execute(
        chosen.where(here, SiteTally.measure.in_(sorted(measures)), number != 0)
    ):
        found.setdefault(site_id, {}).setdefault(measure, {})[bucket] = count
    held = held_sites(site.id for site in sites)
    for site_id in held.locked() & found.keys():  # there all that is complete is locked
        found[site_id]["locked"] = {"": found[site_id].get("forms", {}).get("complete", 0)}
    windows = _windows(sites)
    return Tallied(found, _together(here, together), windows["opens"], windows["closes"], held.standing)


def _together(here: ColumnElement[bool], measures: Iterable[str]) -> dict[str, dict[str, int]]:
    wanted = sorted(measures)
    summed = select(SiteTally.measure, SiteTally.bucket, func.sum(SiteTally.number)).where(
        here, SiteTally.measure.in_(wanted)
    )  # fmt: skip
    found: dict[str, dict[str, int]] = {}
    rows = db.session.execute(summed.group_by(SiteTally.measure, SiteTally.bucket)) if wanted else ()
    for measure, bucket, count in rows:
        found.setdefault(measure, {})[bucket] = count
    return found


def _windows(sites: Sequence[SiteDay]) -> dict[str, dict[str, int]]:
    """How many open visits of each site have a window that began by its today, and how many one that ended before."""
    found: dict[str, dict[str, int]] = {measure: {} for measure in _WINDOWS}
    measure, bucket = SiteTally.measure, SiteTally.bucket
    for day, ids in by_day(sites).items():
        today = day.isoformat()
        past = or_(and_(measure == "opens", bucket <= today), and_(measure == "closes", bucket < today))
        summed = select(SiteTally.site_id, measure, func.sum(SiteTally.number))
        for site_id, name, count in db.session.execute(
            summed.where(SiteTally.site_id.in_(ids), past).group_by(SiteTally.site_id, measure)
        ):
            found[name][site_id] = count
    return found


def overdue_at(sites: Sequence[SiteDay]) -> int:
    """How many open visits of these sites have a window that has passed."""
    return sum(_windows(sites)["closes"].values()) if sites else 0


def quantile(buckets: Buckets, share: float) -> int | None:
    """The smallest whole number (its bucket written with leading zeros) that at least this share does not exceed; None
    of none. The half is the median, the lower one of two."""
    total, counted = sum(buckets.values()), 0
    for bucket in sorted(buckets):
        counted += buckets[bucket]
        if counted >= share * total:
            return int(bucket)
    return None
