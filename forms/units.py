"""UCUM codes as exact fractions with dimension and annotations, and conversion between them; never a guess."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from forms.ucum import ATOMS, MISSPELT, PREFIXES, Atom

Powers = tuple[tuple[str, int], ...]

_TOKEN = re.compile(r"(?P<annotation>\{[^{}]*\})|(?P<mark>[./()])|(?P<word>(?:\[[^\[\]{}]*\]|[^./(){}\[\]])+)")
_EXPONENT = re.compile(r"(?P<atom>.*?[^0-9+-])(?P<power>[+-]?[0-9]{1,3})?", re.ASCII)
_BARE_DECIMAL = re.compile(r"[0-9]\.[0-9]")
_WORD = re.compile(r"\{[^{}]*\}|\[[^\[\]]*\]|[µμ]|[A-Za-z°℃×]+(?:[0-9]*[*^])?|24hr?|.")
_LONGEST, _DEEPEST, _LARGEST_POWER = 80, 8, 30


class UnitFault(ValueError):
    """A code that is no unit; `hint` names the code that was probably meant."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


@dataclass(frozen=True)
class Unit:
    """A unit: value × factor is in base units; a temperature scale first adds `offset`."""

    code: str
    factor: Fraction
    dimension: Powers = ()
    annotations: Powers = ()
    offset: Fraction = Fraction(0)

    @property
    def shape(self) -> tuple[Powers, Powers]:
        """What two units must share to be converted into each other."""
        return self.dimension, self.annotations

    def times(self, other: "Unit") -> "Unit":
        """The unit of a product."""
        return _combined(f"{self.code}.{_wrapped(other.code)}", self, other, 1)

    def over(self, other: "Unit") -> "Unit":
        """The unit of a quotient."""
        return _combined(f"{self.code}/{_wrapped(other.code)}", self, other, -1)


@lru_cache(maxsize=4096)
def unit(code: str) -> Unit:
    """The unit a UCUM code names; raises UnitFault with a hint where it names none."""
    if len(code) > _LONGEST:
        raise UnitFault(f"a unit code of {len(code)} characters is too long")
    if _BARE_DECIMAL.search(re.sub(r"\{[^{}]*\}", "", code)):
        hint = re.sub(r"1\.73\s*_?m2?\b|1\.73", "{1.73_m2}", code) if "1.73" in code else None
        raise UnitFault(f"'{code}' holds a decimal, which UCUM reads as a product", hint and f"write '{hint}'")
    tokens = _tokens(code)
    found, rest = _term(code, tokens, 0)
    if rest != len(tokens):
        raise _fault(code)
    return Unit(code, found.factor, found.dimension, found.annotations, found.offset)


def same_dimension(a: str, b: str) -> bool:
    """Whether values in the two units can be compared: equal dimensions and equal annotations."""
    return unit(a).shape == unit(b).shape


def convert(value: Fraction, source: str, target: str, *, molar_mass: Fraction | None = None) -> Fraction | None:
    """The value in another unit, exactly; None where there is no factor.

    `molar_mass` (g/mol, of the analyte) bridges mass and amount of substance.
    """
    origin, goal = unit(source), unit(target)
    bridge = _bridge(origin, goal, molar_mass)
    if bridge is None:
        return None
    return (value + origin.offset) * origin.factor * bridge / goal.factor - goal.offset


def _bridge(origin: Unit, goal: Unit, molar_mass: Fraction | None) -> Fraction | None:
    """1 for equal dimensions, the molar mass or its inverse between mass and substance, None for anything else."""
    if origin.shape == goal.shape:
        return Fraction(1)
    if not molar_mass or origin.annotations != goal.annotations:
        return None
    for power, factor in ((1, molar_mass), (-1, 1 / molar_mass)):
        if _merged(origin.dimension, (("g", -power), ("mol", power)), 1) == goal.dimension:
            return 1 / factor
    return None


def _tokens(code: str) -> list[str]:
    found = [token.group() for token in _TOKEN.finditer(code)]
    if not found or "".join(found) != code or not code.isprintable() or " " in code:
        raise _fault(code)
    return found


