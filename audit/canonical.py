"""Canonical JSON (RFC 8785) for the data we keep: texts, integers, booleans, null, lists and objects.

Numbers with a fraction are refused, because measured values are texts everywhere: no rounding can move a hash.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime, time

from audit.instants import iso

# Beyond this an integer is no longer exact for a reader that follows RFC 8785 to the letter (IEEE 754 doubles).
MAX_INTEGER = 2**53 - 1

flat_json = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, separators=(",", ":"), sort_keys=True
).encode
"""The same text as `canonical_json`, much faster, for whom asks nothing: names are in ASCII, numbers are integers."""

_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def canonical_json(value: object) -> str:
    """The one way to write this value as JSON; raises `TypeError` or `ValueError` for what has none."""
    text = _write(_ordered(value))
    text.encode()  # lone surrogates have no UTF-8 and therefore no hash
    return text


def canonical_text(value: object) -> str | None:
    """A column's value as the trail keeps it: None for NULL, decimal integers, `true`, moments in UTC, JSON texts."""
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case datetime():
            return iso(value)
        case date() | time():
            return value.isoformat()
        case bytes():
            return value.hex()
        case Mapping() | list() | tuple():
            return canonical_json(value)
        case _:
            raise TypeError(f"no canonical text for {type(value).__name__}: {value!r}")


def _ordered(value: object) -> object:
    match value:
        case None | str() | bool():
            return value
        case int():
            return _exact(value)
        case Mapping():
            return {key: _ordered(value[key]) for key in sorted(value, key=_utf16)}
        case list() | tuple():
            return [_ordered(element) for element in value]
        case _:
            raise TypeError(f"no canonical JSON for {type(value).__name__}: {value!r}")


def _exact(value: int) -> int:
    if abs(value) > MAX_INTEGER:
        raise ValueError(f"{value} is not exact in JSON: write it as text")
    return value


def _utf16(key: object) -> bytes:
    if not isinstance(key, str):
        raise TypeError(f"a key must be text: {key!r}")
    return key.encode("utf-16-be")
