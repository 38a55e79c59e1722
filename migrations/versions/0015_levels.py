"""Visits, sites and studies are frozen and locked as such, and the database holds what stands under them."""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

from audit.triggers import Trigger
from ecrf.guards import guards_before_levels, joined, level_guards

revision = "0015"
down_revision = "0014"

_LEVELS = ("item", "record", "form", "subject")
_SINCE = ("item", "record", "form", "event", "subject", "site", "study")
_NEW = ("event", "site", "study")


def upgrade() -> None:
    """Let holds stand on them; put the new triggers in. SQLite builds the table anew."""
    _drop(_before())
    with op.batch_alter_table("holds") as table:
        table.alter_column("site_id", existing_type=sa.String(length=36), nullable=True)
        table.alter_column("subject_id", existing_type=sa.String(length=36), nullable=True)
        for name in ("level", "event"):
            table.drop_constraint(op.f(f"ck_holds_{name}"), type_="check")
        table.create_check_constraint(op.f("ck_holds_level"), f"level IN {_SINCE!r}")
        table.create_check_constraint(
            op.f("ck_holds_event"), "(level IN ('form', 'event')) = (event_id IS NOT NULL)"
        )
        table.create_check_constraint(
            op.f("ck_holds_subject"), "(level IN ('site', 'study')) = (subject_id IS NULL)"
        )
        table.create_check_constraint(op.f("ck_holds_site"), "(level = 'study') = (site_id IS NULL)")
    _install(_since())


def downgrade() -> None:
    """Put the earlier ones back; refused where a visit, a site or a study was ever held."""
    _expect_none()
    _drop(_since())
    with op.batch_alter_table("holds") as table:
        for name in ("level", "event", "subject", "site"):
            table.drop_constraint(op.f(f"ck_holds_{name}"), type_="check")
        table.create_check_constraint(op.f("ck_holds_level"), f"level IN {_LEVELS!r}")
        table.create_check_constraint(op.f("ck_holds_event"), "(level = 'form') = (event_id IS NOT NULL)")
        table.alter_column("site_id", existing_type=sa.String(length=36), nullable=False)
        table.alter_column("subject_id", existing_type=sa.String(length=36), nullable=False)
    _install(_before())


def _expect_none() -> None:
    holds = sa.table("holds", sa.column("level"))
    if op.get_bind().scalar(sa.select(sa.exists().where(holds.c.level.in_(_NEW)))):
        raise RuntimeError("this downgrade would drop data: holds of visits, sites and studies")


def _before() -> list[Trigger]:
    return [trigger for trigger in guards_before_levels(_dialect()) if _asks_holds(trigger)]


def _since() -> list[Trigger]:
    every = joined(*guards_before_levels(_dialect()), *level_guards(_dialect()))
    return [trigger for trigger in every if _asks_holds(trigger)]


def _asks_holds(trigger: Trigger) -> bool:
    """A trigger on the table, or on another that asks it: neither outlives the building anew."""
    return any("holds" in statement for statement in trigger.statements)


def _drop(triggers: Iterable[Trigger]) -> None:
    for trigger in triggers:
        for statement in trigger.drop:
            op.get_bind().exec_driver_sql(statement)


def _install(triggers: Iterable[Trigger]) -> None:
    for trigger in triggers:
        for statement in trigger.statements:
            op.get_bind().exec_driver_sql(statement)


def _dialect() -> str:
    return str(op.get_bind().dialect.name)
