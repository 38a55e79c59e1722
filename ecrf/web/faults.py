"""What a refused form says above its fields, in the reader's language."""

import re

from ecrf.edge.answers import said
from ecrf.errors import BadInput, Conflict, IllegalState, Problem, ReasonMissing, TooManyAttempts

_OF_A_ROW = re.compile(r"[A-Za-z0-9_]+\[([0-9]+)\]\.([A-Za-z0-9_]+)")


def fault_of(problem: Problem) -> str:
    """The first thing to mend."""
    if isinstance(problem, BadInput) and problem.details["fields"]:
        return said(next(iter(problem.details["fields"].values())))
    return said(problem.message)


def faults_of(problem: Problem) -> dict[str, str]:
    """Everything to mend, by the field it is at; what is at no field of its own stands under the reason or the act."""
    if isinstance(problem, BadInput) and problem.details["fields"]:
        return {name: said(fault) for name, fault in problem.details["fields"].items()}
    places = {Conflict: problem.details.get("field"), ReasonMissing: "reason", TooManyAttempts: "present"}
    return {str(places.get(type(problem)) or "act"): said(problem.message)}


def unfinished_rows(problem: IllegalState) -> dict[int, tuple[str, ...]]:
    """What is missing for a repeating form to be complete, by row: `AE[3].AETERM`."""
    found: dict[int, tuple[str, ...]] = {}
    for row, item in (match.groups() for name in problem.details["needed"] if (match := _OF_A_ROW.fullmatch(name))):
        found[int(row)] = (*found.get(int(row), ()), item)
    return found
