"""Marking a subject, or one form of a visit, as looked at: what is told of it later is what came after.

No entry of the trail tells of a look (`ecrf.models.looks` says why), so that nothing here may touch any data.
"""

from sqlalchemy import select

from audit.tables import trail_heads
from ecrf import clock
from ecrf.db import db
from ecrf.errors import BadInput, NotFound
from ecrf.messages import N_
from ecrf.models.looks import Look
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.services import studies
from ecrf.services.attempts import attempt
from ecrf.services.casebooks import find_subject
from forms.casebook import EventKey


def mark(by: Actor, subject_id: str, seen: int, event: EventKey | None = None, form: str = "") -> Look:
    """Mark what there was to see up to the entry `seen`; a look never goes back to an earlier one."""
    found = find_subject(by, subject_id, now := clock.now())
    with attempt(by, Permission.LOOK_MARK, None, found.place):
        if event is not None:
            _expect_planned(found.study.id, found.version_in_force, event, form)
        head = db.session.scalar(select(trail_heads.c.sequence).where(trail_heads.c.chain == found.about.chain)) or 0
        if not 0 <= seen <= head:
            raise BadInput({"seen": N_("There is no such entry yet.")})
        look = _look(by, subject_id, event.written if event else "", form) or Look(
            user_id=by.id, study_id=found.study.id, site_id=found.site.id, subject_id=subject_id, sequence=0,
            event=event.written if event else "", form=form, seen_at=now,
        )  # fmt: skip
        if seen >= look.sequence:
            look.sequence, look.seen_at = seen, now
        db.session.add(look)
        db.session.flush()
        return look


def _look(by: Actor, subject_id: str, event: str, form: str) -> Look | None:
    mine = select(Look).where(Look.user_id == by.id, Look.subject_id == subject_id)
    return db.session.scalars(mine.where(Look.event == event, Look.form == form)).one_or_none()


def _expect_planned(study_id: str, version: int | None, event: EventKey, form: str) -> None:
    planned = studies.compiled(study_id, version).study.events.get(event.oid) if version is not None else None
    if planned is None or form not in planned.forms:
        raise NotFound("form")
