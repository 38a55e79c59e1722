"""User names: how they are compared, and how a typed one is kept where it may be anything."""

import re
import unicodedata

_ALLOWED = re.compile(r"[\w.@+-]{2,64}")
_SITE_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
KEPT_OF_TYPED = 100


def name_key(username: str) -> str:
    """What two user names share when they are one: NFKC, casefold, no white space (21 CFR 11.300(a))."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", username).casefold())
    return "".join(folded.split())


def is_username(text: str) -> bool:
    """Letters, digits and `. _ @ + -`, 2 to 64 of them."""
    return _ALLOWED.fullmatch(text) is not None


def is_site_code(text: str) -> bool:
    """Letters, digits and `_ -`, at most 32, as numbers of subjects carry it."""
    return _SITE_CODE.fullmatch(text) is not None


def printable(text: str) -> str:
    """The text on one line: cut to length, and what is not to be seen (line ends, ANSI, bidi marks) written out."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in text[:KEPT_OF_TYPED]
    )
