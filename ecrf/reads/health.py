"""Whether the database answers."""

from sqlalchemy import select

from ecrf.db import db


def answers() -> bool:
    """True, or the database's own error."""
    return db.session.scalar(select(1)) == 1
