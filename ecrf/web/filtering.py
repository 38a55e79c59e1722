"""Filters of a list: read from the address, and written back into it with one of them changed."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from typing import TypeVar

from flask import request, url_for

_LONGEST = 100
_KEYS = ("after", "before")
Filters = TypeVar("Filters")


def chosen(kind: type[Filters]) -> Filters:
    """The filters of this kind that the address names; what is not named is an empty text."""
    return chosen_in(request.args, kind)


def chosen_in(sent: Mapping[str, str], kind: type[Filters]) -> Filters:
    """The same of whatever was sent."""
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    return kind(**{name: sent.get(name, "").strip()[:_LONGEST] for name in names})


def readdress(filters: object) -> Callable[..., str]:
    """How a page writes its own address with some filters changed, from the beginning of the list."""
    here = {name: value for name, value in asdict(filters).items() if value and name not in _KEYS}  # type: ignore[call-overload]

    def filtered(**changed: str) -> str:
        wanted = {name: value for name, value in {**here, **changed}.items() if value}
        return url_for(str(request.endpoint), **(request.view_args or {}), **wanted)

    return filtered


def sent_on(filters: object) -> tuple[tuple[str, str], ...]:
    """The filters that are set, as a form of the page sends them on; where the list was read from apart."""
    values = asdict(filters)  # type: ignore[call-overload]
    return tuple((name, value) for name, value in values.items() if value and name not in _KEYS)


def applied(filters: object, texts: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The filters that are set, each with what it shows; only those named in `texts` count."""
    values = asdict(filters)  # type: ignore[call-overload]
    return tuple((name, text) for name, text in texts.items() if values.get(name))


def label_in(choices: tuple[tuple[str, str], ...], value: str) -> str:
    """The text of a choice; a value that is not offered stands for itself."""
    return dict(choices).get(value, value)
