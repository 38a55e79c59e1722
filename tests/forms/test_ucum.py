"""Every unit and prefix of the table is what UCUM itself says, and its departures are those that it names."""

from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import ucumvert

from forms.ucum import ATOMS, PREFIXES
from forms.units import unit

SPACE = "{http://unitsofmeasure.org/ucum-essence}"
ESSENCE = ET.parse(Path(ucumvert.__file__).parent / "vendor/ucum-essence.xml")  # noqa: S314 - an installed file
PUBLISHED = {each.attrib["Code"]: each for each in ESSENCE.iter(f"{SPACE}unit")}
BASE = {each.attrib["Code"] for each in ESSENCE.iter(f"{SPACE}base-unit")}
OWN = {code for code, each in PUBLISHED.items() if each.get("isArbitrary") and code != "[IU]"} | {
    "mol", "eq", "osm", "[pH]", "[HPF]", "[LPF]", "[drp]", "deg",
}  # fmt: skip
"""What is a dimension of its own, so that nothing is converted into a count by accident."""
SCALES = {"Cel": "273.15", "[degF]": "459.67"}
SPELT = {"mo_j": "a/12", "kcal_th": "kcal"}
"""Units that define others and are not in the table, by those that are."""


def value(code: str, tag: str = "value") -> tuple[str, Fraction]:
    """The unit that defines another, and how many of it."""
    [found] = PUBLISHED[code].iter(f"{SPACE}{tag}")
    of, much = found.attrib["Unit"], Fraction(found.attrib["value"])
    of = SPELT.get(of, of)
    if of not in PUBLISHED or of in ATOMS:
        return of, much
    further, more = value(of)
    return further, much * more


def metric(code: str) -> bool:
    """Whether a unit takes prefixes."""
    return code in BASE or (PUBLISHED[code].get("isMetric") == "yes" and code not in SCALES)


@pytest.mark.parametrize("code", ATOMS)
def test_a_unit_takes_prefixes_where_ucum_lets_it(code: str) -> None:
    assert ATOMS[code].metric is metric(code)
    assert ATOMS[code].offset == Fraction(SCALES.get(code, 0))


@pytest.mark.parametrize("code", [code for code in ATOMS if code in BASE | OWN])
def test_a_base_unit_is_one_of_itself(code: str) -> None:
    assert (ATOMS[code].factor, len(ATOMS[code].dimension), ATOMS[code].dimension[0][1]) == (1, 1, 1)


def test_no_two_base_units_measure_the_same_but_the_two_spellings_of_an_international_unit() -> None:
    measured = [ATOMS[code].dimension for code in (*BASE, *OWN) if code in ATOMS]
    assert len(set(measured)) == len(measured)
    assert ATOMS["[IU]"] == ATOMS["[iU]"]


@pytest.mark.parametrize("code", [code for code in ATOMS if code not in BASE | OWN])
def test_a_unit_is_so_many_of_those_that_define_it(code: str) -> None:
    of, much = value(code, "function" if code in SCALES else "value")
    assert (ATOMS[code].factor, ATOMS[code].dimension) == (unit(of).factor * much, unit(of).dimension)


def test_prefixes_are_those_of_ucum_without_the_binary_ones() -> None:
    published = {each.attrib["Code"]: each.find(f"{SPACE}value") for each in ESSENCE.iter(f"{SPACE}prefix")}
    powers = {code: Fraction(each.attrib["value"]) for code, each in published.items() if each is not None}
    assert {code: power for code, power in powers.items() if not code.endswith("i")} == PREFIXES
