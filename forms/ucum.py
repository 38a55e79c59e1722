"""The UCUM units of clinical trials as data: each atom's exact factor and dimension, prefixes, and usual misspellings.

Source: The Unified Code for Units of Measure 2.2 (ucum.org), with these deliberate departures, each on the safe side:
amount of substance (`mol`), equivalents, osmoles, `[pH]`, fields of view and arbitrary units are dimensions of their
own, so that nothing is converted into a count by accident.
"""

from fractions import Fraction
from typing import NamedTuple


class Atom(NamedTuple):
    """One unit: its size in base units, its dimension, whether it takes prefixes, and the offset of a scale."""

    factor: Fraction
    dimension: tuple[tuple[str, int], ...]
    metric: bool = False
    offset: Fraction = Fraction(0)


def _atom(factor: str, dimension: str = "", metric: bool = False, offset: str = "0") -> Atom:
    """An atom from short text: dimension `m3 s-1` is length cubed per time."""
    powers = []
    for word in dimension.split():
        name = word.rstrip("-0123456789")
        powers.append((name, int(word[len(name) :] or 1)))
    return Atom(Fraction(factor), tuple(sorted(powers)), metric, Fraction(offset))


PREFIXES = {
    name: Fraction(10) ** power
    for name, power in {
        "Y": 24, "Z": 21, "E": 18, "P": 15, "T": 12, "G": 9, "M": 6, "k": 3, "h": 2, "da": 1, "d": -1, "c": -2,
        "m": -3, "u": -6, "n": -9, "p": -12, "f": -15, "a": -18, "z": -21, "y": -24,
    }.items()
}  # fmt: skip

_ARBITRARY = {
    code: _atom("1", name, metric)
    for code, name, metric in [
        ("[IU]", "IU", True), ("[iU]", "IU", True), ("[arb'U]", "arb'U", False), ("[AU]", "AU", False),
        ("[CFU]", "CFU", False), ("[PFU]", "PFU", False), ("[FFU]", "FFU", False), ("[GPL'U]", "GPL'U", False),
        ("[MPL'U]", "MPL'U", False), ("[APL'U]", "APL'U", False), ("[pH]", "pH", False), ("[HPF]", "HPF", False),
        ("[LPF]", "LPF", False), ("[drp]", "drp", False), ("eq", "eq", True), ("osm", "osm", True),
        ("deg", "deg", False),
    ]
}  # fmt: skip

ATOMS: dict[str, Atom] = {
    "m": _atom("1", "m", True),
    "g": _atom("1", "g", True),
    "s": _atom("1", "s", True),
    "K": _atom("1", "K", True),
    "mol": _atom("1", "mol", True),
    "C": _atom("1", "C", True),
    "cd": _atom("1", "cd", True),
    "rad": _atom("1", "rad", True),
    "min": _atom("60", "s"),
    "h": _atom("3600", "s"),
    "d": _atom("86400", "s"),
    "wk": _atom("604800", "s"),
    "mo": _atom("2629800", "s"),
    "a": _atom("31557600", "s"),
    "L": _atom("1/1000", "m3", True),
    "l": _atom("1/1000", "m3", True),
    "t": _atom("1000000", "g", True),
    "%": _atom("1/100"),
    "[ppth]": _atom("1/1000"),
    "[ppm]": _atom("1/1000000"),
    "[ppb]": _atom("1/1000000000"),
    "10*": _atom("10"),
    "10^": _atom("10"),
    "U": _atom("1/60000000", "mol s-1", True),
    "kat": _atom("1", "mol s-1", True),
    "Hz": _atom("1", "s-1", True),
    "N": _atom("1000", "g m s-2", True),
    "dyn": _atom("1/100", "g m s-2", True),
    "Pa": _atom("1000", "g m-1 s-2", True),
    "bar": _atom("100000000", "g m-1 s-2", True),
    "atm": _atom("101325000", "g m-1 s-2"),
    "m[Hg]": _atom("133322000", "g m-1 s-2", True),
    "m[H2O]": _atom("9806650", "g m-1 s-2", True),
    "J": _atom("1000", "g m2 s-2", True),
    "cal": _atom("4184", "g m2 s-2", True),
    "[Cal]": _atom("4184000", "g m2 s-2"),
    "W": _atom("1000", "g m2 s-3", True),
    "A": _atom("1", "C s-1", True),
    "V": _atom("1000", "g m2 s-2 C-1", True),
    "Ohm": _atom("1000", "g m2 s-1 C-2", True),
    "Bq": _atom("1", "s-1", True),
    "Ci": _atom("37000000000", "s-1", True),
    "Gy": _atom("1", "m2 s-2", True),
    "Sv": _atom("1", "m2 s-2", True),
    "[in_i]": _atom("0.0254", "m"),
    "[ft_i]": _atom("0.3048", "m"),
    "[lb_av]": _atom("453.59237", "g"),
    "[oz_av]": _atom("28.349523125", "g"),
    "Cel": _atom("1", "K", offset="273.15"),
    "[degF]": _atom("5/9", "K", offset="459.67"),
    **_ARBITRARY,
}

MISSPELT = {
    "IU": "[IU]", "iu": "[IU]", "uIU": "u[IU]", "mIU": "m[IU]", "kIU": "k[IU]",
    "µ": "u", "μ": "u", "mcg": "ug", "mcL": "uL", "mmHg": "mm[Hg]", "°C": "Cel", "℃": "Cel",
    "degC": "Cel", "°F": "[degF]", "degF": "[degF]", "lb": "[lb_av]", "lbs": "[lb_av]", "inch": "[in_i]",
    "in": "[in_i]", "ft": "[ft_i]", "oz": "[oz_av]", "hr": "h", "hrs": "h", "hour": "h", "hours": "h", "sec": "s",
    "mins": "min", "day": "d", "days": "d", "week": "wk", "weeks": "wk", "month": "mo", "months": "mo", "year": "a",
    "years": "a", "cc": "mL", "mEq": "meq", "mOsm": "mosm", "pH": "[pH]", "hpf": "[HPF]", "HPF": "[HPF]",
    "24h": "(24.h)", "24hr": "(24.h)", "x10*": "10*", "x10^": "10^", "×10^": "10^", "×10*": "10*", "cells": "{cells}",
    "copies": "{copies}", "gm": "g", "gr": "g", "Kg": "kg", "KG": "kg", "ML": "mL", "MG": "mg", "mMol": "mmol",
    "beats": "{beats}", "bpm": "/min", "ul": "uL", "INR": "{INR}", "score": "{score}",
}  # fmt: skip
