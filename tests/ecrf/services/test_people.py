"""Accounts, roles and tokens."""

from contextlib import nullcontext
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from audit.verify import verify
from ecrf import clock
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.errors import BadInput, Conflict, Forbidden, IllegalState, NotFound
from ecrf.models.sites import Site
from ecrf.models.tokens import ApiToken
from ecrf.models.watched import WATCHED
from ecrf.policy.actors import OPERATOR, SYSTEM, Actor, Grant
from ecrf.policy.grants import Role
from ecrf.reads.people import by_username
from ecrf.services import people, sessions, tokens
from ecrf.services.trail import Reason
from tests.ecrf.browser import HOST
from tests.ecrf.conftest import Clock
from tests.ecrf.people import PASSWORD, add_person, add_sites
from tests.ecrf.probe import install

SQLITE = pytest.mark.parametrize("server", ["sqlite"], indirect=True)
AUDITOR = Actor("u9", "Aud", "QA", (Grant(Role.AUDITOR),))


def bearer(app: Flask, token: str, method: str = "GET"):
    return app.test_client().open(
        "/api/v1/probe", method=method, base_url=HOST, headers={"Authorization": f"Bearer {token}"}
    )


@SQLITE
@pytest.mark.req("R-EMA-27")
def test_nobody_gives_a_role_to_oneself_now_or_later(app: Flask) -> None:
    add_person(app, "ann", Role.ADMINISTRATOR)
    with app.app_context():
        ann, later = people.find("ann"), clock.now() + timedelta(days=1)
        by = by_username("ann", clock.now(), origin="page")
        for starts_at in (None, later):
            with pytest.raises(IllegalState, match="oneself"), unit_of_work():
                people.grant(by, ann, Role.DATA_MANAGER, starts_at=starts_at)


@pytest.mark.req("R-11-19", "R-11-26")
@pytest.mark.parametrize("again", ["ann", "ANN", "Ann", "ａｎｎ"])
def test_a_user_name_is_given_once(app: Flask, again: str) -> None:
    add_person(app, "ann")
    with app.app_context(), unit_of_work():
        people.deactivate(OPERATOR, people.find("ann"), Reason("other", "left"))
    with app.app_context(), pytest.raises(Conflict), unit_of_work():
        people.add(OPERATOR, again, name="Ann Other", organisation="Clinic", password=PASSWORD)


@SQLITE
@pytest.mark.req("R-SEC-2", "R-SEC-28")
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "a"), ("username", "a b"), ("username", "a\nb"), ("username", "x" * 65), ("username", ""),
        ("name", " "), ("name", "a\r\nb"), ("name", "x" * 201), ("organisation", ""), ("organisation", "\u202egpj"),
        ("password", "short"), ("password", "ann.s own long word"),
    ],
)  # fmt: skip
def test_the_fault_of_a_field_is_told_at_the_field(app: Flask, field: str, value: str) -> None:
    given = {"username": "ann.s", "name": "Ann Lee", "organisation": "Clinic", "password": PASSWORD, field: value}
    with app.app_context(), pytest.raises(BadInput) as refused, unit_of_work():
        people.add(OPERATOR, given.pop("username"), **given)
    assert list(refused.value.details["fields"]) == [field]


@SQLITE
@pytest.mark.parametrize("by", [SYSTEM, AUDITOR])
def test_administrators_alone_manage_people(app: Flask, by: Actor) -> None:
    add_person(app, "ann")
    with app.app_context():
        ann = people.find("ann")
        acts = (
            lambda: people.add(by, "bob", name="Bob", organisation="Clinic", password=PASSWORD),
            lambda: people.set_password(by, ann, PASSWORD),
            lambda: people.deactivate(by, ann, Reason()),
            lambda: people.grant(by, ann, Role.AUDITOR),
            lambda: people.revoke(by, "x", Reason()),
            lambda: tokens.issue(by, ann, label="x", life=timedelta(days=1)),
            lambda: sessions.end_all(by, ann.id, clock.now()),
        )
        for act in acts:
            with pytest.raises(Forbidden):
                act()


