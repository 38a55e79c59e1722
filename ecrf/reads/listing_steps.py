"""The few values that a listing of records is sorted by where it is sorted by visit or by state, in their order."""

from typing import Any

from sqlalchemy import ColumnElement

from ecrf.models.records import STATES, Record
from forms.definitions import Study

STEPPED = ("event", "state")
Step = tuple[Any, ColumnElement[bool]]
"""A value, and the condition that a record has it."""


def steps(study: Study, sort: str) -> list[Step]:
    """The values of `event` (its place in the plan) or `state`, from the end behind a minus."""
    found = _states() if sort.removeprefix("-") == "state" else _events(study)
    return found[::-1] if sort.startswith("-") else found


def _states() -> list[Step]:
    return [(state, Record.state == state) for state in sorted(STATES)]


def _events(study: Study) -> list[Step]:
    """By place in the plan; events of other versions come last."""
    by_place: dict[int, list[str]] = {}
    for event in study.events.values():
        by_place.setdefault(event.order, []).append(event.oid)
    known: list[Step] = [(place, Record.event.in_(by_place[place])) for place in sorted(by_place)]
    return [*known, (len(study.events) + 1, Record.event.not_in(list(study.events)))]
