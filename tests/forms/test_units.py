"""Units: exact factors, dimensions, refusals with hints, and agreement with an independent implementation."""

from contextlib import suppress
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ucumvert import PintUcumRegistry

from forms.units import UnitFault, convert, same_dimension, unit

CONVERSIONS = [
    ("1", "mg/dL", "g/L", "0.01"),
    ("50000", "/uL", "10*9/L", "50"),
    ("37", "Cel", "[degF]", "98.6"),
    ("100.4", "[degF]", "Cel", "38"),
    ("1", "[lb_av]", "kg", "0.45359237"),
    ("1", "[in_i]", "cm", "2.54"),
    ("1", "ukat/L", "U/L", "60"),
    ("2", "g/(24.h)", "g/d", "2"),
    ("1", "kPa", "Pa", "1000"),
    ("30", "%", "L/L", "0.3"),
    ("1", "a", "d", "365.25"),
    ("1", "10*3/uL", "10*9/L", "1"),
    ("5", "mm/h", "mm/h", "5"),
    ("1", "k[IU]/L", "[IU]/mL", "1"),
]


@pytest.mark.parametrize(("value", "source", "target", "result"), CONVERSIONS)
def test_a_conversion_is_exact(value: str, source: str, target: str, result: str) -> None:
    assert convert(Fraction(value), source, target) == Fraction(result)
    assert convert(Fraction(result), target, source) == Fraction(value)


MOLAR = [
    ("5.5", "mmol/L", "mg/dL", "180.156", "99.0858"),
    ("99.0858", "mg/dL", "mmol/L", "180.156", "5.5"),
    ("113.12", "mg/dL", "umol/L", "113.12", "10000"),
]


@pytest.mark.parametrize(("value", "source", "target", "mass", "result"), MOLAR)
def test_a_molar_mass_bridges_mass_and_substance(value: str, source: str, target: str, mass: str, result: str) -> None:
    assert convert(Fraction(value), source, target, molar_mass=Fraction(mass)) == Fraction(result)


NO_FACTOR = [
    ("mg/dL", "umol/L"),
    ("mL/min", "mL/min/{1.73_m2}"),
    ("mg/g", "mg/g{creat}"),
    ("mg/dL{N}", "mg/dL{urea}"),
    ("U/L", "[IU]/L"),
    ("meq/L", "mmol/L"),
    ("mmol/L", "10*9/L"),
    ("/[HPF]", "/uL"),
    ("[pH]", "1"),
    ("{#}", "1"),
]


@pytest.mark.parametrize(("source", "target"), NO_FACTOR)
def test_there_is_no_conversion_without_a_factor(source: str, target: str) -> None:
    assert convert(Fraction(1), source, target) is None
    assert not same_dimension(source, target)


def test_a_molar_mass_does_not_make_up_for_other_differences() -> None:
    assert convert(Fraction(1), "mg/dL", "U/L", molar_mass=Fraction(100)) is None
    assert convert(Fraction(1), "mg/dL{urea}", "mmol/L", molar_mass=Fraction(60)) is None


WRONG = [
    ("1.73", "{1.73_m2}"),
    ("mL/min/1.73m2", "'mL/min/{1.73_m2}'"),
    ("mL/min/1.73_m2", "'mL/min/{1.73_m2}'"),
    ("IU/mL", "'[IU]/mL'"),
    ("µg/L", "'ug/L'"),
    ("mcg", "'ug'"),
    ("g/24h", "'g/(24.h)'"),
    ("mmHg", "'mm[Hg]'"),
    ("°C", "'Cel'"),
    ("x10^9/L", "'10^9/L'"),
    ("lb", "'[lb_av]'"),
    ("cells/uL", "'{cells}/uL'"),
    ("mg / dL", "'mg/dL'"),
]


@pytest.mark.parametrize(("code", "hint"), WRONG)
def test_a_usual_misspelling_gets_the_right_code_as_a_hint(code: str, hint: str) -> None:
    with pytest.raises(UnitFault) as refused:
        unit(code)
    assert hint in (refused.value.hint or "")


@pytest.mark.parametrize(
    "code", ["", "/", "//", "m-", "mg/", "(m", "m)", "{", "kdegF", "foo", "m99999", "Cel/min", "Cel2", "m.", "0", "k"]
)
def test_what_is_no_unit_is_refused(code: str) -> None:
    with pytest.raises(UnitFault):
        unit(code)


@given(st.text(max_size=100))
def test_any_text_is_a_unit_or_a_unit_fault(code: str) -> None:
    with suppress(UnitFault):
        assert unit(code).factor > 0


def test_products_and_quotients_have_derived_dimensions() -> None:
    ratio = unit("g/L").over(unit("L/L"))
    assert ratio.shape == unit("g/L").shape
    assert unit(ratio.code).factor == ratio.factor
    assert unit("mg/L").times(unit("mL")).shape == unit("g").shape


FAMILIES = [
    ["mg/dL", "g/L", "ug/mL", "ng/dL", "mg/L", "g/dL", "ug/L", "kg/m3"],
    ["umol/L", "mmol/L", "nmol/L", "mol/m3", "pmol/mL"],
    ["10*9/L", "/uL", "10*3/uL", "10*6/mL", "10*12/L", "/L"],
    ["U/L", "ukat/L", "nkat/mL", "kU/L"],
    ["Cel", "[degF]", "K"],
    ["mm[Hg]", "kPa", "Pa", "bar", "cm[H2O]"],
    ["kg", "g", "[lb_av]", "[oz_av]", "mg", "ug"],
    ["cm", "m", "[in_i]", "[ft_i]", "mm"],
    ["g/d", "mg/min", "mg/h", "kg/wk"],  # the other implementation loses the 24 of g/(24.h)
    ["d", "h", "min", "s", "wk", "a", "mo"],
    ["mL/min", "L/h", "mL/s"],
    ["J", "kcal", "cal", "kJ"],
    ["%", "1", "10*-2", "L/L", "[ppm]"],
    ["kg/m2", "g/cm2"],
    ["mm/h", "m/s"],
    ["mV", "V"],
    ["GBq", "mCi"],
]


@pytest.fixture(scope="module")
def oracle() -> PintUcumRegistry:
    return PintUcumRegistry()


@pytest.mark.parametrize("codes", FAMILIES, ids=lambda codes: codes[0])
def test_conversions_agree_with_ucumvert(codes: list[str], oracle: PintUcumRegistry) -> None:
    for source, target in permutations(codes, 2):
        ours = convert(Fraction(7, 2), source, target)
        theirs = oracle.Quantity(3.5, oracle.from_ucum(source)).to(oracle.from_ucum(target)).magnitude
        assert ours is not None
        # UCUM has 133.3220 kPa for a metre of mercury, the other implementation's registry more decimals
        assert float(ours) == pytest.approx(theirs, rel=5e-6 if "mm[Hg]" in (source, target) else 1e-9), (
            source,
            target,
        )
