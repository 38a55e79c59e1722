"""What people write in their own words: reasons and queries. Kept as it was typed, or refused with a clear word."""

import re

from ecrf.errors import BadInput, ReasonMissing
from ecrf.messages import N_, Message
from ecrf.services.trail import Reason

LONGEST = 2000
# What neither PostgreSQL nor XML 1.0 can hold: control characters, lone surrogates, non-characters.
_UNSTORABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def written(field: str, text: str) -> str:
    """The words without white space around them; raises `BadInput` for the field where there are none, too many, or
    such as no database can hold."""
    words = text.strip()
    if not words or len(words) > LONGEST:
        raise BadInput({field: Message(N_("Write something, at most %(longest)s characters."), {"longest": LONGEST})})
    if _UNSTORABLE.search(words):
        raise BadInput({field: Message(N_("This holds control characters or broken characters."))})
    return words


def reason_given(reason: Reason) -> Reason:
    """A reason in words; raises `ReasonMissing` where there are none."""
    if not (reason.text and reason.text.strip()):
        raise ReasonMissing(("reason",))
    return Reason(reason.code, written("reason", reason.text))


def reason_if_any(reason: Reason | None) -> Reason | None:
    """A reason whose words may be missing."""
    return reason_given(reason) if reason and reason.text and reason.text.strip() else reason
