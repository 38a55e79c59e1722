"""Sentences with stressed parts, without markup: a translated text whose places are filled, plainly or stressed."""

import re
from typing import NamedTuple

_PLACE = re.compile(r"%\((\w+)\)s")


class Part(NamedTuple):
    """A stretch of a sentence; a stressed one is shown bold."""

    text: str
    is_strong: bool = False


Phrase = tuple[Part, ...]


def strong(text: str) -> Phrase:
    """A text that is shown bold."""
    return (Part(text, is_strong=True),)


def phrase(template: str, **values: str | Phrase) -> Phrase:
    """The template with its `%(name)s` places filled; a place nobody fills stays as it is."""
    parts: list[Part] = []
    for index, piece in enumerate(_PLACE.split(template)):
        filled = values.get(piece, f"%({piece})s") if index % 2 else piece
        parts.extend((Part(filled),) if isinstance(filled, str) else filled)
    return tuple(part for part in parts if part.text)


def plain_text(said: Phrase) -> str:
    """The sentence without its stress."""
    return "".join(part.text for part in said)
