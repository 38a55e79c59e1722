"""Accounts as lists and pages show them: who, with which roles now, before and to come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, false, func, literal, or_, select

from ecrf.db import db
from ecrf.errors import NotFound
from ecrf.models.grants import Grant
from ecrf.models.passwords import Password
from ecrf.models.sites import Site
from ecrf.models.studies import Study
from ecrf.models.users import User
from ecrf.names import name_key
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.require import require

PAGE = 50


@dataclass(frozen=True)
class GrantFacts:
    """One role of a person; no study stands for all of them, no site for every one. `state` is at the moment asked."""

    id: str
    user_id: str
    role: str
    study: str | None
    site: str | None
    starts_at: datetime
    ends_at: datetime | None
    state: str


@dataclass(frozen=True)
class PersonFacts:
    """One account. `password` says whether it is set, is to be set by a link, or never was."""

    id: str
    username: str
    name: str
    organisation: str
    added_at: datetime
    closed_at: datetime | None
    password: str
    password_changed_at: datetime | None
    grants: tuple[GrantFacts, ...] = ()

    @property
    def state(self) -> str:
        """Open or closed."""
        return "closed" if self.closed_at else "open"

    @property
    def roles(self) -> tuple[GrantFacts, ...]:
        """The roles in force."""
        return tuple(grant for grant in self.grants if grant.state == "in_force")


@dataclass(frozen=True)
class PersonFilters:
    """Which accounts a list shows: part of a name or an organisation, open or closed, a role in force."""

    q: str = ""
    state: str = "open"
    role: str = ""
    after: str = ""


@dataclass(frozen=True)
class PersonListing:
    """One page of accounts in the order of their user names; `next` is what the next page begins after."""

    filters: PersonFilters
    people: tuple[PersonFacts, ...]
    total: int
    next: str | None


def listing(actor: Actor, filters: PersonFilters, at: datetime, *, size: int = PAGE) -> PersonListing:
    """One page of accounts; raises `Forbidden` for whoever may not read them."""
    require(actor, Permission.PEOPLE_READ)
    matching = _narrowed(_all(), filters, at)
    total = db.session.scalar(select(func.count()).select_from(matching.with_only_columns(User.id).subquery())) or 0
    if filters.after:
        matching = matching.where(User.username_key > filters.after)
    rows = db.session.execute(matching.order_by(User.username_key).limit(size + 1)).all()
    shown = rows[:size]
    grants = _grants_of([row.User.id for row in shown], at)
    people = tuple(_facts(row, grants) for row in shown)
    return PersonListing(filters, people, total, shown[-1].User.username_key if len(rows) > size else None)


def person(actor: Actor, user_id: str, at: datetime) -> PersonFacts:
    """One account with all its roles; everybody knows their own, `NotFound` and `Forbidden` for all others."""
    if actor.id != user_id:
        require(actor, Permission.PEOPLE_READ)
    row = db.session.execute(_all().where(User.id == user_id)).one_or_none()
    if row is None:
        raise NotFound("account")
    return _facts(row, _grants_of([user_id], at))


def grant_facts(actor: Actor, grant_id: str, at: datetime) -> GrantFacts:
    """One role of somebody; raises `NotFound`."""
    require(actor, Permission.PEOPLE_READ)
    row = db.session.execute(grants_with_places().where(Grant.id == grant_id)).one_or_none()
    if row is None:
        raise NotFound("grant")
    return as_facts(row, at)


def grants_with_places() -> Select[Any]:
    """The select of grants with the names of their places."""
    chosen: Any = select(Grant, Study.name.label("study"), Site.code.label("site")).select_from(Grant)
    placed: Select[Any] = chosen.outerjoin(Study, Study.id == Grant.study_id).outerjoin(Site, Site.id == Grant.site_id)
    return placed


def as_facts(row: Any, at: datetime) -> GrantFacts:
    """A row of that select."""
    grant = row.Grant
    ended = grant.ends_at is not None and grant.ends_at <= at
    state = "ended" if ended else "planned" if grant.starts_at > at else "in_force"
    return GrantFacts(
        grant.id, grant.user_id, grant.role, row.study, row.site, grant.starts_at, grant.ends_at, state
    )  # fmt: skip


def _all() -> Select[Any]:
    chosen: Any = select(User, Password.hash).outerjoin(Password, Password.user_id == User.id)
    return chosen  # type: ignore[no-any-return]


def _narrowed(statement: Select[Any], filters: PersonFilters, at: datetime) -> Select[Any]:
    if filters.state:
        closed = User.deactivated_at.is_not(None)
        statement = statement.where({"closed": closed, "open": ~closed}.get(filters.state, false()))
    if filters.role:
        lasting = Grant.starts_at <= at, or_(Grant.ends_at.is_(None), Grant.ends_at > at)
        holders = select(literal(1)).where(Grant.user_id == User.id, Grant.role == filters.role, *lasting)
        statement = statement.where(holders.exists())
    if filters.q.strip():
        said = filters.q.strip()
        key = User.username_key.contains(name_key(said), autoescape=True)
        names = (column.icontains(said, autoescape=True) for column in (User.name, User.organisation))
        statement = statement.where(or_(key, *names))
    return statement


def _grants_of(user_ids: Iterable[str], at: datetime) -> dict[str, list[GrantFacts]]:
    chosen = grants_with_places().where(Grant.user_id.in_(list(user_ids))).order_by(Grant.starts_at, Grant.id)
    found: dict[str, list[GrantFacts]] = {}
    for row in db.session.execute(chosen):
        found.setdefault(row.Grant.user_id, []).append(as_facts(row, at))
    return found


def _facts(row: Any, grants: dict[str, list[GrantFacts]]) -> PersonFacts:
    user = row.User
    password = "never" if row.hash is None else "set" if row.hash else "reset"
    return PersonFacts(
        user.id, user.username, user.name, user.organisation, user.added_at, user.deactivated_at, password,
        user.password_changed_at, tuple(grants.get(user.id, ())),
    )  # fmt: skip
