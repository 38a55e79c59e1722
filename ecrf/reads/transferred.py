"""Subjects that moved to another site: who may read their entries is a matter of where they are now."""

from sqlalchemy import select

from audit.tables import trail_entries
from ecrf.db import db
from ecrf.models.subjects import Subject
from ecrf.policy.actions import Action
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.scopes import in_scope


def transferred() -> list[str]:
    """All of them; the entries of a transfer are found by the index of actions."""
    moved = select(trail_entries.c.subject).where(trail_entries.c.action == Action.SUBJECT_TRANSFERRED).distinct()
    return [subject for subject in db.session.scalars(moved) if subject]


def arrived(actor: Actor, permission: Permission = Permission.TRAIL_READ) -> list[str]:
    """Those of them of which the actor may read the trail, or more, where they are."""
    chosen = select(Subject.id).where(Subject.id.in_(transferred()))
    return list(db.session.scalars(in_scope(chosen, actor, permission, Subject)))
