"""The migrations that this version knows, by their numbers, the newest last."""

from functools import cache
from pathlib import Path

from alembic.script import ScriptDirectory

_FOLDER = Path(__file__).parents[1] / "migrations"


@cache
def known() -> tuple[str, ...]:
    """Every migration in order."""
    return tuple(reversed([each.revision for each in ScriptDirectory(str(_FOLDER)).walk_revisions()]))


def newest() -> str:
    """The migration at which this version works."""
    return known()[-1]
