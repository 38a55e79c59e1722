"""What a refused form says above its fields, in the reader's language."""

from ecrf.edge.answers import said
from ecrf.errors import BadInput, Problem


def fault_of(problem: Problem) -> str:
    """The first thing to mend."""
    if isinstance(problem, BadInput) and problem.details["fields"]:
        return said(next(iter(problem.details["fields"].values())))
    return said(problem.message)
