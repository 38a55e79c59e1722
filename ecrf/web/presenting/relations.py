"""How two values stand to each other, in words: of numbers, of days, and of anything else."""

import re

from flask_babel import LazyString, lazy_gettext

from ecrf.web.presenting.phrases import Phrase, phrase, strong

NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
BOUNDED = re.compile(r"[<>≤≥] ?[0-9]+(?:\.[0-9]+)?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}(?:-[0-9]{2}.*)?")
OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "==", "in": "not in", "not in": "in"}

_SAME = lazy_gettext("%(value)s is the same as %(boundary)s")
_OTHER = lazy_gettext("%(value)s differs from %(boundary)s")
_OF_NUMBERS: dict[str, LazyString] = {
    ">": lazy_gettext("%(value)s is more than %(boundary)s"),
    ">=": lazy_gettext("%(value)s is at least %(boundary)s"),
    "<": lazy_gettext("%(value)s is less than %(boundary)s"),
    "<=": lazy_gettext("%(value)s is not more than %(boundary)s"),
    "==": _SAME,
    "!=": _OTHER,
}
_OF_DAYS: dict[str, LazyString] = {
    ">": lazy_gettext("%(value)s is after %(boundary)s"),
    ">=": lazy_gettext("%(value)s is not before %(boundary)s"),
    "<": lazy_gettext("%(value)s is before %(boundary)s"),
    "<=": lazy_gettext("%(value)s is not after %(boundary)s"),
    "==": _SAME,
    "!=": _OTHER,
}
_OF_CODES: dict[str, LazyString] = {
    "==": lazy_gettext("the answer is %(value)s"),
    "!=": lazy_gettext("%(value)s is not %(boundary)s"),
    "in": lazy_gettext("%(value)s is one of %(boundary)s"),
    "not in": lazy_gettext("%(value)s is none of %(boundary)s"),
}
_FIRES: dict[str, LazyString] = {
    ">": lazy_gettext("fires above %(boundary)s, not at %(boundary)s"),
    ">=": lazy_gettext("fires at %(boundary)s and above"),
    "<": lazy_gettext("fires below %(boundary)s, not at %(boundary)s"),
    "<=": lazy_gettext("fires at %(boundary)s and below"),
    "==": lazy_gettext("fires at exactly %(boundary)s"),
    "!=": lazy_gettext("fires at anything but %(boundary)s"),
}
_LIMITS: dict[str, LazyString] = {
    "uln": lazy_gettext(
        "%(said)s, the upper limit that %(laboratory)s gives for %(whom)s on the day of the sample, %(day)s."
    ),
    "times uln": lazy_gettext(
        "%(said)s, %(times)s the upper limit of %(limit)s that %(laboratory)s gives for %(whom)s"
        " on the day of the sample, %(day)s."
    ),
    "lln": lazy_gettext(
        "%(said)s, the lower limit that %(laboratory)s gives for %(whom)s on the day of the sample, %(day)s."
    ),
    "times lln": lazy_gettext(
        "%(said)s, %(times)s the lower limit of %(limit)s that %(laboratory)s gives for %(whom)s"
        " on the day of the sample, %(day)s."
    ),
}


def is_number(text: str | None) -> bool:
    """Whether a compared side is a plain decimal number."""
    return NUMBER.fullmatch(text or "") is not None


def is_measured(text: str | None) -> bool:
    """Whether a compared side is a number, or known only as above or below one (`<5`)."""
    return is_number(text) or BOUNDED.fullmatch(text or "") is not None


def relation(operator: str, value: str, boundary: str, *, numeric: bool, days: bool) -> Phrase:
    """`124 U/L is more than 120 U/L`, both sides stressed, without a full stop."""
    phrases = _OF_NUMBERS if numeric else _OF_DAYS if days else _OF_CODES
    said = phrases.get(operator) or _OF_CODES.get(operator, _OTHER)
    return phrase(str(said), value=strong(value), boundary=strong(boundary))


def firing_side(operator: str, boundary: str) -> str:
    """On which side of its boundary a comparison fires, and whether the boundary itself counts."""
    return str(_FIRES.get(operator, "%(boundary)s")) % {"boundary": boundary}


def resting_on_a_limit(which: str, said: Phrase, facts: dict[str, str]) -> Phrase:
    """The whole sentence for a boundary that is a limit or a multiple of one; `facts` name what the phrases use."""
    return phrase(str(_LIMITS[which]), said=said, **facts)
