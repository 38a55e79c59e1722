"""Acts as they are tried: what refuses one is told of where it was tried, in the role it was tried in."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from audit.entries import Change
from ecrf.db import db
from ecrf.errors import IllegalState, Place, Problem
from ecrf.messages import N_
from ecrf.models.sites import Site
from ecrf.policy.actions import Action
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import ENTERING, Permission
from ecrf.policy.require import require_at

TRIED = "tried"
"""The path of the note that names the action."""
Telling = Callable[[str], tuple[Place, Sequence[Change]]]
"""Answers where an act was tried and what was to be done, given the code of what refused it."""


@contextmanager
def attempt(
    by: Actor, permission: Permission, action: Action | None, where: Place, tell: Telling | None = None
) -> Iterator[Actor]:  # fmt: skip
    """An act as somebody tries it: gives the actor in the role that allows it, or raises as `require` does.

    Whatever problem refuses it in here learns where it arose: at `where`, or more closely as `tell` says, which is
    asked only then. The trace of the attempt names the action that was tried; None stands for reading.
    """
    acting = by
    try:
        acting = require_at(by, permission, where.study, where.site)
        if action is not None and permission in ENTERING:
            _expect_site_open(where)
        yield acting
    except Problem as problem:
        place, typed = tell(problem.code) if tell is not None and problem.traced else (where, ())
        tried = (Change(TRIED, action.value, mark="note"),) if action else ()
        problem.learn(place, (*(problem.notes or typed), *tried), acting.role)
        raise


def _expect_site_open(where: Place) -> None:
    """Refuse what enters data at a closed site; whoever acts on a subject has read its site already."""
    site = db.session.get(Site, where.site) if where.site else None
    if site is not None and site.status == "closed":
        said = N_("This site is closed: its data are read, and no longer entered or changed.")
        raise IllegalState(said, state="closed", needed=("open",))
