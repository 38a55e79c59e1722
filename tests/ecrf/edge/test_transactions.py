"""One act, one transaction."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from audit.tables import trail_entries
from ecrf.db import db
from ecrf.edge.transactions import chain_of, unit_of_work
from ecrf.errors import Forbidden, NotFound, Place, Problem
from ecrf.models.attempts import LoginAttempt
from ecrf.policy.actors import OPERATOR, Actor
from tests.ecrf.conftest import NOON


def write() -> None:
    db.session.add(LoginAttempt(name_hash=b"k" * 32, failures=1, last_at=NOON))
    db.session.flush()


def left(app: Flask) -> tuple[int, list[str]]:
    with app.app_context():
        rows = db.session.scalars(select(LoginAttempt)).all()
        return len(rows), list(db.session.scalars(select(trail_entries.c.action)))


@pytest.mark.req("R-AUD-1")
@pytest.mark.parametrize(
    ("raised", "by", "trace"),
    [
        (lambda: Forbidden("record.edit"), OPERATOR, ["act.refused"]),
        (lambda: Forbidden("record.edit"), None, []),
        (NotFound, OPERATOR, []),
        (KeyboardInterrupt, OPERATOR, []),
    ],
)
def test_whatever_is_raised_undoes_the_act(
    app: Flask, raised: Callable[[], BaseException], by: Actor | None, trace: list[str]
) -> None:
    problem = raised()

    def act() -> None:
        with unit_of_work(by):
            write()
            raise problem

    with app.app_context(), pytest.raises(type(problem)):
        act()
    assert left(app) == (0, trace)


def test_what_ends_well_is_committed(app: Flask) -> None:
    with app.app_context(), unit_of_work():
        write()
    assert left(app) == (1, [])


@pytest.mark.parametrize(
    ("place", "chain"),
    [
        (Place(study="s", site="t", subject="u"), "subject:u"),
        (Place(study="s", site="t"), "site:t"),
        (Place(study="s"), "system"),
        (Place(), "system"),
    ],
)
def test_an_attempt_is_told_of_where_it_was_made(place: Place, chain: str) -> None:
    assert chain_of(place) == chain


def test_an_attempt_leaves_one_trace_however_often_it_is_undone(app: Flask) -> None:
    refused = Forbidden("record.edit")
    with app.app_context(), pytest.raises(Forbidden), unit_of_work(OPERATOR), unit_of_work(OPERATOR):
        raise refused
    assert left(app) == (0, ["act.refused"])


def test_a_place_knows_what_a_wider_one_says_of_it() -> None:
    wider, closer = Place(study="s", site="t", form="DM"), Place(study="s", subject="u", form="CHEM", row=0)
    assert closer.within(wider) == Place(study="s", site="t", subject="u", form="CHEM", row=0)


def kinds(of: type[Problem]) -> list[type[Problem]]:
    return [one for kind in of.__subclasses__() for one in (kind, *kinds(kind))]


def test_every_kind_of_problem_has_a_code_of_its_own() -> None:
    codes = [kind.code for kind in kinds(Problem)]
    assert len(codes) == len(set(codes))
    assert all(kind.title for kind in kinds(Problem))
