"""Every registered function gives the values its source gives."""

from fractions import Fraction

import pytest

from forms.dates import parse_date, parse_datetime
from forms.expressions import Kind
from forms.functions.dosing import belimumab_vials
from forms.functions.kidney import ckd_epi_2021
from forms.functions.registry import FUNCTIONS
from tests.forms.language import number

WORKED = [(example, wanted, function) for function in FUNCTIONS.values() for example, wanted in function.examples]


@pytest.mark.parametrize(("example", "wanted", "function"), WORKED, ids=[case[0] for case in WORKED])
def test_a_worked_value_of_a_registered_function(example: str, wanted: str | None, function: object) -> None:
    kind = next(one.result for one in FUNCTIONS.values() if one is function)
    assert number(example, {}, kind) == wanted


def test_every_registered_function_has_a_source_and_worked_values() -> None:
    assert all(function.source and function.says and function.examples for function in FUNCTIONS.values())


BOUNDS = [
    ("ckd_epi_2021(80 'umol/L', 'F', {} 'a')", "17.99", "18", "150", "150.01"),
    ("ckd_epi_2009(80 'umol/L', 'M', {} 'a')", "17.99", "18", "150", "150.01"),
    ("ckd_epi_2021({} 'umol/L', 'F', 50 'a')", "0", "0.01", "99999", "100000"),
    ("ckd_epi_2009({} 'umol/L', 'M', 50 'a')", "0", "0.01", "99999", "100000"),
    ("with_day(date('2026-01'), {})", "0", "1", "31", "32"),
    ("plus_days(date('2026-01-31'), {})", "-739700", "-739000", "2900000", "2950000"),
    ("minus_months(date('2026-01-31'), {})", "-96000", "-95000", "24300", "24400"),
]


@pytest.mark.parametrize(("call", "below", "least", "most", "above"), BOUNDS)
def test_a_function_has_no_answer_outside_its_bounds(call: str, below: str, least: str, most: str, above: str) -> None:
    name = call.partition("(")[0]
    kind = FUNCTIONS[name].result
    assert [number(call.format(bound), {}, kind) is None for bound in (below, least, most, above)] == [
        True, False, False, True,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("call", "given", "expected"),
    [
        ("plus_days(START, 0.5)", "2026-01-31", None),
        ("minus_months(START, 0.5)", "2026-01-31", None),
        ("with_day(START, 1.5)", "2026-01", None),
        ("plus_days(START, 1)", "2026-01", "2026-01-02/2026-02-01"),
        ("with_day(START, 1)", "2026-01", "2026-01-01"),
        ("with_day(START, 31)", "2026-02", "2026-02-28"),
    ],
)
def test_a_day_moves_by_whole_numbers(call: str, given: str, expected: str | None) -> None:
    assert number(call, {"START": given}, Kind.DATE) == expected


@pytest.mark.parametrize(
    ("call", "given", "expected"),
    [
        ("age(START, END)", {"START": "2026-03-01", "END": "2026-03-01"}, "0"),
        ("age(START, END)", {"START": "2026-03-01", "END": "2027-02-28"}, "0"),
        ("age(START, END)", {"START": "2026-03-01", "END": "2027-03-01"}, "1"),
        ("age(START, END)", {"START": "2026-03-02", "END": "2026-03-01"}, None),
        ("age(START, END)", {"START": "2026", "END": "2026-03-01"}, None),
        ("age(START, END)", {"START": "2000-03", "END": "2026-03-15"}, "[25, 26]"),
        ("age(START, END)", {"START": "2000-03-15", "END": "2026"}, "[25, 26]"),
        ("days(START, END)", {"START": "2026-01", "END": "2026-02-01"}, "[1, 31]"),
        ("days(START, END)", {"START": "2026-02-01", "END": "2026-02"}, "[0, 27]"),
        ("days(START, END)", {"START": "2026-02", "END": "2026-02"}, "[-27, 27]"),
        ("days(START, END)", {"START": "2026-02"}, None),
        ("minutes(DRAWN, DOSED)", {"DRAWN": "2026-03-01T08:00", "DOSED": "2026-03-03T08:01:30"}, "2881.5"),
        ("hours(DRAWN, DOSED)", {"DRAWN": "2026-03-03T08:00", "DOSED": "2026-03-01T07:30"}, "-48.5"),
        ("hours(DRAWN, DOSED)", {"DRAWN": "2026-03-01T08", "DOSED": "2026-03-01T10:00"}, "[1.0002777778, 2]"),
        ("hours(DRAWN, DOSED)", {"DRAWN": "2026-03-01T08:00", "DOSED": "2026-03-01T10"}, "[2, 2.9997222222]"),
        ("minutes(DRAWN, DOSED)", {"DRAWN": "2026-03-01T08", "DOSED": "2026-03-01T09:00"}, "[0.0166666667, 60]"),
    ],
)
def test_time_between_is_all_that_it_may_be(call: str, given: dict[str, str], expected: str | None) -> None:
    assert number(call, given) == expected


@pytest.mark.parametrize("sex", ["F", "M"])
@pytest.mark.parametrize(
    ("name", "scale", "low", "high", "yearly", "female"),
    [
        ("ckd_epi_2021", 142, {"F": -0.241, "M": -0.302}, -1.200, 0.9938, 1.012),
        ("ckd_epi_2009", 141, {"F": -0.329, "M": -0.411}, -1.209, 0.993, 1.018),
    ],
)
@pytest.mark.parametrize("creatinine", [30, 61.894, 62, 79.578, 80, 400])
def test_filtration_is_that_of_the_published_equation(
    name: str, scale: int, low: dict[str, float], high: float, yearly: float, female: float, creatinine: float, sex: str
) -> None:
    ratio = creatinine / 88.42 / {"F": 0.7, "M": 0.9}[sex]
    wanted = scale * min(ratio, 1) ** low[sex] * max(ratio, 1) ** high * yearly**47 * (female if sex == "F" else 1)
    found = number(f"{name}({creatinine} 'umol/L', '{sex}', 47 'a')", {})
    assert found is not None
    assert abs(float(found) - wanted) < 1e-8


@pytest.mark.parametrize("sex", ["U", "f", ""])
def test_filtration_is_of_women_and_men(sex: str) -> None:
    assert ckd_epi_2021(Fraction(80), sex, Fraction(50)) is None


@pytest.mark.parametrize(
    ("dose", "vials"),
    [
        ("0", None), ("-1", None), ("0.5", "1 x 120 (120 mg, waste 119.5)"), ("120", "1 x 120 (120 mg, waste 0)"),
        ("121", "2 x 120 (240 mg, waste 119)"), ("399", "1 x 400 (400 mg, waste 1)"),
        ("400", "1 x 400 (400 mg, waste 0)"), ("401", "4 x 120 (480 mg, waste 79)"),
        ("800", "2 x 400 (800 mg, waste 0)"), ("1200", "3 x 400 (1200 mg, waste 0)"),
        ("20000", "50 x 400 (20000 mg, waste 0)"), ("20001", None),
    ],
)  # fmt: skip
def test_vials_waste_least_and_are_the_fewest(dose: str, vials: str | None) -> None:
    assert belimumab_vials(Fraction(dose)) == vials


@pytest.mark.parametrize("name", ["hours", "minutes"])
def test_between_days_without_a_time_there_are_no_hours(name: str) -> None:
    today, at_eight = parse_date("2026-03-01"), parse_datetime("2026-03-01T08:00")
    between = FUNCTIONS[name].compute
    assert [between(*ends) for ends in ((today, today), (today, at_eight), (at_eight, today))] == [None] * 3
