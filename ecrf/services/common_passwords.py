"""Telling a password that many people have: one that leaked, or one made of common words, keyboard rows, sequences and
repeats (OWASP ASVS 6.2.4, NIST SP 800-63B).

The lists and the estimate of `guessing` know what leaked; the words of `common_words.txt` are those of clinics, trials
and our users' languages, which no such list has, found by rules in every spelling.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

from ecrf.services.guessing import is_listed, is_soon_guessed

_SEQUENCES = (
    "abcdefghijklmnopqrstuvwxyz", "0123456789", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "azertyuiop",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "qazwsxedcrfvtgbyhnujmikolp", "1q2w3e4r5t6y7u8i9o0p", "147258369",
    "!@#$%^&*()",
)  # fmt: skip
# One letter for one sign, so that every place of the plain text is the same place of the other.
_SWAPS = (str.maketrans("01345789@$!|+", "oleastbgasilt"), str.maketrans("01345789@$!|+", "oieastbgasiit"))
_SHORTEST_RUN = 3
_LONGEST_UNIT = 10
_FEWEST_SIGNS = 4
_FEWEST_LETTERS = 4
_MOST_WORDS = 3


def is_common(password: str) -> bool:
    """Whether a password leaked, is soon guessed or, case and edge digits aside, is little more than common words,
    sequences or repeats."""
    plain = password.casefold()
    if len(set(plain)) < _FEWEST_SIGNS or _repeats(plain) or _repeats(core(plain)):
        return True
    if is_listed(spellings(plain)) or is_soon_guessed(password):
        return True
    words = _apart(_word_spans(plain, _common_words()))
    if len({plain[span.start : span.stop] for span in words}) > _MOST_WORDS:
        return False
    told = {place for span in (*words, *_run_spans(plain)) for place in span}
    return sum(sign.isalpha() for place, sign in enumerate(plain) if place not in told) < _FEWEST_LETTERS


def word_in(password: str, words: Iterable[str]) -> str | None:
    """The first of these words that stands in a password, with letters swapped for digits or not; a short word counts
    where nothing but digits and symbols stands around it."""
    plain = password.casefold()
    forms, cores = _swapped(plain), spellings(plain)
    for word in words:
        if word in cores or (len(word) >= _FEWEST_LETTERS and any(word in form for form in forms)):
            return word
    return None


def spellings(plain: str) -> set[str]:
    """What a text in lower case says, itself and without digits and symbols at its ends, letters put for digits."""
    forms = _swapped(plain)
    return forms | {core(form) for form in forms} | _swapped(core(plain))


def core(text: str) -> str:
    """What is left of a text without the digits and symbols at both its ends."""
    letters = [place for place, sign in enumerate(text) if sign.isalpha()]
    return text[letters[0] : letters[-1] + 1] if letters else ""


def _swapped(text: str) -> set[str]:
    return {text, *(text.translate(swaps) for swaps in _SWAPS)}


def _repeats(text: str) -> bool:
    """A few signs over and over."""
    units = range(1, min(_LONGEST_UNIT, len(text) // 2) + 1)
    return any(text == (text[:size] * len(text))[: len(text)] for size in units)


def _word_spans(plain: str, words: Iterable[str]) -> Iterator[range]:
    forms = _swapped(plain)
    for word in words:
        for form in forms:
            start = form.find(word)
            while start >= 0:
                yield range(start, start + len(word))
                start = form.find(word, start + 1)


def _apart(spans: Iterable[range]) -> list[range]:
    """The longest of these spans that do not overlap."""
    chosen: list[range] = []
    for span in sorted(spans, key=lambda span: (-len(span), span.start)):
        if all(span.stop <= other.start or other.stop <= span.start for other in chosen):
            chosen.append(span)
    return chosen


def _run_spans(plain: str) -> Iterator[range]:
    """Every stretch along an alphabet or a keyboard, forward or backward."""
    start = 0
    while start < len(plain):
        stop = start + 1
        while stop < len(plain) and _is_run(plain[start : stop + 1]):
            stop += 1
        if stop - start >= _SHORTEST_RUN:
            yield range(start, stop)
        start = stop if stop - start >= _SHORTEST_RUN else start + 1


def _is_run(text: str) -> bool:
    return any(text in row for row in _rows())


@cache
def _rows() -> tuple[str, ...]:
    return tuple(row * 2 for each in _SEQUENCES for row in (each, each[::-1]))


@cache
def _common_words() -> tuple[str, ...]:
    text = files("ecrf.services").joinpath("common_words.txt").read_text(encoding="utf-8")
    return tuple(word for line in text.splitlines() if not line.startswith("#") for word in line.split())
