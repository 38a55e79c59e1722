"""Who could do what on a day: the roles that were in force at any moment of it (FDA 2024, question 11)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import or_, select, tuple_

from ecrf.db import db
from ecrf.models.grants import Grant
from ecrf.models.users import User
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.require import require
from ecrf.reads.accounts import GrantFacts, as_facts, grants_with_places

PAGE = 200


@dataclass(frozen=True)
class Right:
    """One role of one person on that day. The name is today's; the trail has the one of each act."""

    username: str
    name: str
    organisation: str
    grant: GrantFacts


@dataclass(frozen=True)
class Rights:
    """One page of them, by user name; `next` is the id of the grant that the next page begins after."""

    day: date
    rights: tuple[Right, ...]
    next: str | None


def rights_on(actor: Actor, day: date, *, after: str = "", size: int = PAGE) -> Rights:
    """Who held which role where on a day (UTC). A closed account's roles ended when it was closed, so that the grants
    alone tell the whole of it."""
    require(actor, Permission.PEOPLE_READ)
    begins = datetime.combine(day, time.min, UTC)
    ends = begins + timedelta(days=1) if day < date.max else begins
    chosen = grants_with_places().join(User, User.id == Grant.user_id).add_columns(User)
    chosen = chosen.where(Grant.starts_at < ends, or_(Grant.ends_at.is_(None), Grant.ends_at > begins))
    # A role that ended before it began was never in force.
    chosen = chosen.where(or_(Grant.ends_at.is_(None), Grant.ends_at > Grant.starts_at))
    if after:
        key = select(User.username_key).join(Grant, Grant.user_id == User.id).where(Grant.id == after)
        chosen = chosen.where(tuple_(User.username_key, Grant.id) > tuple_(key.scalar_subquery(), after))
    rows = db.session.execute(chosen.order_by(User.username_key, Grant.id).limit(size + 1)).all()
    found = tuple(
        Right(row.User.username, row.User.name, row.User.organisation, as_facts(row, begins)) for row in rows[:size]
    )
    return Rights(day, found, found[-1].grant.id if len(rows) > size else None)
