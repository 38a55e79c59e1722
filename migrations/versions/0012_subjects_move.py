"""A subject moves to another site with all its rows, and neither it nor its status moves while that is held."""

from collections.abc import Iterable

from alembic import op

from audit.triggers import Trigger
from ecrf.guards import first_guards, subject_guards

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Put the new triggers in, two of them in the place of earlier ones."""
    _run(statement for trigger in _replaced() for statement in trigger.drop)
    _run(statement for trigger in subject_guards(_dialect()) for statement in trigger.statements)


def downgrade() -> None:
    """Put the earlier ones back."""
    _run(statement for trigger in subject_guards(_dialect()) for statement in trigger.drop)
    _run(statement for trigger in _replaced() for statement in trigger.statements)


def _replaced() -> list[Trigger]:
    names = {trigger.name for trigger in subject_guards(_dialect())}
    return [trigger for trigger in first_guards(_dialect()) if trigger.name in names]


def _run(statements: Iterable[str]) -> None:
    for statement in statements:
        op.get_bind().exec_driver_sql(statement)


def _dialect() -> str:
    return str(op.get_bind().dialect.name)
