"""How soon a password is guessed: by the thirty thousand that leaked most often, and by an attacker who puts words,
names, keyboard rows, dates and repeats together.

The lists and the estimate are those of zxcvbn (Wheeler, USENIX Security 2016), which asks nothing of a network.
"""

from collections.abc import Iterable
from functools import cache

from zxcvbn import zxcvbn
from zxcvbn.frequency_lists import FREQUENCY_LISTS

JUDGED = 24
"""So many characters are estimated: what follows them makes no password easier to guess, and the time it takes grows
with the cube of their number (seconds at 72, where each may stand for several letters)."""
FEWEST_GUESSES = 10**8
"""An attacker who may try a hash as often as he likes is through with fewer in a day, be it as slow as argon2id."""
_FEWEST_LETTERS = 4


def is_listed(texts: Iterable[str]) -> bool:
    """Whether one of these texts, in lower case, is a password that leaked often; one of three letters says little."""
    return any(len(text) >= _FEWEST_LETTERS and text in _listed() for text in texts)


def is_soon_guessed(password: str) -> bool:
    """Whether a password is guessed in fewer than a hundred million attempts."""
    return bool(zxcvbn(password[:JUDGED])["guesses"] < FEWEST_GUESSES)


@cache
def _listed() -> frozenset[str]:
    return frozenset(FREQUENCY_LISTS["passwords"])
