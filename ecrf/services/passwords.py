"""Passwords: how they are kept (argon2id) and which are taken (long, not common, not about their owner).

No rules of composition and no forced change by age (NIST SP 800-63B, OWASP ASVS 6.2.5 and 6.2.10).
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ecrf.errors import BadInput
from ecrf.messages import N_, Message
from ecrf.services.common_passwords import core, is_common, word_in

SHORTEST, LONGEST = 12, 1024


class _Hashing:
    """The hasher in use: at full cost (64 MiB, 3 passes), which tests alone lower."""

    hasher = PasswordHasher()


def hash_cheaply(cheaply: bool) -> None:
    """Say whether hashes are made at the low cost that tests need; new hashes and rehashing follow at once."""
    _Hashing.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1) if cheaply else PasswordHasher()
    _decoy.cache_clear()


def hashed(password: str) -> str:
    """The argon2id hash of a password, of its whole length."""
    return _Hashing.hasher.hash(_normal(password))


def matches(kept: str | None, password: str) -> bool:
    """Whether a password belongs to a hash; without a hash the same time is spent and the answer is no."""
    decoy, typed = _decoy(), _normal(password)
    real = kept if len(typed) <= LONGEST else None
    try:
        _Hashing.hasher.verify(decoy if real is None else real, typed[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return real is not None


def is_outdated(kept: str) -> bool:
    """Whether the hash was made at another cost than today's."""
    return _Hashing.hasher.check_needs_rehash(kept)


def expect_strong(password: str, about: Iterable[str]) -> None:
    """Raise `BadInput` for `password` where it is short, leaked, soon guessed, or says a word about its owner, a
    study or a site; the fault says which, in one sentence."""
    fault = _fault_of(_normal(password), about)
    if fault is not None:
        raise BadInput({"password": fault})


def _fault_of(password: str, about: Iterable[str]) -> Message | None:
    if len(password) < SHORTEST:
        return Message(N_("The password needs at least %(count)s characters."), {"count": SHORTEST})
    if len(password) > LONGEST:
        return Message(N_("The password may have at most %(count)s characters."), {"count": LONGEST})
    if is_common(password):
        return Message(N_("This password is too common. Several words in a row make a better one."))
    word = word_in(password, _words(about))
    return Message(N_("The password may not contain “%(word)s”."), {"word": word}) if word else None


def _words(about: Iterable[str]) -> list[str]:
    """The words of these texts and what is left of each without digits around it, the longest first."""
    parts = {part.casefold() for text in about for part in (text, *re.split(r"[\W_]+", _normal(text)))}
    return sorted((parts | {core(part) for part in parts}) - {""}, key=lambda word: (-len(word), word))


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


@cache
def _decoy() -> str:
    return hashed("nobody has this password")
