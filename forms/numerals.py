"""How a number is written: as people type it, and as the system writes what it computed. Exact, never a float."""

import re
from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_UP, Context, Decimal, Inexact
from fractions import Fraction

from forms import quantities

MOST_DIGITS = 28
"""Digits a number may have where its item declares no length, and significant digits of an endless computed value."""

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)
_WIDE = str.maketrans("０１２３４５６７８９．－−＜＞：　Ｔ", "0123456789.--<>: T")
_LONGEST = 100
_CONTEXT = Context(prec=MOST_DIGITS, rounding=ROUND_HALF_UP, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[])


def narrowed(text: str) -> str:
    """The ASCII equivalents of what a Chinese keyboard types in full width, and of the typographic minus.

    The typed text is kept as it is; only its reading goes through here.
    """
    return text if text.isascii() else text.translate(_WIDE)


def is_number(narrow: str) -> bool:
    """Whether a narrowed text is a plain decimal number: no exponent, no comma, no sign but a minus."""
    return _NUMBER.fullmatch(narrow) is not None


def digits_of(narrow: str) -> int:
    """How many digits a number is written with."""
    return len(narrow) - narrow.count(".") - narrow.count("-")


def significant_digits_of(narrow: str) -> int:
    """Digits from the first that is not zero; trailing zeros count, since somebody measured them."""
    return len(narrow.lstrip("-").replace(".", "").lstrip("0"))


def fraction_of(text: str) -> Fraction | None:
    """The exact value of a number as typed, `-0` being zero; None where it is no number or absurdly long."""
    narrow = narrowed(text) if len(text) <= _LONGEST else ""
    return Fraction(narrow) if is_number(narrow) else None


def decimal_text(value: Fraction) -> str:
    """A computed value as plain decimal text: exact where it ends, else half up to `MOST_DIGITS` significant digits."""
    if value.denominator == 1:
        return str(value.numerator)
    context = _CONTEXT.copy()
    quotient = context.divide(Decimal(value.numerator), Decimal(value.denominator))
    if context.flags[Inexact] and _ends(value.denominator):
        return quantities.decimal_text(value)
    if quotient.adjusted() >= MOST_DIGITS:
        return rounded_text(value, 0)
    text = f"{quotient:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def rounded_text(value: Fraction, places: int) -> str:
    """A value as it is displayed: rounded half up to so many decimal places, all of them written (`2.40`)."""
    text = quantities.decimal_text(quantities.rounded(value, places))
    whole, _, part = text.partition(".")
    return f"{whole}.{part:0<{places}}" if places > 0 else whole


def _ends(denominator: int) -> bool:
    """Whether a fraction with this denominator ends within what a decimal of forty places can hold."""
    return 10**40 % denominator == 0
