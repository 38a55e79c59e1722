"""The geometry of a finding's number line: where the normal band, the limits, the boundary and the value lie.

Plain numbers for SVG attributes, in a picture 430 units wide; the style sheet paints it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from ecrf.web.presenting.catalogue import gettext
from ecrf.web.presenting.signs import amount, fixed, number_sign

WIDTH, LEFT, RIGHT = 430, 2, 330
_LETTER = 6.4
_GAP = 12
_AIR = Fraction(108, 100)


@dataclass(frozen=True)
class Tick:
    """One mark on the line and its text, whose middle stands at `text_x`."""

    x: float
    text_x: float
    text: str
    is_boundary: bool = False


@dataclass(frozen=True)
class Ruler:
    """A number line: `label` says it all in words; `side` is where the value's text stands, s(tart) or e(nd)."""

    label: str
    ticks: tuple[Tick, ...]
    boundary: float
    point: float
    value: str
    value_x: float
    side: str
    band: tuple[float, float] | None = None


@dataclass(frozen=True)
class _Scale:
    top: Fraction

    def place(self, at: Fraction) -> float:
        return round(LEFT + float(at / self.top) * (RIGHT - LEFT), 1)


def ruler_for(comparison: Mapping[str, Any], limit: Mapping[str, Any] | None, unit: str) -> Ruler | None:
    """The line for one numeric comparison; None where a line from zero upward would not show it."""
    value, boundary = Fraction(comparison["left"]), Fraction(comparison["right"])
    limits, factor = _limits(limit), (limit or {}).get("factor")
    if min(value, boundary) < 0 or max(value, boundary) == 0:
        return None
    scale = _Scale(max(value, boundary, limits.high or value) * _AIR)
    point, text = scale.place(value), _value_text(comparison["left"], value, limit, limits.high)
    fits = point + 12 + len(text) * _LETTER <= WIDTH
    return Ruler(
        _in_words(comparison, limits, unit), _ticks(comparison["right"], limits, factor, scale),
        scale.place(boundary), point, text, round(point + 12 if fits else point - 12, 1), "s" if fits else "e",
        _band(limits, scale),
    )  # fmt: skip


class _Limits(NamedTuple):
    """The limits of the range row in the unit of the comparison, exact and as they stand in the row."""

    low: Fraction | None = None
    high: Fraction | None = None
    low_text: str = ""
    high_text: str = ""


def _limits(limit: Mapping[str, Any] | None) -> _Limits:
    row = limit["range"] if limit else None
    if not limit or not row or row["unit"] != limit["compared_unit"]:
        return _Limits()
    low, high = ((Fraction(row[side]) if row[side] else None) for side in ("low", "high"))
    return _Limits(low, high, row["low"] or "", row["high"] or "")


def _value_text(text: str, value: Fraction, limit: Mapping[str, Any] | None, high: Fraction | None) -> str:
    if limit and high and limit["which"] == "uln":
        return f"{number_sign(text)} = {fixed(value / high, 2)}×"
    return number_sign(text)


def _ticks(boundary_text: str, limits: _Limits, factor: str | None, scale: _Scale) -> tuple[Tick, ...]:
    """The boundary, the limits and zero, most important first; one that would overlap gives way."""
    boundary = Fraction(boundary_text)
    wanted = [_tick(boundary, f"{boundary_text} = {factor}×" if factor else boundary_text, scale, is_boundary=True)]
    if limits.high is not None and limits.high != boundary:
        wanted.append(_tick(limits.high, gettext("%(value)s = ULN", value=limits.high_text), scale))
    if limits.low is not None and limits.low != boundary:
        wanted.append(_tick(limits.low, gettext("%(value)s = LLN", value=limits.low_text), scale))
    kept: list[Tick] = []
    for tick in (*wanted, _tick(Fraction(0), "0", scale)):
        if all(_is_clear(tick, other) for other in kept):
            kept.append(tick)
    return tuple(sorted(kept, key=lambda tick: tick.x))


def _tick(at: Fraction, text: str, scale: _Scale, *, is_boundary: bool = False) -> Tick:
    x, half = scale.place(at), len(text) * _LETTER / 2
    return Tick(x, round(min(max(x, half), WIDTH - half), 1), text, is_boundary)


def _is_clear(tick: Tick, other: Tick) -> bool:
    return abs(tick.text_x - other.text_x) >= (len(tick.text) + len(other.text)) * _LETTER / 2 + _GAP


def _band(limits: _Limits, scale: _Scale) -> tuple[float, float] | None:
    if limits.low is None and limits.high is None:
        return None
    start = scale.place(limits.low or Fraction(0))
    return start, round(scale.place(scale.top if limits.high is None else limits.high) - start, 1)


def _in_words(comparison: Mapping[str, Any], limits: _Limits, unit: str) -> str:
    value, boundary = amount(comparison["left"], unit), amount(comparison["right"], unit)
    if limits.high is None:
        return gettext("Number line: boundary %(boundary)s, value %(value)s", boundary=boundary, value=value)
    upper = amount(limits.high_text, unit)
    return gettext("Number line: upper limit %(upper)s, boundary %(boundary)s, value %(value)s",
                   upper=upper, boundary=boundary, value=value)  # fmt: skip
