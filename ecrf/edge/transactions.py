"""One act, one transaction: committed here and nowhere else, undone whole when it fails, its attempt trailed."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from flask import Flask, Response, request
from sqlalchemy.exc import SQLAlchemyError

from ecrf.db import db, read_only
from ecrf.edge import faults
from ecrf.errors import Place, Problem
from ecrf.policy.actions import Action
from ecrf.policy.actors import Actor
from ecrf.policy.grants import Role
from ecrf.services.trail import SYSTEM_CHAIN, About, Acts, Reason

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_log = structlog.get_logger(__name__)


class Application(Flask):
    """Flask, committing what a view did before its answer leaves; whatever is raised goes to the edge's answers."""

    def dispatch_request(self) -> Response:
        """Run the view and commit; a failing commit is an error of the request like any other."""
        response = self.make_response(super().dispatch_request())
        db.session.commit()
        return response


@contextmanager
def unit_of_work(by: Actor | None = None) -> Iterator[None]:
    """One act outside a request (a command, a step of logging in), with the trace of a refused one by `by`."""
    try:
        yield
        db.session.commit()
    except Problem as problem:
        undo(problem, by)
        raise
    except BaseException:
        db.session.rollback()
        raise


def begin() -> None:
    """Begin a request's transaction: one that may not write, where the method is safe."""
    if request.method in SAFE_METHODS:
        read_only()


@contextmanager
def reading() -> Iterator[None]:
    """A part of a changing request that reads for long, so that nobody waits for it; what was read before it is let go
    of, and nothing that was written may stand before it."""
    db.session.rollback()
    read_only()
    try:
        yield
    finally:
        db.session.rollback()


def undo(problem: Problem, by: Actor | None) -> None:
    """Roll everything back and, in a second transaction, leave the trace of the attempt, once.

    For views, too, that show a refused form again: after this they read anew and answer with `problem.status`.
    """
    db.session.rollback()
    if not problem.traced or problem.has_left_trace or by is None:
        return
    try:
        _leave_trace(problem, by)
        db.session.commit()
        problem.has_left_trace = True
    except SQLAlchemyError as error:
        db.session.rollback()
        _log.error("trace_not_written", code=problem.code, actor=by.id, **faults.told(error))


def _leave_trace(problem: Problem, by: Actor) -> None:
    place = problem.place
    about = About(chain_of(place), **{field: getattr(place, field) for field in Place.__dataclass_fields__})
    acts, by = Acts(about), by.in_role(Role(problem.role)) if problem.role else by
    acts.add(by, Action.REFUSED, reason=Reason(problem.code), notes=problem.notes)
    acts.write()


def chain_of(place: Place) -> str:
    """The chain that tells of a place: the subject's, else the site's, else the system's."""
    if place.subject is not None:
        return f"subject:{place.subject}"
    return f"site:{place.site}" if place.site is not None else SYSTEM_CHAIN
