"""Exact numbers and intervals with units: what a measured value, a limit or a comparator result is. Never a float."""

import re
from dataclasses import dataclass, field
from fractions import Fraction

from forms.intervals import Interval, Number
from forms.units import convert, unit

_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})")
_MOST_BITS = 3322


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number, or the interval it is known to lie in, with its UCUM unit (None: a plain number).

    `factor` says how the entered value was converted ("88.42", "5/9, offset -32"); None where it was not.
    """

    number: Number
    unit: str | None = None
    factor: str | None = field(default=None, compare=False)

    @property
    def is_exact(self) -> bool:
        """Whether the value is one number rather than an interval."""
        return isinstance(self.number, Fraction)

    def to(self, target: str, molar_mass: Fraction | None = None) -> "Quantity | None":
        """The same quantity in another unit of the same dimension, None where there is no exact conversion."""
        if self.unit is None or self.unit == target:
            return self if self.unit == target else None
        moved = converted(self.number, self.unit, target, molar_mass)
        return None if moved is None else Quantity(moved, target, self.factor)


def exact(text: str) -> Fraction | None:
    """The number written as a plain decimal (`1.20`, `-3`, `.5`), None for anything else."""
    stripped = text.strip()
    return Fraction(stripped) if _DECIMAL.fullmatch(stripped) else None


def measured(number: Fraction, unit_code: str | None = None, comparator: str | None = None) -> Quantity:
    """A measured value: `<` makes it an upper bound, `>` a lower one, and nothing else is known of it then."""
    if comparator == "<":
        return Quantity(Interval(None, number, high_open=True), unit_code)
    if comparator == ">":
        return Quantity(Interval(number, None, low_open=True), unit_code)
    return Quantity(number, unit_code)


def converted(number: Number, source: str, target: str, molar_mass: Fraction | None = None) -> Number | None:
    """A number or interval in another unit, None where no exact conversion exists."""
    if isinstance(number, Fraction):
        return convert(number, source, target, molar_mass=molar_mass)
    if convert(Fraction(0), source, target, molar_mass=molar_mass) is None:
        return None
    low = None if number.low is None else convert(number.low, source, target, molar_mass=molar_mass)
    high = None if number.high is None else convert(number.high, source, target, molar_mass=molar_mass)
    return Interval(low, high, number.low_open, number.high_open)


def decimal_text(number: Fraction, places: int = 10) -> str:
    """A number as a decimal: exact where it ends, else rounded half up to `places` decimals.

    Beyond a thousand digits, which no measurement has, only the order of magnitude is given.
    """
    size = number.numerator.bit_length() - number.denominator.bit_length()
    if size > _MOST_BITS:
        return f"{'-' if number < 0 else ''}10^{(size * 30103 + 50000) // 100000}"
    exact_places = _places(number.denominator)
    if exact_places is None or exact_places > 40:
        number, exact_places = rounded(number, places), places
    digits = abs(number.numerator) * 10**exact_places // number.denominator
    whole, part = divmod(digits, 10**exact_places)
    text = f"{whole}.{part:0{exact_places}d}".rstrip("0").rstrip(".") if exact_places else str(whole)
    return f"-{text}" if number < 0 and text != "0" else text


def rounded(number: Fraction, places: int) -> Fraction:
    """Rounded half up (away from zero), as printed values are."""
    scaled = abs(number) * Fraction(10) ** places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return (-1 if number < 0 else 1) * Fraction(whole) / Fraction(10) ** places


def number_text(number: Number) -> str:
    """A number as a decimal, an interval as `<20`, `>20` or `[1, 2]`."""
    if isinstance(number, Fraction):
        return decimal_text(number)
    low = None if number.low is None else decimal_text(number.low)
    high = None if number.high is None else decimal_text(number.high)
    if low is None and high is not None:
        return f"{'<' if number.high_open else '<='}{high}"
    if high is None and low is not None:
        return f"{'>' if number.low_open else '>='}{low}"
    return f"{'(' if number.low_open else '['}{low}, {high}{')' if number.high_open else ']'}"


def _places(denominator: int) -> int | None:
    """How many decimals a fraction with this denominator needs, None where it never ends."""
    twos = fives = 0
    while denominator % 2 == 0:
        denominator, twos = denominator // 2, twos + 1
    while denominator % 5 == 0:
        denominator, fives = denominator // 5, fives + 1
    return max(twos, fives) if denominator == 1 else None


def unit_scale(source: str, target: str) -> Fraction | None:
    """The factor from one unit to another where the conversion is a factor alone, None where it is not."""
    origin, goal = unit(source), unit(target)
    if origin.offset or goal.offset or origin.shape != goal.shape:
        return None
    return origin.factor / goal.factor
