"""The sites that are frozen or locked as a whole, by themselves or with their study."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import and_, or_, select

from ecrf.db import db
from ecrf.models.holds import Hold
from ecrf.models.sites import Site


@dataclass(frozen=True)
class HeldSites:
    """The strongest kind by the id of each site that is held, and how many such holds stand, by kind: those of a study
    are counted once."""

    kinds: Mapping[str, str] = field(default_factory=dict)
    standing: Mapping[str, int] = field(default_factory=dict)

    def locked(self) -> frozenset[str]:
        """The sites that are locked."""
        return frozenset(site for site, kind in self.kinds.items() if kind == "lock")


def held_sites(site_ids: Iterable[str]) -> HeldSites:
    """What holds these sites as a whole; one statement."""
    reaches = and_(Hold.study_id == Site.study_id, or_(Hold.site_id.is_(None), Hold.site_id == Site.id))
    chosen = select(Site.id, Hold.id, Hold.kind).join(Hold, and_(Hold.subject_id.is_(None), reaches))
    rows = db.session.execute(chosen.where(Hold.lifted_at.is_(None), Site.id.in_(list(site_ids)))).all()
    kinds: dict[str, str] = {}
    for site, _, kind in rows:
        kinds[site] = max(kind, kinds.get(site, kind))
    holds = {hold: kind for _, hold, kind in rows}
    return HeldSites(kinds, {kind: [*holds.values()].count(kind) for kind in set(holds.values())})
