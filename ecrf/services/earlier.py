"""What stood before: the state that a form, a row or a visit had before the one it has, as the trail tells it."""

from sqlalchemy import and_, select

from audit.tables import trail_changes, trail_values
from ecrf.db import db

_change, _value = trail_changes.c, trail_values.c
_STATES = (
    select(_value.value)
    .select_from(
        trail_changes.join(
            trail_values,
            and_(
                _value.chain == _change.chain,
                _value.sequence == _change.sequence,
                _value.ordinal == _change.ordinal,
            ),
        )
    )
    .where(_change.mark == "set")
    .order_by(_change.sequence.desc())
    .limit(2)
)


def state_before(chain: str, table: str, row_id: str) -> str | None:
    """The state before the one that stands; None where that is the first one."""
    path = f"{table}/{row_id}/state"
    states = db.session.scalars(_STATES.where(_change.chain == chain, _change.path == path)).all()
    return states[1] if len(states) > 1 else None
