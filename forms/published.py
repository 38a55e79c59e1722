"""A whole study version as canonical JSON (RFC 8785: sorted keys, no white space), back again, and its SHA-256.

Fields at their defaults are left out; mappings are lists of pairs, since the order of items and terms is part of a
version; exact numbers are texts (`88.42`, `5/9`). Nothing here knows YAML, so a published version needs no package.
"""

import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from functools import cache
from hashlib import sha256
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from forms.definitions import Study
from forms.quantities import decimal_text

_NUMBER = "#"
"""The key that marks an exact number among test data and parameters."""


class NotAStudy(ValueError):
    """A text that is no published study version."""


def canonical_json(study: Study) -> str:
    """The one text of a study version."""
    return json.dumps(_plain(study, Study), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def study_from_json(text: str) -> Study:
    """The study a canonical text holds; raises `NotAStudy` for any other text."""
    try:
        study = _restored(Study, json.loads(text))
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise NotAStudy(f"no published study version: {error}") from error
    if not isinstance(study, Study):
        raise NotAStudy("no published study version")
    return study


def digest(study: Study) -> str:
    """The SHA-256 of the canonical text, as 64 hexadecimal digits."""
    return sha256(canonical_json(study).encode()).hexdigest()


def _plain(value: Any, hint: Any) -> Any:
    """A definition as JSON data; `hint` is its declared type."""
    inner = get_args(hint)
    if hint is Any:
        return _free(value)
    if is_dataclass(value) and not isinstance(value, type):
        hints = _hints(type(value))
        stated = ((field.name, getattr(value, field.name), _default(field)) for field in fields(value))
        return {name: _plain(part, hints[name]) for name, part, default in stated if part != default}
    if isinstance(value, Mapping):
        return {key: _free(part) for key, part in value.items()} if _is_free(hint) else _pairs(value, inner)
    if isinstance(value, tuple):
        tuples = (get_args(each)[0] for each in (hint, *inner) if get_origin(each) is tuple)
        kind = next(tuples, str)
        return [_plain(part, kind) for part in value]
    if isinstance(value, Fraction):
        return _exact(value)
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def _pairs(value: Mapping[str, Any], inner: tuple[Any, ...]) -> list[list[Any]]:
    return [[key, _plain(part, inner[1] if len(inner) == 2 else str)] for key, part in value.items()]


def _free(value: Any) -> Any:
    """Test data and parameters: mappings are objects, exact numbers say that they are numbers."""
    if isinstance(value, Mapping):
        return {key: _free(part) for key, part in value.items()}
    if isinstance(value, tuple):
        return [_free(part) for part in value]
    return {_NUMBER: _exact(value)} if isinstance(value, Fraction) else value


def _is_free(hint: Any) -> bool:
    return bool(get_args(hint)) and get_args(hint)[-1] is Any


def _exact(number: Fraction) -> str:
    text = decimal_text(number, 1)
    return text if Fraction(text) == number else f"{number.numerator}/{number.denominator}"


def _default(field: "Field[Any]") -> Any:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return field.default


def _restored(hint: Any, plain: Any) -> Any:
    """JSON data as the definition that a type hint asks for."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _restored_choice(inner, plain)
    if origin is tuple:
        return tuple(_restored(inner[0], part) for part in plain)
    if _is_free(hint):
        return {key: _anything(part) for key, part in plain.items()}
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {key: _restored(inner[1], part) for key, part in plain}
    if is_dataclass(hint) and isinstance(hint, type):
        hints = _hints(hint)
        return hint(**{name: _restored(hints[name], part) for name, part in plain.items()})
    if hint in (Fraction, date):
        return Fraction(plain) if hint is Fraction else date.fromisoformat(plain)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(plain)
    return _anything(plain) if hint is Any else _checked(hint, plain)


def _restored_choice(choices: tuple[Any, ...], plain: Any) -> Any:
    """One of several types: None, a bare JSON type where it fits, else the one that is left."""
    if plain is None and NoneType in choices:
        return None
    for choice in choices:
        if choice in (bool, int, str) and type(plain) is choice:
            return plain
    left = [choice for choice in choices if choice not in (NoneType, bool, int, str)]
    if len(left) != 1:
        raise TypeError(f"{plain!r} is none of {choices}")
    return _restored(left[0], plain)


def _checked(hint: Any, plain: Any) -> Any:
    if type(plain) is not hint:
        raise TypeError(f"{plain!r} is no {hint.__name__}")
    return plain


def _anything(plain: Any) -> Any:
    """The inverse of `_free`."""
    if isinstance(plain, list):
        return tuple(_anything(part) for part in plain)
    if not isinstance(plain, dict):
        return plain
    if plain.keys() == {_NUMBER}:
        return Fraction(plain[_NUMBER])
    return {key: _anything(part) for key, part in plain.items()}


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
