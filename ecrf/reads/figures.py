"""How much of everything stands at the sites an actor may see: forms by state, queries by state and age, holds."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select

from ecrf.db import Model, db
from ecrf.models.holds import Hold
from ecrf.models.queries import Query
from ecrf.models.records import Record
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.scopes import in_scope

AGES = ((0, 3), (3, 8), (8, 15), (15, 31), (31, None))
"""The ages of queries in days by which they are counted: from the first on, and under the second."""


@dataclass(frozen=True)
class Figures:
    """What stands: forms (rows of repeating forms apart), queries and holds."""

    in_progress: int = 0
    complete: int = 0
    open_queries: int = 0
    answered_queries: int = 0
    frozen: int = 0
    locked: int = 0


@dataclass(frozen=True)
class AgeCount:
    """How many open queries are `low` days old or older, and younger than `high` (None: of any age above)."""

    low: int
    high: int | None
    number: int


def figures(actor: Actor) -> Figures:
    """The figures of all that the actor may see."""
    forms = _counted(actor, Record, Record.state, Permission.RECORD_READ, Record.row == 0)
    asked = _counted(actor, Query, Query.state, Permission.QUERY_READ, Query.state != "closed")
    held = _counted(actor, Hold, Hold.kind, Permission.RECORD_READ, Hold.lifted_at.is_(None))
    return Figures(
        forms.get("in_progress", 0), forms.get("complete", 0), asked.get("open", 0), asked.get("answered", 0),
        held.get("freeze", 0), held.get("lock", 0),
    )  # fmt: skip


def ages(actor: Actor, now: datetime) -> tuple[AgeCount, ...]:
    """The open queries by age."""
    counted = [func.count(case((_aged(now, low, high), 1))) for low, high in AGES]
    chosen = select(*counted).select_from(Query).where(Query.state == "open")
    row = db.session.execute(in_scope(chosen, actor, Permission.QUERY_READ, Query)).one()
    return tuple(AgeCount(low, high, number) for (low, high), number in zip(AGES, row, strict=True))


def _aged(now: datetime, low: int, high: int | None) -> ColumnElement[bool]:
    older = Query.opened_at <= now - timedelta(days=low)
    return older if high is None else and_(older, Query.opened_at > now - timedelta(days=high))


def _counted(
    actor: Actor, model: type[Model], column: Any, permission: Permission, where: ColumnElement[bool]
) -> dict[str, int]:  # fmt: skip
    chosen = select(column, func.count()).select_from(model).where(where).group_by(column)
    rows = db.session.execute(in_scope(chosen, actor, permission, model))
    return {row[0]: row[1] for row in rows}
