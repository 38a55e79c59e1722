"""The demonstration study in a database of its own: BEAM published, two sites with their laboratories, no people.

`prepare` fills a template database once; each test gets a copy. `actor` makes whoever a test needs, without log-in.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from ecrf import clock
from ecrf.app import create_app
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.models.sites import Site
from ecrf.models.studies import Study
from ecrf.policy.actors import OPERATOR, Actor, Grant
from ecrf.policy.grants import SITE_BOUND, Role
from ecrf.services import laboratories, sites, studies
from forms.published import study_from_json
from tests.databases import upon
from tests.ecrf.schema import migrate, settings_for

PACKAGE = Path(__file__).parents[2] / "forms" / "studies" / "beam"
OPENED = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)  # before any visit, so that a version is in force at each
SITES = (("NJ01", "Nanjing main campus"), ("NJ02", "Nanjing partner hospital"))


@dataclass(frozen=True)
class Trial:
    """The ids of what `prepare` made."""

    study_id: str
    sites: dict[str, str]

    def actor(self, role: Role | str, site: str | None = "NJ01", name: str | None = None) -> Actor:
        """A person with one role; site roles are held at `site`."""
        role = Role(role)
        place = self.sites[site] if role in SITE_BOUND and site else None
        grant = Grant(role, self.study_id if place else None, place)
        printed = name or f"{role.value} {site if place else 'office'}"
        return Actor(f"test-{role.value}-{site if place else 'office'}", printed, "Test clinic", (grant,))


@upon(migrate)
def prepare(url: str) -> None:
    """Publish BEAM, add its sites and laboratories with approved ranges, some weeks before the first visit."""
    with clock.told_by(lambda: OPENED):
        _open(url)


def _open(url: str) -> None:
    app = create_app(settings_for(url))
    builder, manager = _office(Role.STUDY_BUILDER), _office(Role.DATA_MANAGER)
    with app.app_context():
        with unit_of_work():
            version = studies.publish(builder, PACKAGE)
            definition, number = study_from_json(version.definition), version.number
        with unit_of_work():
            study = studies.find_study(definition.name)
            for code, name in SITES:
                place = sites.add(OPERATOR, study, code, name, definition.timezone)
                studies.put_in_force(builder, place, number, approval="EC 2026-014")
            for laboratory in definition.laboratories:
                laboratories.add(manager, study, laboratory.code, dict(laboratory.label.by_language))
            laboratories.approve(manager, study, laboratories.propose(manager, study, definition.ranges))
        db.engine.dispose()


def found() -> Trial:
    """What stands in the database of the application that now runs."""
    places = {site.code: site.id for site in db.session.scalars(select(Site))}
    return Trial(db.session.scalars(select(Study.id)).one(), places)


def _office(role: Role) -> Actor:
    return Actor(f"test-{role.value}", role.value, "Test office", (Grant(role),))
