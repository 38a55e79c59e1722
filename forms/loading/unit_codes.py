"""Units in a package: UCUM codes that exist, and conversions that agree with what UCUM says where it says anything.

A declared `post_offset` is a relation between two methods of measurement (HbA1c in mmol/mol to %), which UCUM does not
know; it stands as it was declared.
"""

from fractions import Fraction

from forms.definitions import UnitChoice
from forms.loading.fields import Fields
from forms.loading.vocabulary import UNIT
from forms.units import UnitFault, convert, unit

_ROUNDING = Fraction(1, 10_000)


def check_unit(code: str, fields: Fields, key: str) -> bool:
    """Whether a text is a unit code of ours; a fault with the fix where it is not."""
    try:
        unit(code)
    except UnitFault as fault:
        fields.wrong(key, str(fault), getattr(fault, "hint", None))
        return False
    return True


def read_units(fields: Fields) -> tuple[UnitChoice, ...]:
    """The units an item may be entered in; the first is the canonical one, the others convert to it."""
    choices: list[UnitChoice] = []
    for position, node in enumerate(fields.entries("units"), 1):
        inner = Fields(node, f"{fields.path}/units/{position}", fields.report, fields.languages)
        inner.know(UNIT)
        code = inner.text("ucum") if inner.needs("ucum", "mg/dL") else None
        if code is None or not check_unit(code, inner, "ucum"):
            continue
        if any(choice.ucum == code for choice in choices):
            inner.wrong("ucum", f"the unit {code} is offered twice")
        canonical = choices[0].ucum if choices else code
        choices.append(_choice(code, canonical, inner))
    return tuple(choices)


def _choice(code: str, canonical: str, fields: Fields) -> UnitChoice:
    shown = fields.text("shown") or code
    declared, said = fields.ratio("factor"), _said_by_ucum(code, canonical)
    offset, post_offset = fields.number("offset") or Fraction(0), fields.number("post_offset") or Fraction(0)
    if declared is None and said is None:
        fields.wrong("factor", f"UCUM cannot convert {code} to {canonical}", "declare the factor, for example 88.42")
    if declared is None:
        factor, post_offset = said or (Fraction(1), Fraction(0))
        return UnitChoice(code, shown, factor, Fraction(0), post_offset)
    if declared <= 0:
        fields.wrong("factor", "a factor must be above zero")
    elif said is not None and not post_offset and not _agree((declared, offset * declared), said):
        hint = f"leave the factor out to convert by UCUM, which multiplies by {said[0]}"
        fields.wrong("factor", f"{code} to {canonical} contradicts UCUM", hint)
    return UnitChoice(code, shown, declared, offset, post_offset)


def _agree(declared: tuple[Fraction, Fraction], said: tuple[Fraction, Fraction]) -> bool:
    """Whether two conversions are the same but for the rounding of printed tables (kPa to mm[Hg] is 7.50062 there)."""
    return all(abs(ours - theirs) <= _ROUNDING * abs(theirs) for ours, theirs in zip(declared, said, strict=True))


def _said_by_ucum(code: str, canonical: str) -> tuple[Fraction, Fraction] | None:
    """The factor and what zero becomes, where UCUM converts by itself."""
    zero, one = convert(Fraction(0), code, canonical), convert(Fraction(1), code, canonical)
    return None if zero is None or one is None else (one - zero, zero)
