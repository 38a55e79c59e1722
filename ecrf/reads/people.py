"""Who somebody is at a moment: the account, with the grants then in force, as an actor."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, or_, select

from audit.instants import Instant
from ecrf.db import db
from ecrf.errors import NotFound
from ecrf.models.grants import Grant as GrantRow
from ecrf.models.users import User
from ecrf.names import name_key
from ecrf.policy.actors import Actor, Grant
from ecrf.policy.grants import Role

WHO = (User.id, User.name, User.organisation, GrantRow.role, GrantRow.study_id, GrantRow.site_id)
"""The columns that `actor_from` reads: one row for each grant in force, one row without a grant for who has none."""


def with_grants(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The statement, which selects from `User`, joined to each grant in force at its parameter `at`.

    Statements that every request asks are made once: building one takes longer than running it.
    """
    at = bindparam("at", type_=Instant())
    ended = or_(GrantRow.ends_at.is_(None), GrantRow.ends_at > at)
    in_force = and_(GrantRow.user_id == User.id, GrantRow.starts_at <= at, ended)
    return statement.outerjoin(GrantRow, in_force).where(User.deactivated_at.is_(None)).order_by(GrantRow.id)


_BY_USERNAME = with_grants(select(*WHO).where(User.username_key == bindparam("username_key")))


def actor_from(rows: Iterable[Any], **how: Any) -> Actor:
    """The actor of rows that carry the columns `WHO`; `how` says origin, request id and whether it may only read."""
    rows = list(rows)
    grants = tuple(Grant(Role(row.role), row.study_id, row.site_id) for row in rows if row.role is not None)
    return Actor(rows[0].id, rows[0].name, rows[0].organisation, grants, **how)


def expect_account(user_id: str) -> None:
    """Raise `NotFound` for an id that is no account's."""
    if db.session.get(User, user_id) is None:
        raise NotFound("account")


def by_username(username: str, at: datetime, **how: Any) -> Actor:
    """An open account's actor by its user name, as commands name people; raises `NotFound`."""
    rows = db.session.execute(_BY_USERNAME, {"username_key": name_key(username), "at": at}).all()
    if not rows:
        raise NotFound("account")
    return actor_from(rows, **how)
