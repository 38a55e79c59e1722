"""Flags, multiples and grades where limits are open, equal to the value, or not above zero, and with no baseline."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from forms.casebook import EventKey, RecordKey
from forms.chart import Chart
from forms.compiling import compile_study
from forms.datum import EMPTY, Datum
from forms.definitions import DayRule, UnitChoice
from forms.findings import RangeUsed
from forms.intervals import Interval, Number
from forms.labs import companions, number_datum
from forms.limits import range_used
from forms.ranges import RangeTable
from tests.forms.small_study import BL, EMPTY_BOOK, SAMPLE, SCR, STUDY, W2, answers, form, item, lab, range_row

ENZYME = UnitChoice("U/L", "U/L")
HEM = form(
    "HEM", item("LABID", "code", codelist="LAB"), item("LBDTC", "datetime", partial=True),
    *lab("PLT", UnitChoice("10*9/L", "10*9/L")), *lab("ALT", ENZYME), *lab("CREA", UnitChoice("umol/L", "umol/L")),
)  # fmt: skip
EVENTS = {oid: replace(event, forms=(*event.forms, "HEM")) for oid, event in STUDY.events.items()}
COMPILED = compile_study(
    replace(STUDY, forms={**STUDY.forms, "HEM": HEM}, events=EVENTS,
            sample_rules={**STUDY.sample_rules, "HEM": DayRule("LBDTC", "LABID")})
)  # fmt: skip
PERSON = {RecordKey(SCR, "DM"): answers({"SEX": "F", "BRTHDAT": "1990-05-20"})}
UNITS = {"PLT": "10*9/L", "ALT": "U/L", "CREA": "umol/L"}


def beside(oid: str, typed: Datum, event: EventKey = SCR, earlier: str | None = None, **limits: Any) -> dict[str, str]:
    """The companions of a value, with the value of the baseline visit before it."""
    rows = [replace(range_row("r", f"HEM.{oid}", "0", "0", unit=UNITS[oid]), **{"low": None, "high": None, **limits})]
    at = {event: typed} | ({BL: Datum(earlier, UNITS[oid])} if earlier else {})
    records = PERSON | {RecordKey(each, "HEM"): {**answers(SAMPLE), oid: datum} for each, datum in at.items()}
    chart = Chart(COMPILED, replace(EMPTY_BOOK, records=records, ranges=RangeTable(rows)))
    found = companions(chart, RecordKey(event, "HEM"), HEM.items[oid])
    return {name.partition("_")[2]: f"{datum.comparator or ''}{datum.text}" for name, datum in found if datum.text}


def of(text: str, oid: str = "PLT") -> Datum:
    sign = text[0] if text[0] in "<>" else None
    return Datum(text.lstrip("<>"), UNITS[oid], sign)


def numbers(**limits: str) -> dict[str, Fraction]:
    return {name: Fraction(limit) for name, limit in limits.items()}


@pytest.mark.parametrize(
    ("typed", "limits", "flag"),
    [
        ("124", numbers(low="125"), "L"), ("125", numbers(low="125"), "N"), ("999", numbers(low="125"), "N"),
        ("401", numbers(high="400"), "H"), ("400", numbers(high="400"), "N"), ("1", numbers(high="400"), "N"),
        ("1", {}, None),
        ("19", numbers(low="125", alert_low="20"), "LL"), ("20", numbers(low="125", alert_low="20"), "L"),
        ("19", numbers(low="125", high="400", alert_high="900"), "L"),
        ("901", numbers(high="400", alert_high="900"), "HH"), ("900", numbers(high="400", alert_high="900"), "H"),
        ("901", numbers(low="125", high="400", alert_low="20"), "H"),
        ("<126", numbers(low="125"), None), ("<125", numbers(low="125"), "L"), (">124", numbers(low="125"), None),
        (">125", numbers(low="125"), "N"), (">399", numbers(high="400"), None), (">400", numbers(high="400"), "H"),
        ("<401", numbers(high="400"), None), ("<400", numbers(high="400"), "N"),
        ("<401", numbers(low="125", high="400"), None), (">124", numbers(low="125", high="400"), None),
        ("<21", numbers(low="125", alert_low="20"), "L"), ("<20", numbers(low="125", alert_low="20"), "LL"),
        (">899", numbers(high="400", alert_high="900"), "H"), (">900", numbers(high="400", alert_high="900"), "HH"),
    ],
)  # fmt: skip
def test_a_flag_says_what_every_possible_value_says(typed: str, limits: dict[str, Fraction], flag: str | None) -> None:
    assert beside("PLT", of(typed), **limits).get("NRIND") == flag


@pytest.mark.parametrize(
    ("typed", "limits", "multiple"),
    [
        ("1", numbers(high="0.5"), "2"), ("1", numbers(high="1"), "1"), ("1", numbers(low="0", high="4"), "0.25"),
        ("1", numbers(high="0"), None), ("1", numbers(high="-1"), None), ("1", numbers(high="-2"), None),
        ("1", numbers(low="3"), None), ("1", {}, None), ("<1", numbers(high="4"), "<0.25"),
        (">1", numbers(high="4"), ">0.25"),
    ],
)  # fmt: skip
def test_a_multiple_needs_a_limit_above_zero(typed: str, limits: dict[str, Fraction], multiple: str | None) -> None:
    assert beside("PLT", of(typed), **limits).get("XULN") == multiple


@pytest.mark.parametrize(
    ("typed", "limits", "grade"),
    [
        ("124", numbers(low="125", high="400"), "1"), ("125", numbers(low="125", high="400"), "0"),
        ("300", numbers(low="125", high="200"), "0"), ("124", numbers(high="400"), None),
        ("74", numbers(high="400"), "2"),
    ],
)  # fmt: skip
def test_a_grade_looks_at_the_limit_it_names(typed: str, limits: dict[str, Fraction], grade: str | None) -> None:
    assert beside("PLT", of(typed), **limits).get("TOXGR") == grade


@pytest.mark.parametrize(
    ("oid", "typed", "earlier", "grade"),
    [
        ("ALT", "50", "39", "1"),  # a normal baseline: above the limit of 40
        ("ALT", "50", "40", "1"),
        ("ALT", "50", "41", "0"),  # an abnormal one: below 1.5 times itself
        ("ALT", "62", "41", "1"),
        ("ALT", "89", None, "1"),
        ("CREA", "50", None, "1"),
        ("CREA", "50", "30", "2"),
        ("CREA", "50", "50", "1"),
    ],
)
def test_a_grade_after_the_baseline_looks_at_it(oid: str, typed: str, earlier: str | None, grade: str) -> None:
    limits = numbers(low="7", high="40")
    assert beside(oid, of(typed, oid), W2, earlier, **limits)["TOXGR"] == grade


@pytest.mark.parametrize("limits", [numbers(low="7"), {}])
def test_a_baseline_without_its_limit_settles_nothing(limits: dict[str, Fraction]) -> None:
    assert "TOXGR" not in beside("ALT", of("89", "ALT"), W2, "60", **limits)


WRITTEN: list[tuple[Number, Datum]] = [
    (Fraction(5, 2), Datum("2.5", "mg")),
    (Interval(None, Fraction(2), high_open=True), Datum("2", "mg", "<")),
    (Interval(Fraction(2), None, low_open=True), Datum("2", "mg", ">")),
    (Interval(None, Fraction(2)), EMPTY),
    (Interval(Fraction(2), None), EMPTY),
    (Interval(None, None), EMPTY),
    (Interval(None, None, low_open=True, high_open=True), EMPTY),
    (Interval(Fraction(1), Fraction(2), low_open=True, high_open=True), EMPTY),
    (Interval(Fraction(1), Fraction(2)), EMPTY),
]


@pytest.mark.parametrize(("number", "datum"), WRITTEN)
def test_a_computed_number_is_written_with_the_one_sign_it_can_have(number: Number, datum: Datum) -> None:
    assert number_datum(number, "mg") == datum


def test_a_range_is_told_as_it_stands() -> None:
    told = RangeUsed("a", 2, "LAB_A", "CHEM.ALT", "F", 18, 64, "7", "40.5", "U/L", "2026-01-01", "2026-05-31")
    row = range_row("a", "CHEM.ALT", "7", "40.5", revision=2, sex="F", age_max=64, valid_to=date(2026, 5, 31))
    assert range_used(row) == told
    open_row = replace(row, low=None, high=None, valid_to=None)
    assert range_used(open_row) == replace(told, low=None, high=None, valid_to=None)
