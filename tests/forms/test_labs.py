"""Beside each laboratory value stand its canonical value, its multiple of ULN, its range flag and its grade."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from forms.casebook import Casebook, EventKey, RecordKey
from forms.chart import Chart
from forms.datum import Datum
from forms.labs import companions
from forms.ranges import RangeRow, RangeTable
from tests.forms.small_study import BL, COMPILED, EMPTY_BOOK, RANGES, SCR, STUDY, W2, answers
from tests.forms.small_study import range_row as row

DM = {"SEX": "F", "BRTHDAT": "1990-05-20", "RFICDAT": "2026-02-01"}
SAMPLE = {"LABID": "LAB_A", "LBDTC": "2026-03-04T08:00"}


def book(*records: tuple[EventKey, dict[str, str | Datum]], ranges: RangeTable = RANGES, **person: str) -> Casebook:
    filled = {RecordKey(SCR, "DM"): answers(DM | person)}
    filled |= {RecordKey(event, "CHEM"): answers(SAMPLE | values) for event, values in records}
    return replace(EMPTY_BOOK, records=filled, ranges=ranges)


def beside(item: str, casebook: Casebook, event: EventKey = SCR) -> dict[str, str | None]:
    found = companions(Chart(COMPILED, casebook), RecordKey(event, "CHEM"), STUDY.forms["CHEM"].items[item])
    return {name.removeprefix(f"{item}_"): f"{datum.comparator or ''}{datum.text}" if datum.text else None
            for name, datum in found}  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "standard", "multiple", "flag", "toxicity"),
    [
        ("96 U/L", "96", "2.4", "H", "1"),
        ("80 U/L", "80", "2", "H", "1"),
        ("40 U/L", "40", "1", "N", "0"),
        ("40.0 U/L", "40", "1", "N", "0"),
        ("40.01 U/L", "40.01", "1.00025", "H", "1"),
        ("7 U/L", "7", "0.175", "N", "0"),
        ("6.9 U/L", "6.9", "0.1725", "L", "0"),
        ("2 U/L", "2", "0.05", "L", "0"),
        ("1.9 U/L", "1.9", "0.0475", "LL", "0"),
        ("400 U/L", "400", "10", "H", "3"),
        ("401 U/L", "401", "10.025", "HH", "3"),
        ("1 ukat/L", "60", "1.5", "H", "1"),
        ("81 U/L", "81", "2.025", "H", "1"),
        ("４１ U/L", "41", "1.025", "H", "1"),
    ],
)
def test_a_value_within_and_beyond_its_limits(
    typed: str, standard: str, multiple: str, flag: str, toxicity: str
) -> None:
    expected = {"ST": standard, "XULN": multiple, "NRIND": flag, "TOXGR": toxicity}
    assert beside("ALT", book((SCR, {"ALT": typed}))) == expected


@pytest.mark.parametrize(
    ("datum", "expected"),
    [
        (Datum("7", "U/L", "<"), {"ST": "<7", "XULN": "<0.175", "NRIND": "L", "TOXGR": "0"}),
        (Datum("20", "U/L", "<"), {"ST": "<20", "XULN": "<0.5", "NRIND": None, "TOXGR": "0"}),
        (Datum("50", "U/L", "<"), {"ST": "<50", "XULN": "<1.25", "NRIND": None, "TOXGR": None}),
        (Datum("900", "U/L", ">"), {"ST": ">900", "XULN": ">22.5", "NRIND": "HH", "TOXGR": "4"}),
        (Datum("40", "U/L", ">"), {"ST": ">40", "XULN": ">1", "NRIND": "H", "TOXGR": None}),
        (Datum(missing="NOTDONE"), {"ST": None, "XULN": None, "NRIND": None, "TOXGR": None}),
        (Datum("20"), {"ST": None, "XULN": None, "NRIND": None, "TOXGR": None}),
    ],
)
def test_a_bound_gives_only_what_every_possible_value_gives(datum: Datum, expected: dict[str, str | None]) -> None:
    assert beside("ALT", book((SCR, {"ALT": datum}))) == expected


@pytest.mark.parametrize(
    "person", [{"BRTHDAT": "2010-01-01"}, {"BRTHDAT": ""}], ids=["too young for every row", "no date of birth"]
)
def test_a_gap_in_the_ranges_leaves_only_the_canonical_value(person: dict[str, str]) -> None:
    expected = {"ST": "80", "XULN": None, "NRIND": None, "TOXGR": None}
    assert beside("ALT", book((SCR, {"ALT": "80 U/L"}), **person)) == expected


def test_the_range_is_stated_in_its_own_unit_and_compared_in_the_items() -> None:
    assert beside("CREA", book((SCR, {"CREA": "79.578 umol/L"})))["NRIND"] == "N"
    assert beside("CREA", book((SCR, {"CREA": "79.579 umol/L"})))["NRIND"] == "H"
    assert beside("CREA", book((SCR, {"CREA": "79.579 umol/L"}), SEX="M"))["NRIND"] == "N"


def test_a_range_with_one_limit_flags_one_side() -> None:
    open_below = RangeTable([replace(row("x", "CHEM.ALT", "0", "40"), low=None)])
    assert beside("ALT", book((SCR, {"ALT": "1 U/L"}), ranges=open_below))["NRIND"] == "N"
    assert beside("ALT", book((SCR, {"ALT": "41 U/L"}), ranges=open_below))["NRIND"] == "H"
    says_nothing = RangeTable([replace(row("x", "CHEM.ALT", "0", "40"), low=None, high=None)])
    assert beside("ALT", book((SCR, {"ALT": "1 U/L"}), ranges=says_nothing))["NRIND"] is None


@pytest.mark.parametrize(("item", "unit"), [("ALT", "{score}"), ("ALT", "mmol/L"), ("ALT", "no unit")])
def test_a_range_in_a_unit_that_does_not_convert_is_no_range(item: str, unit: str) -> None:
    foreign = RangeTable([row("x", f"CHEM.{item}", "7", "40", unit=unit)])
    expected = {"ST": "80", "XULN": None, "NRIND": None, "TOXGR": None}
    assert beside(item, book((SCR, {item: "80 U/L"}), ranges=foreign)) == expected


class TestBaseline:
    """A grade that looks at the baseline takes the last value on or before day 0, for what comes after it."""

    def test_the_baseline_visit_counts_before_screening(self) -> None:
        both = book((SCR, {"ALT": "60 U/L"}), (BL, {"ALT": "39 U/L"}), (W2, {"ALT": "89 U/L"}))
        assert beside("ALT", both, W2)["TOXGR"] == "1"

    def test_screening_counts_where_the_baseline_has_no_value(self) -> None:
        screening = book((SCR, {"ALT": "60 U/L"}), (BL, {}), (W2, {"ALT": "89 U/L"}))
        assert beside("ALT", screening, W2)["TOXGR"] == "0"

    def test_the_baseline_itself_is_graded_against_its_limit(self) -> None:
        assert beside("ALT", book((BL, {"ALT": "60 U/L"})), BL)["TOXGR"] == "1"

    def test_a_baseline_of_unknown_normality_settles_nothing_between_the_branches(self) -> None:
        elsewhere = book((BL, {"ALT": "60 U/L", "LABID": "LAB_B"}), (W2, {"ALT": "89 U/L"}))
        assert beside("ALT", elsewhere, W2)["TOXGR"] is None


YEAR = RangeTable([
    row("spring", "CHEM.ALT", "7", "40", valid_to=date(2026, 5, 31)),
    row("summer", "CHEM.ALT", "7", "50", valid_from=date(2026, 6, 1)),
    row("young", "CHEM.ALT", "7", "30", age_min=0, age_max=17),
])  # fmt: skip


@pytest.mark.parametrize(
    ("sampled", "birth", "chosen"),
    [
        ("2026-05-31T23:59", "1990-05-20", "spring"),
        ("2026-06-01T00:00", "1990-05-20", "summer"),
        ("2025-12-31T08:00", "1990-05-20", None),
        ("2026-05", "1990-05-20", "spring"),
        ("2026", "1990-05-20", None),
        ("2026-05-19T08:00", "2008-05-20", "young"),
        ("2026-05-20T08:00", "2008-05-20", "spring"),
        ("2026-04-20T08:00", "2008-05", "young"),
        ("2026-05-20T08:00", "2008-05", None),
        ("2026-05-20T08:00", "1990", "spring"),
        ("", "1990-05-20", None),
    ],
)
def test_the_row_is_chosen_by_the_day_of_the_sample(sampled: str, birth: str, chosen: str | None) -> None:
    casebook = book((SCR, {"LBDTC": sampled, "ALT": "20 U/L"}), ranges=YEAR, BRTHDAT=birth)
    found: RangeRow | None = Chart(COMPILED, casebook).limits(RecordKey(SCR, "CHEM"), "ALT").row
    assert (found.id if found else None) == chosen


def test_a_multiple_of_a_limit_of_zero_is_missing() -> None:
    zero = RangeTable([replace(row("x", "CHEM.ALT", "0", "0"), high=Fraction(0))])
    assert beside("ALT", book((SCR, {"ALT": "80 U/L"}), ranges=zero))["XULN"] is None
