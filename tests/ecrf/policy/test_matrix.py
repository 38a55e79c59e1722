"""Every cell of role × permission."""

import pytest

from ecrf.errors import Forbidden, Place
from ecrf.policy.actors import OPERATOR, SYSTEM, Actor, Grant
from ecrf.policy.grants import GRANTS, SITE_BOUND, Role
from ecrf.policy.permissions import CLINICAL, READING, WITHHELD, Permission
from ecrf.policy.require import require_at

# c coordinator, i investigator, m monitor, d data manager, b study builder, a administrator, u auditor
MATRIX = """
study.read           c i m d b a u
study.publish        . . . . b . .
site.read            c i m d b a u
site.manage          . . . . . a .
site.plan            . . . d . a .
laboratory.read      c i m d b . u
laboratory.manage    . . . d . . .
laboratory.approve   . . . d . . .
subject.read         c i m d . . u
subject.register     c i . . . . .
subject.enrol        c i . . . . .
subject.status       c i . . . . .
subject.transfer     . . . d . . .
visit.plan           c i . . . . .
record.read          c i m d . . u
identity.read        c i . . . . .
restricted.read      c i . . . . .
record.edit          c i . . . . .
record.complete      c i . . . . .
record.not_done      c i . . . . .
record.remove        c i . . . . .
visit.begin          c i . . . . .
record.export        c i m d . . .
query.read           c i m d . . u
query.raise          . . m d . . .
query.answer         c i . . . . .
query.close          . . m d . . .
query.reopen         . . m d . . .
look.mark            . . m d . . .
hold.freeze          . . . d . . .
hold.lock            . . . d . . .
hold.lift            . . . d . . .
trail.read           c i m d . . u
trail.export         c i m d . a u
system_trail.read    . . . . . a u
people.read          . . . . . a u
people.manage        . . . . . a .
grant.manage         . . . . . a .
backup.manage        . . . . . a .
"""
ROLES = tuple(Role)
CELLS = [
    pytest.param(role, Permission(name), mark != ".", id=f"{role}-{name}")
    for name, *marks in (line.split() for line in MATRIX.strip().splitlines())
    for role, mark in zip(ROLES, marks, strict=True)
]


def actor(role: Role, *, reads_only: bool = False) -> Actor:
    return Actor("u1", "Ann", "North Clinic", (Grant(role, "beam", "nj01"),), reads_only=reads_only)


@pytest.mark.req("R-11-10")
@pytest.mark.parametrize(("role", "permission", "allowed"), CELLS)
def test_a_role_may_what_the_matrix_says(role: Role, permission: Permission, allowed: bool) -> None:
    assert actor(role).may(permission, "beam", "nj01") is allowed


def test_the_matrix_has_every_cell() -> None:
    assert len(CELLS) == len(Role) * len(Permission)
    assert set(GRANTS) == set(Role)


@pytest.mark.req("R-SEC-21")
@pytest.mark.parametrize(("role", "permission", "_allowed"), CELLS)
def test_nobody_may_anything_at_another_site_or_in_another_study(
    role: Role, permission: Permission, _allowed: bool
) -> None:
    assert not actor(role).may(permission, "beam", "nj02")
    assert not actor(role).may(permission, "other", "nj03")


@pytest.mark.parametrize("role", sorted(SITE_BOUND))
def test_a_role_of_sites_without_a_site_opens_nothing(role: Role) -> None:
    nowhere = Actor("u1", "Ann", "North Clinic", (Grant(role, "beam"),))
    assert not nowhere.reaches("beam", "nj01")
    assert not nowhere.reaches("beam", None)


def test_administrators_and_operators_see_no_clinical_data() -> None:
    assert not GRANTS[Role.ADMINISTRATOR] & CLINICAL
    assert not any(OPERATOR.may(permission, "beam", "nj01") for permission in CLINICAL)


def test_auditors_read_all_but_what_is_withheld_take_the_trail_out_and_change_nothing() -> None:
    assert GRANTS[Role.AUDITOR] == READING - WITHHELD | {Permission.TRAIL_EXPORT}


@pytest.mark.parametrize("permission", sorted(set(Permission) - READING))
def test_a_token_for_reading_changes_nothing(permission: Permission) -> None:
    assert not any(actor(role, reads_only=True).may(permission, "beam", "nj01") for role in Role)


def test_the_system_passes_no_gate() -> None:
    assert not any(SYSTEM.may(permission, None, None) for permission in Permission)


@pytest.mark.parametrize(
    ("grants", "site", "role"),
    [
        ((Grant(Role.MONITOR, "beam", "nj02"), Grant(Role.COORDINATOR, "beam", "nj01")), "nj01", "coordinator"),
        ((Grant(Role.MONITOR, "beam", "nj02"), Grant(Role.AUDITOR)), "nj01", "auditor"),
        ((Grant(Role.DATA_MANAGER, "beam"),), None, "data_manager"),
        ((), "nj01", "none"),
    ],
)
def test_where_nothing_is_asked_for_the_trail_prints_the_role_held_at_the_site(
    grants: tuple[Grant, ...], site: str | None, role: str
) -> None:
    assert Actor("u1", "Ann", "North Clinic", grants).as_trail_actor(site).role == role


MIXED = (Grant(Role.MONITOR, "beam", "nj01"), Grant(Role.DATA_MANAGER, "beam"), Grant(Role.COORDINATOR, "beam", "nj02"))


@pytest.mark.req("R-11-6")
@pytest.mark.parametrize(
    ("permission", "site", "role"),
    [
        (Permission.HOLD_LOCK, "nj01", "data_manager"),
        (Permission.HOLD_LOCK, None, "data_manager"),
        (Permission.QUERY_RAISE, "nj01", "monitor"),
        (Permission.QUERY_RAISE, "nj02", "data_manager"),
        (Permission.RECORD_EDIT, "nj02", "coordinator"),
    ],
)
def test_an_act_is_done_in_the_nearest_role_that_allows_it(permission: Permission, site: str, role: str) -> None:
    person = Actor("u1", "Ann", "North Clinic", MIXED)
    assert require_at(person, permission, "beam", site).role_for(site) == role


def test_a_role_taken_for_one_act_is_not_kept_for_the_next() -> None:
    monitor = require_at(Actor("u1", "Ann", "North Clinic", MIXED), Permission.QUERY_RAISE, "beam", "nj01")
    assert require_at(monitor, Permission.HOLD_LOCK, "beam", "nj01").role_for("nj01") == "data_manager"


def test_a_refusal_knows_the_role_that_came_nearest() -> None:
    with pytest.raises(Forbidden) as raised:
        require_at(Actor("u1", "Ann", "North Clinic", MIXED), Permission.RECORD_EDIT, "beam", "nj01")
    assert (raised.value.role, raised.value.place) == ("monitor", Place(study="beam", site="nj01"))


def test_who_is_no_person_keeps_the_role_printed_for_it() -> None:
    assert require_at(OPERATOR, Permission.PEOPLE_MANAGE, None, None).role_for(None) == "operator"
