"""What the contract says besides the shapes: how each operation is used, and an example of every problem."""

from collections.abc import Iterator, Mapping
from typing import Any

from ecrf.access_errors import TooManyRequests
from ecrf.api.schemas.problems import MEDIA_TYPE
from ecrf.errors import (
    BadInput,
    Busy,
    Forbidden,
    IllegalState,
    Internal,
    NotFound,
    Problem,
    RevisionMissing,
    Stale,
    Unauthenticated,
    Unreadable,
)

_METHODS = ("get", "post", "put", "patch", "delete")
_INSTANCE = "urn:uuid:019f3c5e-9c00-7d11-8e22-0f33a044b055"
_PROBLEMS: dict[str, Problem] = {
    "BAD_REQUEST": Unreadable(400), "UNAUTHORIZED": Unauthenticated(), "FORBIDDEN": Forbidden("record.edit"),
    "NOT_FOUND": NotFound(), "CONFLICT": IllegalState("This was lifted already.", state="lifted"),
    "PRECONDITION_FAILED": Stale({}, 3), "REQUEST_ENTITY_TOO_LARGE": Unreadable(413),
    "UNSUPPORTED_MEDIA_TYPE": Unreadable(415), "UNPROCESSABLE_ENTITY": BadInput({"name": "Unknown field."}),
    "PRECONDITION_REQUIRED": RevisionMissing(), "TOO_MANY_REQUESTS": TooManyRequests(12),
    "INTERNAL_SERVER_ERROR": Internal(), "SERVICE_UNAVAILABLE": Busy(),
}  # fmt: skip


def describe(contract: dict[str, Any]) -> dict[str, Any]:
    """The contract with a description of every operation and an example of every problem that one may answer with."""
    for methods in contract["paths"].values():
        for method in _METHODS:
            if method in methods:
                operation = methods[method]
                operation.setdefault("description", " ".join(_sentences(method, operation)))
    for name, response in contract["components"]["responses"].items():
        problem = _PROBLEMS.get(name)
        response["content"][MEDIA_TYPE]["example"] = _example(problem or Unreadable())
    return contract


def _sentences(method: str, operation: Mapping[str, Any]) -> Iterator[str]:
    """How the operation is used, as its own parameters and answers say it."""
    names = {each.get("name") for each in operation.get("parameters", ())}
    statuses = operation["responses"].keys()
    yield operation.get("summary", "")
    if names & {"after", "before"}:
        yield "Paged by key: send `next` of the page before."
    if "If-Match" in names:
        yield "Send the `ETag` of the state this was made against as `If-Match`."
    if "Idempotency-Key" in names:
        yield "With an `Idempotency-Key` it is done once, however often it is sent."
    if method == "get" and "ETag" in operation["responses"].get("200", {}).get("headers", {}):
        yield "The `ETag` goes with a change as `If-Match`."
    if "403" in statuses and method != "get":
        yield "One of your roles must allow it there; a refusal stands in the trail."
    elif "403" in statuses:
        yield "One of your roles must allow it."
    if "404" in statuses:
        yield "What belongs to a site that is not yours is not found."


def _example(problem: Problem) -> dict[str, Any]:
    told = {name: detail for name, detail in problem.details.items() if isinstance(detail, int | str) and detail != ""}
    fields = problem.details.get("fields")
    return {
        **told, **({"fields": {name: str(fault) for name, fault in fields.items()}} if fields else {}),
        "type": f"urn:ecrf:problem:{problem.code}", "title": problem.title, "status": problem.status,
        "detail": str(problem.message), "code": problem.code, "instance": _INSTANCE,
    }  # fmt: skip
