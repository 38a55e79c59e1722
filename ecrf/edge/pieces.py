"""Long work in pieces: each thing in a transaction of its own, so that what is done is done, whatever comes next."""

import time
from collections.abc import Callable, Iterable
from typing import TypeVar

from ecrf.edge.transactions import unit_of_work
from ecrf.policy.actors import Actor

Done = TypeVar("Done")
SECONDS = 3.0


def in_pieces(by: Actor, things: Iterable[str], work: Callable[[str], Done], *, seconds: float = SECONDS) -> list[Done]:
    """Work on these things one after the other until they or the seconds run out, one at least; a refusal ends it, and
    leaves its trace."""
    until, done = time.monotonic() + seconds, list[Done]()
    for thing in things:
        with unit_of_work(by):
            done.append(work(thing))
        if time.monotonic() > until:
            break
    return done