@SQLITE
@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.INVESTIGATOR, Role.MONITOR])
def test_a_role_of_sites_is_given_at_a_site(app: Flask, role: Role) -> None:
    _, nj01 = add_sites(app, "NJ01")
    add_person(app, "ann")
    with app.app_context(), pytest.raises(BadInput), unit_of_work():
        people.grant(OPERATOR, people.find("ann"), role)
    with app.app_context(), unit_of_work():
        given = people.grant(OPERATOR, people.find("ann"), role, site=db.session.get(Site, nj01))
        assert given.study_id is not None


@SQLITE
@pytest.mark.req("R-EMA-27")
@pytest.mark.parametrize("roles", [(Role.ADMINISTRATOR, Role.AUDITOR), (Role.DATA_MANAGER, Role.ADMINISTRATOR)])
def test_nobody_administers_who_has_another_role(app: Flask, roles: tuple[Role, ...]) -> None:
    with pytest.raises(IllegalState):
        add_person(app, "ann", *roles)


STAFF_ROLES, REVIEW_ROLES = (Role.COORDINATOR, Role.INVESTIGATOR), (Role.MONITOR, Role.DATA_MANAGER)


@SQLITE
@pytest.mark.req("R-EMA-27", "R-FDA-19")
@pytest.mark.parametrize("staff", STAFF_ROLES)
@pytest.mark.parametrize("reviewer", REVIEW_ROLES)
def test_nobody_enters_and_reviews_the_data_of_one_site(app: Flask, time: Clock, staff: Role, reviewer: Role) -> None:
    _, nj01, nj02 = add_sites(app, "NJ01", "NJ02")
    for number, (first, second) in enumerate([(staff, reviewer), (reviewer, staff)]):
        add_person(app, f"ann{number}", first, site=nj01)
        with app.app_context(), pytest.raises(IllegalState, match="enters and reviews"), unit_of_work():
            people.grant(OPERATOR, people.find(f"ann{number}"), second, site=db.session.get(Site, nj01))
        with app.app_context(), unit_of_work():  # at another site, or once the one has ended, the other may be given
            people.grant(OPERATOR, people.find(f"ann{number}"), second, site=db.session.get(Site, nj02))
            people.revoke(OPERATOR, people.now_in_force(people.find(f"ann{number}"))[0].id, Reason("other", "left"))
            people.grant(OPERATOR, people.find(f"ann{number}"), second, site=db.session.get(Site, nj01))


@SQLITE
@pytest.mark.parametrize(
    ("first", "second", "refused"),
    [
        ((Role.DATA_MANAGER, None), (Role.COORDINATOR, "NJ01"), True),
        ((Role.COORDINATOR, "NJ01"), (Role.DATA_MANAGER, None), True),
        ((Role.MONITOR, "NJ01"), (Role.DATA_MANAGER, None), False),
        ((Role.COORDINATOR, "NJ01"), (Role.INVESTIGATOR, "NJ01"), False),
        ((Role.COORDINATOR, "NJ01"), (Role.AUDITOR, None), False),
    ],
)
def test_a_role_everywhere_reaches_each_site(
    app: Flask, first: tuple[Role, str | None], second: tuple[Role, str | None], refused: bool
) -> None:
    _, nj01 = add_sites(app, "NJ01")
    add_person(app, "ann", first[0], site=nj01 if first[1] else None)
    with app.app_context(), pytest.raises(IllegalState) if refused else nullcontext(), unit_of_work():
        site = db.session.get(Site, nj01) if second[1] else None
        people.grant(OPERATOR, people.find("ann"), second[0], site=site)


@SQLITE
def test_a_role_may_follow_another_that_ends_before_it(app: Flask, time: Clock) -> None:
    _, nj01 = add_sites(app, "NJ01")
    add_person(app, "ann")
    day = timedelta(days=1)
    periods = [
        (Role.COORDINATOR, time.at, time.at + day, False), (Role.MONITOR, time.at + day / 2, None, True),
        (Role.MONITOR, time.at + day, None, False), (Role.COORDINATOR, time.at + 2 * day, time.at + 3 * day, True),
    ]  # fmt: skip
    for role, starts_at, ends_at, refused in periods:
        with app.app_context(), pytest.raises(IllegalState) if refused else nullcontext(), unit_of_work():
            site = db.session.get(Site, nj01)
            people.grant(OPERATOR, people.find("ann"), role, site=site, starts_at=starts_at, ends_at=ends_at)


