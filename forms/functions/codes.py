"""Functions on codes."""

from fractions import Fraction

from forms.functions.catalogue import TEXTS, Argument, Function
from forms.kinds import Kind
from forms.quantities import exact


def number(code: str) -> Fraction | None:
    """The number a code or text is written as, None where it is none."""
    return exact(code)


FUNCTIONS = (
    Function(
        "number",
        (Argument("code", TEXTS),),
        Kind.NUMBER,
        number,
        "the number a code is written as; missing where it is none",
        "scores coded '0' to '3', as in the NIH indices (BEAM specification, code list SC03)",
        (("number('3') + 2 * number('1')", "5"), ("number('1.50')", "1.5"), ("number('NA')", None)),
    ),
)
