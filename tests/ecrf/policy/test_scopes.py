"""What an actor sees of a table's rows, asked of the database itself."""

import pytest
from flask import Flask
from sqlalchemy import select

from ecrf.db import db
from ecrf.errors import Forbidden, NotFound
from ecrf.models.sites import Site
from ecrf.policy.actors import Actor, Grant
from ecrf.policy.grants import Role
from ecrf.policy.permissions import Permission
from ecrf.policy.require import require_at
from ecrf.policy.scopes import allowed
from tests.ecrf.people import add_sites


def seen(app: Flask, actor: Actor, permission: Permission = Permission.SUBJECT_READ) -> set[str]:
    with app.app_context():
        scope = allowed(actor, permission, study=Site.study_id, site=Site.id)
        return set(db.session.scalars(select(Site.code).where(scope)))


def someone(*grants: Grant) -> Actor:
    return Actor("u1", "Ann", "North Clinic", grants)


@pytest.mark.req("R-SEC-21")
def test_a_scope_holds_what_the_grants_reach(app: Flask) -> None:
    study, nj01, nj02 = add_sites(app, "NJ01", "NJ02")
    cases = [
        ((), set()),
        ((Grant(Role.COORDINATOR, study, nj01),), {"NJ01"}),
        ((Grant(Role.COORDINATOR, study, nj01), Grant(Role.MONITOR, study, nj02)), {"NJ01", "NJ02"}),
        ((Grant(Role.MONITOR, study),), set()),
        ((Grant(Role.DATA_MANAGER, study),), {"NJ01", "NJ02"}),
        ((Grant(Role.DATA_MANAGER, "another study"),), set()),
        ((Grant(Role.AUDITOR),), {"NJ01", "NJ02"}),
        ((Grant(Role.ADMINISTRATOR),), set()),
        ((Grant(Role.STUDY_BUILDER),), set()),
    ]
    assert [seen(app, someone(*grants)) for grants, _ in cases] == [expected for _, expected in cases]


def test_things_of_a_study_are_seen_from_any_of_its_sites(app: Flask) -> None:
    study, nj01, _ = add_sites(app, "NJ01", "NJ02")
    with app.app_context():
        coordinator = someone(Grant(Role.COORDINATOR, study, nj01))
        of_study = allowed(coordinator, Permission.STUDY_READ, study=Site.study_id, site=None)
        assert len(db.session.scalars(select(Site.id).where(of_study)).all()) == 2


def test_another_site_does_not_exist_and_a_missing_permission_is_told() -> None:
    monitor = someone(Grant(Role.MONITOR, "beam", "nj01"))
    require_at(monitor, Permission.RECORD_READ, "beam", "nj01")
    with pytest.raises(NotFound):
        require_at(monitor, Permission.RECORD_READ, "beam", "nj02")
    with pytest.raises(Forbidden) as refused:
        require_at(monitor, Permission.RECORD_EDIT, "beam", "nj01")
    assert refused.value.place.site == "nj01"
