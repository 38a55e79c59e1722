"""A comparison in the unit that was typed: the boundary moves over where the conversion is a plain factor."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ecrf.web.presenting.relations import BOUNDED, NUMBER
from forms.numerals import fraction_of

Document = Mapping[str, Any]


@dataclass(frozen=True)
class _Factor:
    """How what was typed became what was compared: typed × `by`, in `unit`."""

    by: Fraction
    unit: str

    def undone(self, text: str | None) -> str | None:
        """A compared number in the typed unit; None where it would not end."""
        number = fraction_of(text or "")
        return _ended(number / self.by) if number is not None else None


def as_typed(
    comparison: Document, limit: Document | None, operands: Mapping[str, Document]
) -> tuple[Document, Document | None]:
    """The comparison and its limit in the unit typed; as they are where nothing was converted by a plain factor."""
    operand = operands.get(comparison["left_text"])
    by = fraction_of((operand or {}).get("factor") or "")
    if operand is None or by is None or by in (0, 1) or operand["compared_unit"] != comparison["unit"]:
        return comparison, limit
    factor = _Factor(by, operand["unit"])
    left = f"{operand['comparator'] or ''}{operand['entered']}"
    right, moved = factor.undone(comparison["right"]), _moved(limit, comparison["unit"], factor)
    if right is None or (limit and moved is None) or not (NUMBER.fullmatch(left) or BOUNDED.fullmatch(left)):
        return comparison, limit
    return {**comparison, "left": left, "right": right, "unit": factor.unit}, moved


def _moved(limit: Document | None, unit: str, factor: _Factor) -> Document | None:
    """The limit with its range row in the typed unit."""
    if limit is None or limit["range"]["unit"] != unit:
        return None
    row, side = limit["range"], "high" if limit["which"] == "uln" else "low"
    bound = factor.undone(row[side])
    return None if bound is None else {**limit, "range": {**row, side: bound, "unit": factor.unit}}


def _ended(number: Fraction) -> str | None:
    """A number as a short decimal that ends."""
    for places in range(7):
        scaled = number * 10**places
        if scaled.denominator == 1:
            digits = f"{abs(scaled.numerator):0{places + 1}}"
            whole = f"{digits[:-places]}.{digits[-places:]}" if places else digits
            return f"-{whole}" if number < 0 else whole
    return None
