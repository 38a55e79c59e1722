"""How a request is taken apart: its body, its query and its headers, each fault told with the place and the value."""

from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from flask import Request
from flask_babel import gettext
from marshmallow import RAISE, Schema, ValidationError
from webargs.flaskparser import FlaskParser
from webargs.multidictproxy import MultiDictProxy

from ecrf.api.verbatim import read_json
from ecrf.edge.answers import said
from ecrf.errors import BadInput, RevisionMissing, Unreadable
from ecrf.messages import N_

_SHOWN = 80
_LEVELS = frozenset({"_schema", "key", "value"})  # what marshmallow puts between a place and its fault
_NOT_JSON = N_("Send the body as application/json. Nothing was saved.")
_REPEATED = N_("This is sent twice.")
# The sentences of marshmallow that can be told, so that the catalogue has them in every language.
OF_MARSHMALLOW = (
    N_("Missing data for required field."), N_("Unknown field."), N_("Field may not be null."),
    N_("Not a valid string."), N_("Not a valid boolean."), N_("Not a valid integer."), N_("Not a valid date."),
    N_("Not a valid mapping type."), N_("Invalid input type."),
)  # fmt: skip


class Parser(FlaskParser):
    """Reads JSON verbatim and tells every fault as a problem of ours."""

    DEFAULT_UNKNOWN_BY_LOCATION = {  # noqa: RUF012 - an attribute of the parser as webargs declares it
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "json": RAISE, "query": RAISE,
    }  # fmt: skip

    def load_json(self, req: Request, schema: Schema) -> Any:
        """The body, which has to be JSON and to say so."""
        if req.mimetype != "application/json":
            raise Unreadable(415, _NOT_JSON)
        return read_json(req.get_data())

    def load_querystring(self, req: Request, schema: Schema) -> MultiDictProxy:
        """The query, in which no name stands twice (the second one could say something else)."""
        repeated = [name for name, values in req.args.lists() if len(values) > 1]
        if repeated:
            raise BadInput(dict.fromkeys(repeated, _REPEATED))
        found: MultiDictProxy = super().load_querystring(req, schema)
        return found

    def handle_error(self, error: ValidationError, req: Request, schema: Schema, **_: Any) -> NoReturn:
        """Tell what does not fit; the one header that is read is If-Match."""
        ((location, messages),) = dict(error.messages).items()  # type: ignore[arg-type]
        if location == "headers":
            raise RevisionMissing
        raise BadInput(dict(_told(messages, error.data, ()))) from error


def _told(messages: Any, sent: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Each fault as its place (`answers.ALT.unit`) and one line that names the value and the rule."""
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            is_place = isinstance(sent, Mapping) and name in sent or name not in _LEVELS
            below = sent.get(name) if isinstance(sent, Mapping) and is_place else sent
            yield from _told(inner, below, (*path, str(name)[:64]) if is_place else path)
        return
    rules = " ".join(_in_words(each) for each in messages)
    yield ".".join(path) or "body", f"“{sent[:_SHOWN]}”: {rules}" if isinstance(sent, str) else rules


def _in_words(rule: str) -> str:
    return said(getattr(rule, "message", None) or gettext(rule))
