"""Done once, however often it is sent: `Idempotency-Key` on the POSTs of the API.

The key is taken and the answer kept in the transaction of the act itself, so that neither stands without the other.
Secrets that are told once (tokens, links) are kept nowhere: a repeat is answered with null in their place.
"""

import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, make_response, request

from ecrf import clock
from ecrf.edge.identity import current_actor
from ecrf.errors import BadInput
from ecrf.messages import N_
from ecrf.policy.actors import Actor
from ecrf.services.kept_answers import Answer, keep, take

HEADER = "Idempotency-Key"
PATTERN = "^[!-~]{1,255}$"
SECRETS = ("secret", "link")
"""The parts of answers that are told once."""
REPEATED = "Idempotency-Replayed"

_KEPT_HEADERS = ("Location", "ETag")
_NO_KEY = N_("A key has 1 to 255 printing characters of ASCII, without white space.")

View = Callable[..., Any]


def once(view: View) -> View:
    """A view that creates something, done once for each key of each person."""

    @wraps(view)
    def done(*args: Any, idempotency_key: str | None = None, **kwargs: Any) -> Any:
        key = idempotency_key
        if key is None:
            return view(*args, **kwargs)
        if re.fullmatch(PATTERN[1:-1], key) is None:
            raise BadInput({HEADER: _NO_KEY})
        user_id = current_actor().id
        before = take(user_id, key, _asked(current_actor()), clock.now())
        if before is not None:
            return _repeated(before)
        response = make_response(view(*args, **kwargs))
        keep(user_id, key, _told(response))
        return response

    return done


def _asked(by: Actor) -> bytes:
    """All that says what a request asks for, with the rights of whoever asks: what was answered when more was allowed
    is not told again."""
    rights = repr((by.reads_only, sorted(map(repr, by.grants))))
    parts = (request.method, request.full_path, rights)
    return b"\n".join([*(part.encode() for part in parts), request.get_data()])


def _told(response: Response) -> Answer:
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    document = response.get_json(silent=True)
    if isinstance(document, dict) and not document.keys().isdisjoint(SECRETS):
        document = {name: None if name in SECRETS else part for name, part in document.items()}
        return Answer(response.status_code, headers, json.dumps(document, ensure_ascii=False))
    return Answer(response.status_code, headers, response.get_data(as_text=True))


def _repeated(before: Answer) -> Response:
    return Response(before.body, before.status, {**before.headers, REPEATED: "true"}, mimetype="application/json")
