"""What a unit code may be made of: signs, parentheses, exponents, annotations, and how much of each."""

from fractions import Fraction

import pytest

from forms.units import Unit, UnitFault, convert, same_dimension, unit

ALIKE = [
    ("/h", "1/h"), ("/h.m2", "m2/h"), ("/h/m2", "1/(h.m2)"), ("(/h)", "1/h"), ("m/(/h)", "m.h"), ("(m)", "m"),
    ("((m))", "m"),
    ("m.(s.h)", "m.s.h"), ("m/(s/h)", "m.h/s"), ("m/s.h", "h.m/s"), ("m2", "m.m"), ("m-1", "/m"), ("m+2", "m2"),
    ("10*3", "1000"), ("10*-3", "1/1000"), ("2.m", "m.2"), ("dag", "10.g"), ("da[IU]", "10.[IU]"), ("cd", "cd"),
    ("min", "60.s"),
    ("m30/m29", "m"), ("m.{a}", "m{a}"), ("{a}.m{a}", "m{a}.{a}"), ("m/{a}", "m.(1/{a})"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "other"), ALIKE)
def test_two_ways_of_writing_a_unit_mean_the_same(code: str, other: str) -> None:
    a, b = unit(code), unit(other)
    assert (a.factor, a.shape, a.offset) == (b.factor, b.shape, b.offset)


REFUSED = [
    "m{", "m}", "m[", "[m", "m]", "{a}}", "{{a}}", "{a", "m m", " m", "m ", "{a b}", "mg{x y}", "{a\x07}",
    "mg{\u200b}", "m\n",
    "m(s)", "m(s", "(m)(s)", "(m)s", "(m)2", "m{a}{b}", "{a}m", "{a}{b}", "()", "m.()", "(m", "m)", "((m)", "m//s",
    "m..s", "m./s", "./m",
    "/Cel", "Cel{x}", "Cel.m", "m.Cel", "m/[degF]", "(Cel)", "Cel2", "Cel1", "Cel-1", "m31", "m-31", "m0", "m-0",
    "m1000", "m+",
    "00", "-1", "+1", "12345678901", "kmin", "kkg", "xg", "m2m", "2m", "²m", "m²", "mlx",
]  # fmt: skip


@pytest.mark.parametrize("code", REFUSED)
def test_what_the_syntax_does_not_know_is_refused(code: str) -> None:
    with pytest.raises(UnitFault):
        unit(code)


def test_a_code_has_at_most_eighty_characters_eight_parentheses_and_the_thirtieth_power() -> None:
    assert unit("{" + "x" * 78 + "}").annotations == (("x" * 78, 1),)
    assert unit("(" * 8 + "m" + ")" * 8).shape == unit("m").shape
    assert unit("m30").dimension == (("m", 30),)
    assert unit("m-30").dimension == (("m", -30),)
    assert unit("9999999999").factor == 9999999999
    for code in ("{" + "x" * 79 + "}", "(" * 9 + "m" + ")" * 9):
        with pytest.raises(UnitFault) as refused:
            unit(code)
        assert "too" in refused.value.message


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("mL/2.5", None),
        ("1.73", "write '{1.73_m2}'"),
        ("mL/min/1.73m2", "write 'mL/min/{1.73_m2}'"),
        ("mL/min/1.73 m2", "write 'mL/min/{1.73_m2}'"),
        ("mL/min/1.73_m2", "write 'mL/min/{1.73_m2}'"),
        ("parsec", None),
        ("parsec/hour", None),
        ("mg/hour", "write 'mg/h'"),
        ("uIU/mL", "write 'u[IU]/mL'"),
        ("µIU/mL", "write 'u[IU]/mL'"),
        ("mIU/L", "write 'm[IU]/L'"),
        ("kIU/L", "write 'k[IU]/L'"),
        ("mg / 24h", "write 'mg/(24.h)'"),
        ("Cel/m", "use K for differences"),
    ],
)
def test_a_hint_is_a_unit_or_there_is_none(code: str, hint: str | None) -> None:
    with pytest.raises(UnitFault) as refused:
        unit(code)
    assert refused.value.hint == hint


def test_annotations_count_in_products_and_quotients() -> None:
    assert unit("m{a}/s{b}").annotations == (("a", 1), ("b", -1))
    assert unit("m{a}.s{a}").annotations == (("a", 2),)
    assert unit("m{a}/s{a}").annotations == ()
    assert unit("(m{a})/s").annotations == (("a", 1),)
    assert not same_dimension("m{a}", "m")
    assert same_dimension("m{a}.s", "s.m{a}")


def test_a_product_of_units_is_written_so_that_it_reads_the_same() -> None:
    for left in ("m", "m/s", "m.s", "/s", "(m/s)"):
        for right in ("g", "g/L", "g.L", "/L"):
            for made in (unit(left).times(unit(right)), unit(left).over(unit(right))):
                again = unit(made.code)
                assert (again.factor, again.shape) == (made.factor, made.shape)
    assert unit("m").times(unit("s")).code == "m.s"
    assert unit("m").over(unit("m/s")).code == "m/(m/s)"


MASS = Fraction(100)
BRIDGED = [
    ("1", "mg/dL", "umol/L", "100"), ("100", "umol/L", "mg/dL", "1"), ("1", "g", "mol", "0.01"),
    ("1", "mol", "g", "100"),
    ("1", "g2", "mol2", None), ("1", "mg/mol", "1", "0.00001"), ("1", "mol/g", "1", "100"),
    ("1", "mg/dL", "U/L", None),
    ("1", "mg/dL{a}", "umol/L", None), ("1", "mg/dL{a}", "umol/L{a}", "100"), ("1", "m", "s", None),
]  # fmt: skip


@pytest.mark.parametrize(("value", "source", "target", "result"), BRIDGED)
def test_a_molar_mass_bridges_one_power_of_mass_and_substance(
    value: str, source: str, target: str, result: str | None
) -> None:
    expected = None if result is None else Fraction(result)
    assert convert(Fraction(value), source, target, molar_mass=MASS) == expected
    if source.count("g") and result is not None:
        assert convert(Fraction(value), source, target) is None


def test_scales_are_converted_with_their_offsets() -> None:
    assert convert(Fraction(0), "Cel", "K") == Fraction("273.15")
    assert convert(Fraction(0), "K", "[degF]") == Fraction("-459.67")
    assert convert(Fraction(-40), "Cel", "[degF]") == -40
    assert unit("K") == Unit("K", Fraction(1), (("K", 1),))
