"""BEAM's derivations on casebooks: laboratory values, rows, earlier visits and baselines.

The worked examples that one record can hold are tests of the package itself; here stand those that need several.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest

from forms.datum import Datum
from forms.numerals import fraction_of
from forms.quantities import Quantity
from forms.ranges import RangeTable
from forms.rehearsal import value_text
from forms.values import value_of
from tests.forms.beam import beam, items_written, needs_specification, specification
from tests.forms.casebooks import computed, datum_at, filled
from tests.forms.small_study import range_row


@needs_specification
def test_every_computed_item_has_its_derivation_and_every_derivation_its_item() -> None:
    written = [(form, each["oid"]) for form, each, _ in items_written() if "derivation" in each or "calculated" in each]
    written += [("BEL", "BELVIALS"), ("RR", "CUMCR")]
    assert sorted((rule.form, rule.item) for rule in beam().study.derivations) == sorted(written)


@needs_specification
def test_no_derivation_has_fewer_worked_examples_than_the_specification() -> None:
    written = {each["oid"]: len(each["tests"]) for each in specification()["derivations"]}
    assert not [rule.oid for rule in beam().study.derivations if len(rule.tests) < written.get(rule.oid, 1)]


@pytest.mark.parametrize(
    ("path", "typed", "unit", "canonical"),
    [
        ("CHEM.CREA", "3.0", "mg/dL", "265.26 umol/L"),
        ("CHEM.TBIL", "1.2", "mg/dL", "20.525 umol/L"),
        ("CHEM.ALB", "3.6", "g/dL", "36.0 g/L"),
        ("CHEM.UREA", "20.0", "mg/dL{N}", "7.14 mmol/L"),
        ("CHEM.UREA", "20.0", "mg/dL{urea}", "3.33 mmol/L"),
        ("VS.TEMP", "100.4", "[degF]", "38.0 Cel"),
        ("CHEM.CALC", "9.0", "mg/dL", "2.2455 mmol/L"),
    ],
)
def test_a_value_is_converted_to_the_unit_of_its_item(path: str, typed: str, unit: str, canonical: str) -> None:
    form, _, item = path.partition(".")
    shown, _, wanted = canonical.partition(" ")
    definition = beam().study.forms[form].items[item]
    value = value_of(definition, Datum(typed, unit))
    assert isinstance(value, Quantity)
    assert (value_text(value, shown), value.unit) == (shown, wanted)
    assert value_of(definition, Datum(typed)) is None
    if form == "CHEM":
        standard = datum_at(filled({"SE.SCR": {form: {item: {"v": typed, "u": unit}}}})[0], f"SE.SCR.{path}_ST")
        assert (fraction_of(standard.text or ""), standard.unit) == (value.number, wanted)
        assert computed({"SE.SCR": {form: {item: {"nd": "NOTDONE"}}}}, f"SE.SCR.{path}_ST") is None


def beside(form: str, item: str, value: str, low: str, high: str, baseline: str | None = None) -> dict[str, str | None]:
    """The companions of a value at week 2, held against one reference range; perhaps with a baseline."""
    unit = beam().study.forms[form].items[item].canonical or ""
    ranges = RangeTable([range_row("x", f"{form}.{item}", low, high, unit=unit)])
    sample = {"LABID": "LAB_A", "LBDTC": "2026-03-16T08:00"}
    data: dict[str, Any] = {"SE.SCR": {"DM": {"SEX": "F", "BRTHDAT": "1997-09-12"}}}
    data |= {"SE.BL": {form: sample | {item: baseline}}} if baseline else {}
    book, _ = filled(data | {"SE.W2": {form: sample | {item: value}}}, ranges)
    return {each: datum_at(book, f"SE.W2.{form}.{item}_{each}").text for each in ("XULN", "NRIND", "TOXGR")}


@pytest.mark.parametrize(
    ("value", "uln", "multiple"), [("96", "40", "2.4"), ("80", "40", "2"), ("96", "50", "1.92"), ("81", "40", "2.025")]
)
def test_a_value_is_a_multiple_of_its_upper_limit(value: str, uln: str, multiple: str) -> None:
    assert beside("CHEM", "ALT", value, "7", uln)["XULN"] == multiple


@pytest.mark.parametrize(("value", "flag"), [("125", "N"), ("350", "N"), ("351", "H"), ("124", "L")])
def test_the_limits_lie_inside_the_range(value: str, flag: str) -> None:
    assert beside("HEM", "PLT", value, "125", "350")["NRIND"] == flag


@pytest.mark.parametrize(
    ("path", "value", "low", "high", "baseline", "expected"),
    [
        ("CHEM.ALT", "40.0", "7", "40", None, "0"),
        ("CHEM.ALT", "121.0", "7", "40", None, "2"),
        ("CHEM.ALT", "201.0", "7", "40", None, "3"),
        ("CHEM.ALT", "801.0", "7", "40", None, "4"),
        ("CHEM.ALT", "89.0", "7", "40", "60", "0"),
        ("CHEM.AST", "176.0", "13", "35", None, "3"),
        ("CHEM.TBIL", "69.1", "0", "23", None, "3"),
        ("CHEM.CREA", "110.0", "41", "73", None, "2"),
        ("CHEM.CREA", "109.5", "41", "73", None, "1"),
        ("HEM.NEUT", "0.9", "1.8", "6.3", None, "3"),
        ("HEM.NEUT", "1.0", "1.8", "6.3", None, "2"),
        ("HEM.PLT", "42.0", "125", "350", None, "3"),
        ("HEM.PLT", "50.0", "125", "350", None, "2"),
        ("HEM.PLT", "49.999", "125", "350", None, "3"),
        ("HEM.HGB", "99.0", "115", "150", None, "2"),
        ("HEM.HGB", "100.0", "115", "150", None, "1"),
        ("HEM.HGB", "79.0", "115", "150", None, "3"),
        ("CHEM.POTAS", "6.1", "3.5", "5.3", None, "3"),
        ("CHEM.ALB", "24.5", "40", "55", None, "2"),
    ],
)
def test_a_value_is_graded_as_the_specification_works_it_out(
    path: str, value: str, low: str, high: str, baseline: str | None, expected: str
) -> None:
    form, _, item = path.partition(".")
    assert beside(form, item, value, low, high, baseline)["TOXGR"] == expected


def pulse(*rows: Mapping[str, Any], **eligibility: str) -> str | None:
    """The cumulative dose in g over rows of the pulse."""
    given = [{"MPROUTE": "IV", **row} for row in rows]
    return computed({"SE.SCR": {"MP": given, "IE": eligibility or {"ENRLDAT": "2026-03-02"}}}, "SE.SCR.MP.MPCUM14")


def test_the_pulse_is_summed_over_the_fourteen_days_before_enrolment() -> None:
    def on(day: str, dose: Any = "1000", **more: str) -> dict[str, Any]:
        return {"MPDAT": day, "MPDOSE": dose, **more}

    assert pulse(on("2026-02-16"), on("2026-02-17"), on("2026-02-18")) == "3"
    assert pulse(on("2026-02-25"), on("2026-02-26"), on("2026-02-27"), on("2026-02-28", "500")) == "3.5"
    assert pulse(on("2026-02-27", "500"), on("2026-02-28", None)) is None
    assert pulse(on("2026-02-27", "500"), {"MPDOSE": "500"}) is None
    assert pulse(on("2026-02-15"), on("2026-03-02", "500"), on("2026-03-03")) == "0.5"
    assert pulse(on("2026-02-27", {"v": "0.5", "u": "g"}), on("2026-02-28", MPROUTE="PO")) == "0.5"
    assert pulse(on("2026-02-28"), IEDAT="2026-03-01") == "1"
    assert pulse(on("2026-02-16"), IEDAT="2026-03-01", ENRLDAT="2026-03-03") == "0"
    assert pulse(on("2026-02-28"), IEDAT="2026-03-01", ENRLDAT="2026-03-15") == "0"
    assert pulse(on("2026-02-28"), INC01="Y") is None
    assert pulse() is None


def washout(*therapies: Mapping[str, Any], pulse_days: str = "", route: str = "IV") -> dict[str, str | None]:
    """What the data say of exclusions 4 and 14, by the item: for the first row, and for the criteria."""
    rows = [{"MPDAT": day, "MPDOSE": "500", "MPROUTE": route} for day in pulse_days.split()]
    book, _ = filled({"SE.SCR": {"PT": list(therapies), "MP": rows, "IE": {"ENRLDAT": "2026-03-02"}}})
    paths = {"row": "PT[1].PTEXC04", "4": "IE.EXC04A", "14": "IE.EXC14A"}
    return {name: datum_at(book, f"SE.SCR.{path}").text for name, path in paths.items()}


def test_a_therapy_is_part_of_the_pulse_where_it_begins_and_ends_on_days_of_it() -> None:
    methylprednisolone = {"PTCLAS": "MP_IV", "PTDOSE": "500", "PTONGO": "N", "PTSTDAT": "2026-02-26"}
    days = "2026-02-26 2026-02-27 2026-02-28"
    assert washout(methylprednisolone | {"PTENDAT": "2026-02-28"}, pulse_days=days)["row"] == "N"
    assert washout(methylprednisolone | {"PTENDAT": "2026-02-26"}, pulse_days=days)["row"] == "N"
    assert washout(methylprednisolone | {"PTENDAT": "2026-03-01"}, pulse_days=days)["row"] == "Y"
    assert (
        washout(methylprednisolone | {"PTSTDAT": "2026-01-02", "PTENDAT": "2026-02-28"}, pulse_days=days)["row"] == "Y"
    )
    assert washout(methylprednisolone | {"PTENDAT": "2026-02-28"}, pulse_days=days, route="PO")["row"] == "Y"
    assert washout(methylprednisolone | {"PTENDAT": "2026-02-28"})["row"] == "Y"


def test_a_criterion_is_not_evaluable_while_a_therapy_in_scope_lacks_what_decides_it() -> None:
    mmf = {"PTCLAS": "MMF", "PTONGO": "N", "PTSTDAT": "2025-06-01", "PTENDAT": "2025-12-08"}
    open_end = {"PTCLAS": "CYC", "PTONGO": "N", "PTSTDAT": "2025-06-01"}
    azathioprine = {"PTCLAS": "AZA", "PTONGO": "Y", "PTSTDAT": "2025-06-01"}
    plasma = {"PTCLAS": "PEX", "PTONGO": "N", "PTSTDAT": "2026-02-02", "PTENDAT": "2026-02-02"}
    assert washout(mmf, open_end) == {"row": "Y", "4": "Y", "14": "N"}
    assert washout(mmf | {"PTENDAT": "2025-12-07"}) == {"row": "N", "4": "N", "14": "N"}
    assert washout(open_end, azathioprine) == {"row": None, "4": "NE", "14": "N"}
    assert washout(azathioprine, plasma) == {"row": "N", "4": "N", "14": "Y"}
    assert washout() == {"row": None, "4": "N", "14": "N"}


@pytest.mark.parametrize(("unscheduled", "height"), [("2026-03-20", 162), ("2026-04-01", 161)])
def test_the_height_is_the_latest_earlier_one_by_visit_date(unscheduled: str, height: int) -> None:
    def visit(day: str, **body: str) -> dict[str, Any]:
        return {"SV": {"VISDAT": day}, "VS": {"WEIGHT": "52"} | body}

    data = {"SE.SCR": visit("2026-02-25", HEIGHT="160"), "SE.W2": visit("2026-03-16", HEIGHT="161"),
            "SE.W4": visit("2026-03-30"), "SE.UNS#1": visit(unscheduled, HEIGHT="162")}  # fmt: skip
    found = fraction_of(computed(data, "SE.W4.VS.BMI") or "")
    assert found is not None
    assert abs(found - Fraction(52 * 10_000, height**2)) < Fraction(1, 10**9)


def test_the_baseline_is_the_last_value_on_or_before_day_0() -> None:
    week_2 = {"SE.W4": {"UP24": {"UPROT": "2.25"}, "RR": {"RRDAT": "2026-03-30"}}}
    screening, not_done = {"SE.SCR": {"UP24": {"UPROT": "4.5"}}}, {"SE.BL": {"UP24": {"UPROT": {"nd": "NOTDONE"}}}}
    assert computed(screening | not_done | week_2, "SE.W4.RR.RRUPPCT") == "-50"
    assert computed(screening | {"SE.BL": {"UP24": {"UPROT": "9"}}} | week_2, "SE.W4.RR.RRUPPCT") == "-75"
    assert computed({"SE.W2": {"UP24": {"UPROT": "4.5"}}} | week_2, "SE.W4.RR.RRUPPCT") is None
