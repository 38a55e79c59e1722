"""Who acts on the command line, and how a refused command ends."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from sqlalchemy.exc import IntegrityError

from ecrf import clock
from ecrf.cli.databases import database_at_hand
from ecrf.db import read_only
from ecrf.edge.transactions import unit_of_work
from ecrf.errors import Clash, NotFound, Problem
from ecrf.policy.actors import OPERATOR, Actor
from ecrf.reads.people import by_username


def actor_named(username: str | None) -> Actor:
    """The person a command acts as; without a name the operator, who sets up accounts and sees no clinical data."""
    if username is None:
        return OPERATOR
    try:
        return by_username(username, clock.now(), origin="cli")
    except NotFound:
        raise click.ClickException(f"there is no open account “{username}”") from None


@contextmanager
def acting_as(
    username: str | None, tell: Callable[[Problem], str] | None = None, *, reads_only: bool = False
) -> Iterator[Actor]:
    """One command, one transaction; a refusal leaves its trace and is told (in one line), with exit code 1.

    With `reads_only` the database refuses a write, and nobody has to wait meanwhile.
    """
    try:
        with database_at_hand():
            if reads_only:
                read_only()
            actor = actor_named(username)
            with unit_of_work(actor):
                yield actor
    except Problem as problem:
        raise click.ClickException((tell or told)(problem)) from problem
    except IntegrityError as clash:
        raise click.ClickException(told(Clash())) from clash


def told(problem: Problem) -> str:
    """A refusal in one line: what it is, and each field, thing or value it is about."""
    fields = problem.details.get("fields", {})
    what = problem.details.get("what")
    said = f"{problem} ({what})" if what else str(problem)
    refused = (f"{each.item}: {each.message.said_in('en')}" for each in problem.details.get("refusals", ()))
    return "; ".join([said, *(f"{name}: {fault}" for name, fault in fields.items()), *refused])
