"""The database keeps clinical data: nothing is removed, records move with the trail, what is held does not."""

from alembic import op

from ecrf.guards import first_guards

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Install the triggers."""
    for trigger in first_guards(op.get_bind().dialect.name):
        for statement in trigger.statements:
            op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Drop the triggers."""
    for trigger in first_guards(op.get_bind().dialect.name):
        for statement in trigger.drop:
            op.get_bind().exec_driver_sql(statement)
