"""How numbers, units, ranges and days are written on a page (design language, words 4 and 5). Display only."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from babel.dates import format_date
from flask_babel import get_locale

from ecrf.web.presenting.catalogue import gettext
from forms.datum import Datum

_UNSPOKEN = frozenset({"1", "a"})  # a plain number, and years, which the label of an age says
_RAISED = str.maketrans("0123456789-+", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺")
_POWER = re.compile(r"\^([-+]?[0-9]+)")
_TEN = re.compile(r"10\*([-+]?[0-9]+)")
_SQUARE = re.compile(r"(?<=m)([23])(?![0-9])")
_MICRO = re.compile(r"(?<![A-Za-z\[])u(?=(?:mol|L|g|kat|m|s|\[)(?![a-z]))")


def raised(text: str) -> str:
    """`×10^9/L` as `×10⁹/L`."""
    return _POWER.sub(lambda found: found[1].translate(_RAISED), text)


def unit_sign(ucum: str | None, displays: Mapping[str, str] | None = None) -> str:
    """A UCUM code as people write it: the study's own display where it gives one, else µ, powers and no braces."""
    if not ucum or ucum in _UNSPOKEN:
        return ""
    if displays and ucum in displays:
        return raised(displays[ucum])
    plain = _TEN.sub(lambda found: "×10" + found[1].translate(_RAISED), ucum)
    plain = _SQUARE.sub(lambda found: found[1].translate(_RAISED), _MICRO.sub("µ", plain))
    return re.sub(r"\{([^}]*)\}", lambda found: found[1].replace("_", " ") if "1.73" in found[1] else "", plain)


def number_sign(text: str) -> str:
    """A decimal text with a true minus."""
    return "−" + text[1:] if text.startswith("-") else text


def amount(text: str, unit: str) -> str:
    """A number and its unit, kept on one line: `124 U/L`; a power of ten takes no space of its own."""
    return f"{number_sign(text)} {unit}".strip()


def fixed(value: Fraction, places: int) -> str:
    """A value with so many decimals, rounded half up, for reading: `2.03`."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return number_sign(str(exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)))


def range_text(low: str | None, high: str | None) -> str:
    """Reference limits: `7 – 40`, `≥ 60`, `≤ 23.0`; an absent range says nothing."""
    if low is not None and high is not None:
        return f"{number_sign(low)} – {number_sign(high)}"
    if high is not None:
        return f"≤ {number_sign(high)}"
    return f"≥ {number_sign(low)}" if low is not None else ""


def times_text(factor: str) -> str:
    """A multiple in words where there are words for it."""
    words = {"2": gettext("twice"), "3": gettext("three times"), "4": gettext("four times"), "5": gettext("five times")}
    return words.get(factor) or gettext("%(factor)s times", factor=factor)


def day_text(iso: str | None, *, with_year: bool = True) -> str:
    """A complete ISO day in a sentence; whatever is not one stays as it is."""
    pattern = gettext("d MMM y") if with_year else gettext("d MMM")
    try:
        return str(format_date(date.fromisoformat((iso or "")[:10]), pattern, get_locale() or "en"))
    except ValueError:
        return iso or ""


def datum_text(datum: Datum | None, displays: Mapping[str, str] | None = None) -> str:
    """A datum without code lists: comparator, value and unit as typed."""
    if datum is None or datum.text is None:
        return ""
    return amount(f"{datum.comparator or ''} {datum.text}".strip(), unit_sign(datum.unit, displays))
