"""What somebody may have meant: the nearest known words to a wrong one."""

from collections.abc import Iterable
from difflib import get_close_matches

LONGEST = 100


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """A hint naming the nearest known words, None where nothing is near; no name has more than 100 letters."""
    if len(word) > LONGEST:
        return None
    by_folded = {each.casefold(): each for each in known}
    near = get_close_matches(word.casefold(), by_folded, n=3, cutoff=0.6)
    return f"did you mean {' or '.join(by_folded[each] for each in near)}?" if near else None