@pytest.mark.req("R-EMA-3")
def test_a_role_holds_from_its_beginning_to_its_end(app: Flask, time: Clock) -> None:
    add_person(app, "ann")
    day = timedelta(days=1)
    with app.app_context(), unit_of_work():
        ann = people.find("ann")
        people.grant(OPERATOR, ann, Role.AUDITOR, starts_at=time.at + day, ends_at=time.at + 2 * day)
    held = []
    for _ in range(3):
        with app.app_context():
            held.append([grant.role for grant in by_username("ann", time.at).grants])
        time.forward(days=1)
    assert held == [[], [Role.AUDITOR], []]


@SQLITE
def test_an_ended_role_is_not_ended_again_and_an_unknown_one_is_not_found(app: Flask) -> None:
    add_person(app, "ann", Role.AUDITOR)
    with app.app_context(), unit_of_work():
        held = people.now_in_force(people.find("ann"))[0].id
        people.revoke(OPERATOR, held, Reason("other", "x"))
    with app.app_context(), pytest.raises(IllegalState), unit_of_work():
        people.revoke(OPERATOR, held, Reason("other", "x"))
    with app.app_context(), pytest.raises(NotFound), unit_of_work():
        people.revoke(OPERATOR, "x", Reason("other", "x"))


def test_a_token_acts_for_its_person_until_it_ends(app: Flask, time: Clock) -> None:
    install(app)
    add_person(app, "ann", Role.AUDITOR)
    with app.app_context(), unit_of_work():
        made = tokens.issue(OPERATOR, people.find("ann"), label="script", life=timedelta(days=2))
    assert bearer(app, made).json == {"name": "Ann Lee", "origin": "api", "roles": ["auditor"]}
    assert bearer(app, made, "POST").status_code == 200
    assert bearer(app, made + "x").status_code == 401
    time.forward(days=2)
    assert bearer(app, made).status_code == 401


@pytest.mark.req("R-SEC-19")
def test_a_revoked_token_is_dead_at_once_and_so_is_that_of_a_closed_account(app: Flask) -> None:
    install(app)
    add_person(app, "ann")
    with app.app_context(), unit_of_work():
        made = [tokens.issue(OPERATOR, people.find("ann"), label="x", life=timedelta(days=1)) for _ in range(2)]
        tokens.revoke(OPERATOR, db.session.scalars(select(ApiToken.id).order_by(ApiToken.id)).first(), clock.now())
    assert [bearer(app, token).status_code for token in made] == [401, 200]
    with app.app_context(), unit_of_work():
        people.deactivate(OPERATOR, people.find("ann"), Reason("other", "left"))
    assert [bearer(app, token).status_code for token in made] == [401, 401]


@pytest.mark.req("R-11-2")
def test_the_trail_rebuilds_every_account_role_and_token(app: Flask) -> None:
    add_person(app, "ann", Role.AUDITOR)
    with app.app_context(), unit_of_work():
        ann = people.find("ann")
        tokens.issue(OPERATOR, ann, label="x", life=timedelta(days=1), reads_only=True)
        people.set_password(OPERATOR, ann, "another long enough phrase")
        people.revoke(OPERATOR, people.now_in_force(ann)[0].id, Reason("other", "new task"))
    with app.app_context():
        watched = [WATCHED[table] for table in ("users", "grants", "api_tokens")]
        report = verify(db.session.connection(), watched)
    assert report.faults == ()


@pytest.mark.req("R-11-25")
def test_no_password_and_no_hash_is_in_the_trail(app: Flask) -> None:
    add_person(app, "ann")
    trailed = {column for watched in WATCHED.values() for column in watched.fields}
    assert not {name for name in trailed if "hash" in name or name == "password"}
