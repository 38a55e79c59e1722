"""Functions on doses."""

from fractions import Fraction
from math import ceil

from forms.functions.catalogue import NUMBERS, Argument, Function
from forms.kinds import Kind
from forms.quantities import decimal_text

_LARGE, _SMALL = 400, 120
_MOST = 20000


def belimumab_vials(dose: Fraction) -> str | None:
    """The vials of 400 mg and 120 mg with the least waste for a dose in mg, then the fewest of them. Advisory."""
    if not 0 < dose <= _MOST:
        return None
    choices = [
        (large, ceil(max(dose - large * _LARGE, Fraction(0)) / _SMALL)) for large in range(ceil(dose / _LARGE) + 1)
    ]
    large, small = min(choices, key=lambda choice: (_total(choice), sum(choice)))
    named = [f"{count} x {size}" for count, size in ((large, _LARGE), (small, _SMALL)) if count]
    total = _total((large, small))
    return f"{' + '.join(named)} ({total} mg, waste {decimal_text(total - dose)})"


def _total(choice: tuple[int, int]) -> int:
    return choice[0] * _LARGE + choice[1] * _SMALL


FUNCTIONS = (
    Function(
        "belimumab_vials",
        (Argument("dose", NUMBERS, "mg"),),
        Kind.TEXT,
        belimumab_vials,
        "the vials of 400 mg and 120 mg with the least waste, then the fewest",
        "BEAM specification, DV.BELVIALS",
        (
            ("belimumab_vials(520 'mg')", "1 x 400 + 1 x 120 (520 mg, waste 0)"),
            ("belimumab_vials(450 'mg')", "4 x 120 (480 mg, waste 30)"),
        ),
    ),
)
