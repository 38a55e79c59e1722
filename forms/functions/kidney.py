"""Glomerular filtration from serum creatinine. Powers are taken to 40 digits and the result kept to 10 decimals, so
that every machine gives the same number."""

from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from typing import NamedTuple

from forms.functions.catalogue import NUMBERS, TEXTS, Argument, Function
from forms.kinds import Kind

_CONTEXT = Context(prec=40, rounding=ROUND_HALF_EVEN)
_KEPT = Decimal("1e-10")
_UMOL_PER_MG_DL = Fraction("88.42")
_ARGUMENTS = (Argument("creatinine", NUMBERS, "umol/L"), Argument("sex", TEXTS), Argument("age", NUMBERS, "a"))
_PER_AREA = "mL/min/{1.73_m2}"


class _Equation(NamedTuple):
    """Constants of one equation; pairs are (female, male)."""

    scale: str
    low_exponents: tuple[str, str]
    high_exponent: str
    yearly: str
    female: str


_EPI_2021 = _Equation("142", ("-0.241", "-0.302"), "-1.200", "0.9938", "1.012")
_EPI_2009 = _Equation("141", ("-0.329", "-0.411"), "-1.209", "0.993", "1.018")


def ckd_epi_2021(creatinine: Fraction, sex: str, age: Fraction) -> Fraction | None:
    """CKD-EPI 2021 in mL/min/1.73 m2; creatinine in umol/L, sex F or M, age in years from 18."""
    return _filtration(_EPI_2021, creatinine, sex, age)


def ckd_epi_2009(creatinine: Fraction, sex: str, age: Fraction) -> Fraction | None:
    """CKD-EPI 2009 in mL/min/1.73 m2, without its term for race; arguments as for 2021."""
    return _filtration(_EPI_2009, creatinine, sex, age)


def _filtration(equation: _Equation, creatinine: Fraction, sex: str, age: Fraction) -> Fraction | None:
    """scale × min(Scr/k, 1)^a × max(Scr/k, 1)^b × yearly^age × factor, with Scr in mg/dL."""
    if sex not in ("F", "M") or not 18 <= age <= 150 or not 0 < creatinine < 100000:
        return None
    male = sex == "M"
    ratio = _decimal(creatinine / _UMOL_PER_MG_DL / Fraction("0.9" if male else "0.7"))
    exponent = equation.low_exponents[male] if ratio < 1 else equation.high_exponent
    result = _CONTEXT.multiply(Decimal(equation.scale), _CONTEXT.power(ratio, Decimal(exponent)))
    result = _CONTEXT.multiply(result, _CONTEXT.power(Decimal(equation.yearly), _decimal(age)))
    if not male:
        result = _CONTEXT.multiply(result, Decimal(equation.female))
    return Fraction(result.quantize(_KEPT, context=_CONTEXT))


def _decimal(number: Fraction) -> Decimal:
    return _CONTEXT.divide(Decimal(number.numerator), Decimal(number.denominator))


def _call(name: str, creatinine: str, sex: str, years: int) -> str:
    return f"round({name}({creatinine} 'umol/L', '{sex}', {years} 'a'), 2)"


FUNCTIONS = (
    Function(
        "ckd_epi_2021",
        _ARGUMENTS,
        Kind.NUMBER,
        ckd_epi_2021,
        "glomerular filtration by CKD-EPI 2021 (creatinine, sex F or M, age from 18 years)",
        "Inker LA et al., N Engl J Med 2021;385:1737-49; worked values of the BEAM specification, DV.EGFR21",
        (
            (_call("ckd_epi_2021", "61.894", "F", 28), "120.74"),
            (_call("ckd_epi_2021", "50", "F", 28), "127.11"),
            (_call("ckd_epi_2021", "88.42", "M", 50), "91.69"),
            (_call("ckd_epi_2021", "79.578", "M", 50), "104.05"),
            (_call("ckd_epi_2021", "500", "M", 60), "10.77"),
            (_call("ckd_epi_2021", "79.578", "F", 55), "75.5"),
            (_call("ckd_epi_2021", "80", "F", 17), None),
        ),
        unit=_PER_AREA,
    ),
    Function(
        "ckd_epi_2009",
        _ARGUMENTS,
        Kind.NUMBER,
        ckd_epi_2009,
        "glomerular filtration by CKD-EPI 2009, without its term for race",
        "Levey AS et al., Ann Intern Med 2009;150:604-12; worked values of the BEAM specification, DV.EGFR09",
        (
            (_call("ckd_epi_2009", "61.894", "F", 28), "117.91"),
            (_call("ckd_epi_2009", "88.42", "M", 50), "87.37"),
            (_call("ckd_epi_2009", "265.26", "F", 28), "20.3"),
            (_call("ckd_epi_2009", "265.26", "M", 45), "23.98"),
            (_call("ckd_epi_2009", "500", "M", 60), "10.03"),
        ),
        unit=_PER_AREA,
    ),
)
