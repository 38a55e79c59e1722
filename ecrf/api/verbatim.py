"""JSON as it was sent: numbers keep their text (`1.20` is not `1.2`), and what has no one meaning is refused."""

import json
from typing import Any, NoReturn

from flask_babel import gettext

from ecrf.errors import Unreadable
from ecrf.messages import N_

_NOT_JSON = N_("The body is not JSON as RFC 8259 has it (%(why)s). Nothing was saved.")
_NOT_TEXT = N_("it holds half a character")
_TWICE = N_("“%(name)s” stands in it twice")
_NO_NUMBER = N_("“%(name)s” is no number")
_TOO_DEEP = N_("it is nested too deep")


class Numeral(str):
    """The text of a JSON number."""

    __slots__ = ()


def read_json(body: bytes) -> Any:
    """The document in a body, each number a `Numeral`; raises `Unreadable` with what is wrong with it."""
    try:
        found = json.loads(
            body.decode("utf-8"), parse_int=Numeral, parse_float=Numeral, parse_constant=_no_number,
            object_pairs_hook=_once_each,
        )  # fmt: skip
        json.dumps(found, ensure_ascii=False).encode("utf-8")  # fails on half a surrogate pair written as an escape
    except json.JSONDecodeError as fault:
        raise _unreadable(f"{fault.msg}: {fault.lineno}:{fault.colno}") from fault
    except UnicodeError as fault:
        raise _unreadable(gettext(_NOT_TEXT)) from fault
    except RecursionError as fault:
        raise _unreadable(gettext(_TOO_DEEP)) from fault
    return found


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _unreadable(gettext(_TWICE, name=name[:64]))
        found[name] = value
    return found


def _no_number(name: str) -> NoReturn:
    raise _unreadable(gettext(_NO_NUMBER, name=name))


def _unreadable(why: str) -> Unreadable:
    return Unreadable(400, gettext(_NOT_JSON, why=why))
