"""What has gone stays as it was and nothing held goes; a query says that it closed with its record."""

from alembic import op

from ecrf.guards import guards_of, state_guards

revision = "0006"
down_revision = "0005"

_BEFORE = ("resolved_by_data", "no_longer_evaluable", "closed_by_person")
_SINCE = (*_BEFORE, "record_removed", "not_done")


def upgrade() -> None:
    """Widen the list of resolutions; install the triggers."""
    _allow(_SINCE)
    for trigger in state_guards(op.get_bind().dialect.name):
        for statement in trigger.statements:
            op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Narrow the list again, the queries that closed so told as no longer evaluable; drop the triggers."""
    for trigger in state_guards(op.get_bind().dialect.name):
        for statement in trigger.drop:
            op.get_bind().exec_driver_sql(statement)
    op.execute(
        "UPDATE queries SET resolution = 'no_longer_evaluable' WHERE resolution IN ('record_removed', 'not_done')"
    )
    _allow(_BEFORE)


def _allow(resolutions: tuple[str, ...]) -> None:
    """SQLite builds the table anew, and the triggers that stood on it with it."""
    bind = op.get_bind()
    with op.batch_alter_table("queries") as table:
        table.drop_constraint(op.f("ck_queries_resolution"), type_="check")
        table.create_check_constraint(op.f("ck_queries_resolution"), f"resolution IN {resolutions!r}")
    if bind.dialect.name == "sqlite":
        for trigger in guards_of("sqlite", "queries"):
            for statement in trigger.statements:
                bind.exec_driver_sql(statement)
