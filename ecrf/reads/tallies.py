"""The tallies of sites: how many there are of each measure in each bucket, in one statement."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from ecrf.db import db
from ecrf.models.summaries import SiteTally
from ecrf.reads.site_days import SiteDay

Buckets = Mapping[str, int]


@dataclass(frozen=True)
class Tallied:
    """The tallies of some sites."""

    of_sites: Mapping[str, Mapping[str, Buckets]]

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

    def overdue(self, site: SiteDay) -> int:
        """The visits of a site whose window has passed."""
        return _before(self.buckets(site.id, "closes"), site.today)

    def due(self, site: SiteDay) -> int:
        """The visits of a site in whose window its today lies."""
        opened = sum(number for day, number in self.buckets(site.id, "opens").items() if day <= site.today.isoformat())
        return opened - self.overdue(site)


def tallied(sites: Sequence[SiteDay], measures: Iterable[str]) -> Tallied:
    """These measures of these sites."""
    if not sites:
        return Tallied({})
    chosen = select(SiteTally.site_id, SiteTally.measure, SiteTally.bucket, SiteTally.number).where(
        SiteTally.site_id.in_([site.id for site in sites]),
        SiteTally.measure.in_(sorted(measures)),
        SiteTally.number != 0,
    )
    found: dict[str, dict[str, dict[str, int]]] = {}
    for site_id, measure, bucket, number in db.session.execute(chosen):
        found.setdefault(site_id, {}).setdefault(measure, {})[bucket] = number
    return Tallied(found)


def _before(buckets: Buckets, day: date) -> int:
    return sum(number for bucket, number in buckets.items() if bucket < day.isoformat())


def quantile(buckets: Buckets, share: float) -> int | None:
    """The smallest whole number (its bucket written with leading zeros) that at least this share does not exceed; None
    of none. The half is the median, the lower one of two."""
    total, counted = sum(buckets.values()), 0
    for bucket in sorted(buckets):
        counted += buckets[bucket]
        if counted >= share * total:
            return int(bucket)
    return None
