"""The units of an item, as a package declares them: factors as written, and what contradicts UCUM refused."""

from fractions import Fraction
from pathlib import Path

import pytest

from forms.loading.faults import PackageFaults
from forms.loading.loader import load_study
from tests.forms.packages import Change, write_package


def test_a_factor_left_out_is_ucums(tmp_path: Path) -> None:
    change = ("forms/CHEM.yaml", "shown: µkat/L, factor: 60", "shown: µkat/L")
    assert load_study(write_package(tmp_path, change)).forms["CHEM"].items["ALT"].units[1].factor == 60


def test_a_declared_factor_is_exact(tmp_path: Path) -> None:
    assert load_study(write_package(tmp_path)).forms["CHEM"].items["CREA"].units[1].factor == Fraction(8842, 100)


def with_units(*units: str) -> Change:
    """An item TEMP beside the visit date that may be entered in these units."""
    item = "      - oid: TEMP\n        label: {en: Value, zh-CN: 值}\n        type: quantity\n        units:\n"
    listed = "".join(f"          - {{{unit}}}\n" for unit in units)
    return "forms/SV.yaml", "        required: true\n", f"        required: true\n{item}{listed}"


@pytest.mark.parametrize(
    ("canonical", "unit", "expected"),
    [
        ("ucum: Cel", 'ucum: "[degF]", factor: 5/9, offset: -32', (Fraction(5, 9), -32, 0)),
        ('ucum: "mm[Hg]"', "ucum: kPa, factor: 7.50062", (Fraction("7.50062"), 0, 0)),
        ('ucum: "%"', "ucum: mmol/mol, factor: 0.09148, post_offset: 2.152",
         (Fraction("0.09148"), 0, Fraction("2.152"))),
    ],
    ids=["a ratio of two numbers", "rounded as tables print it", "a relation between two methods"],
)  # fmt: skip
def test_a_declared_conversion_stands_as_written(
    tmp_path: Path, canonical: str, unit: str, expected: tuple[Fraction, Fraction, Fraction]
) -> None:
    found = load_study(write_package(tmp_path, with_units(canonical, unit))).forms["SV"].items["TEMP"].units[1]
    assert (found.factor, found.offset, found.post_offset) == expected


@pytest.mark.parametrize(
    "unit", ["factor: 1/0", "factor: 5/x", "factor: 7.6", "factor: 7.5021", "factor: 7.50062, offset: 1"]
)
def test_a_wrong_factor_is_a_fault(tmp_path: Path, unit: str) -> None:
    write_package(tmp_path, with_units('ucum: "mm[Hg]"', f"ucum: kPa, {unit}"))
    with pytest.raises(PackageFaults) as raised:
        load_study(tmp_path)
    [fault] = raised.value.faults
    assert (fault.file, fault.line) == ("forms/SV.yaml", 16)
    assert "factor must be a number" in fault.message or "contradicts UCUM" in fault.message