def _term(code: str, tokens: list[str], at: int, depth: int = 0) -> tuple[Unit, int]:
    """A term up to its end or closing parenthesis: components joined by `.` and `/`, from left to right."""
    if depth > _DEEPEST:
        raise UnitFault(f"'{code}' is nested too deeply")
    total, sign = Unit("", Fraction(1)), 1
    if tokens[at : at + 1] == ["/"]:
        sign, at = -1, at + 1
    while True:
        part, at = _component(code, tokens, at, depth)
        if (part.offset or total.offset) and len(tokens) > 1:
            raise UnitFault(f"'{code}' uses a temperature scale inside a larger unit", "use K for differences")
        total = _combined(code, total, part, sign)
        if at == len(tokens) or tokens[at] == ")":
            return total, at
        if tokens[at] not in "./":
            raise _fault(code)
        sign, at = (1 if tokens[at] == "." else -1), at + 1


def _component(code: str, tokens: list[str], at: int, depth: int) -> tuple[Unit, int]:
    """A parenthesis, an annotation, or a simple unit with its exponent and annotation."""
    token = tokens[at] if at < len(tokens) else ""
    if token == "(":
        inner, at = _term(code, tokens, at + 1, depth + 1)
        if tokens[at : at + 1] != [")"]:
            raise _fault(code)
        return inner, at + 1
    if token.startswith("{"):
        return _annotated(Unit("", Fraction(1)), token), at + 1
    if token in ("", ".", "/", ")"):
        raise _fault(code)
    simple = _simple(code, token)
    if at + 1 < len(tokens) and tokens[at + 1].startswith("{"):
        return _annotated(simple, tokens[at + 1]), at + 2
    return simple, at + 1


def _simple(code: str, word: str) -> Unit:
    if word.isascii() and word.isdigit() and len(word) <= 10 and int(word) > 0:
        return Unit("", Fraction(int(word)))
    parts = _EXPONENT.fullmatch(word)
    atom = _atom(parts["atom"]) if parts else None
    if parts is None or atom is None:
        raise _fault(code)
    power = int(parts["power"] or 1)
    if abs(power) > _LARGEST_POWER or power == 0 or (atom.offset and parts["power"]):
        raise UnitFault(f"'{code}' has an exponent that no unit has")
    return Unit("", atom.factor**power, tuple((name, each * power) for name, each in atom.dimension), (), atom.offset)


def _atom(word: str) -> Atom | None:
    """An atom, with or without a prefix."""
    if word in ATOMS:
        return ATOMS[word]
    for length in (1, 2):
        prefix, rest = PREFIXES.get(word[:length]), ATOMS.get(word[length:])
        if prefix is not None and rest is not None and rest.metric:
            return rest._replace(factor=rest.factor * prefix)
    return None


def _annotated(of: Unit, annotation: str) -> Unit:
    return Unit("", of.factor, of.dimension, _merged(of.annotations, ((annotation[1:-1], 1),), 1), of.offset)


def _combined(code: str, left: Unit, right: Unit, sign: int) -> Unit:
    dimension = _merged(left.dimension, right.dimension, sign)
    annotations = _merged(left.annotations, right.annotations, sign)
    factor = left.factor * right.factor if sign > 0 else left.factor / right.factor
    return Unit(code, factor, dimension, annotations, left.offset + right.offset)


def _merged(left: Iterable[tuple[str, int]], right: Iterable[tuple[str, int]], sign: int) -> Powers:
    powers = dict(left)
    for name, power in right:
        powers[name] = powers.get(name, 0) + sign * power
    return tuple(sorted((name, power) for name, power in powers.items() if power))


def _wrapped(code: str) -> str:
    return f"({code})" if "/" in code or "." in code else code


def _fault(code: str) -> UnitFault:
    """A fault that offers the code which a usual misspelling stands for."""
    better = "".join(MISSPELT.get(word, word) for word in _WORD.findall(code.replace(" ", "")))
    try:
        known = better != code and bool(unit(better))
    except UnitFault:
        known = False
    return UnitFault(f"'{code}' is not a UCUM unit", f"write '{better}'" if known else None)
