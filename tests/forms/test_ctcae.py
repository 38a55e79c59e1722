"""CTCAE v5.0 grades: the study's worked values, every boundary, and the dictionary as published."""

import csv
import re
from fractions import Fraction
from pathlib import Path

import pytest

from forms.ctcae import Measured, grade, terms_of, uses_baseline
from forms.ctcae_v5 import TERMS
from forms.intervals import Interval
from forms.kleene import Truth

UNITS = {"HGB": "g/L", "ALB": "g/L", "POTAS": "mmol/L", "CREA": "umol/L", "TBIL": "umol/L", "ALT": "U/L", "AST": "U/L"}
UNITS |= dict.fromkeys(("NEUT", "WBC", "PLT", "LYM"), "10*9/L") | {"UPROT": "g/(24.h)", "SODIUM": "mmol/L"}


def graded(analyte: str, value: str | Interval, base_is_abnormal: Truth = False, **limits: str) -> int | None:
    number = value if isinstance(value, Interval) else Fraction(value)
    exact = {name: Fraction(limit) for name, limit in limits.items()}
    measured = Measured(number, UNITS.get(analyte), base_is_abnormal=base_is_abnormal, **exact)
    return grade(terms_of("5.0", analyte), measured)


@pytest.mark.parametrize(
    ("analyte", "value", "limits", "expected"),
    [
        ("ALT", "40.0", {"uln": "40"}, 0),
        ("ALT", "121.0", {"uln": "40"}, 2),
        ("ALT", "201.0", {"uln": "40"}, 3),
        ("ALT", "801.0", {"uln": "40"}, 4),
        ("AST", "176.0", {"uln": "35"}, 3),
        ("TBIL", "69.1", {"uln": "23"}, 3),
        ("CREA", "110.0", {"uln": "73"}, 2),
        ("CREA", "109.5", {"uln": "73"}, 1),
        ("NEUT", "0.9", {"lln": "1.8"}, 3),
        ("NEUT", "1.0", {"lln": "1.8"}, 2),
        ("PLT", "42.0", {"lln": "125"}, 3),
        ("PLT", "50.0", {"lln": "125"}, 2),
        ("PLT", "49.999", {"lln": "125"}, 3),
        ("HGB", "99.0", {"lln": "115"}, 2),
        ("HGB", "100.0", {"lln": "115"}, 1),
        ("HGB", "79.0", {"lln": "115"}, 3),
        ("POTAS", "6.1", {"uln": "5.3"}, 3),
        ("ALB", "24.5", {"lln": "40"}, 2),
    ],
)
def test_the_worked_values_of_the_study(analyte: str, value: str, limits: dict[str, str], expected: int) -> None:
    other = {"uln": "999"} if "lln" in limits else {"lln": "0"}
    assert graded(analyte, value, **other, **limits) == expected


def test_an_abnormal_baseline_moves_the_branch() -> None:
    assert graded("ALT", "89.0", True, uln="40", base="60") == 0
    assert graded("ALT", "90.0", True, uln="40", base="60") == 1
    assert graded("ALT", "180.0", True, uln="40", base="60") == 1
    assert graded("ALT", "180.1", True, uln="40", base="60") == 2
    assert graded("ALT", "89.0", False, uln="40", base="39") == 1
    assert graded("TBIL", "30", True, uln="23", base="30") == 0
    assert graded("TBIL", "30.1", True, uln="23", base="30") == 1


def test_a_baseline_of_unknown_normality_settles_only_what_both_branches_agree_on() -> None:
    assert graded("ALT", "89.0", None, uln="40", base="60") is None
    assert graded("ALT", "100.0", None, uln="40", base="60") == 1


BOUNDARIES: list[tuple[str, dict[str, str], str]] = [
    ("ALT", {"uln": "40"}, "40:0 40.1:1 120:1 120.1:2 200:2 200.1:3 800:3 800.1:4"),
    ("TBIL", {"uln": "20"}, "20:0 20.1:1 30:1 30.1:2 60:2 60.1:3 200:3 200.1:4"),
    ("CREA", {"uln": "100"}, "100:0 100.1:1 150:1 150.1:2 300:2 300.1:3 600:3 600.1:4"),
    ("CREA", {"uln": "100", "base": "50"}, "75:0 75.1:2 150:2 150.1:3"),
    ("NEUT", {"lln": "1.8"}, "1.8:0 1.7:1 1.5:1 1.4:2 0.9:3 0.5:3 0.4:4"),
    ("PLT", {"lln": "125"}, "125:0 124:1 75:1 74:2 50:2 49:3 25:3 24:4"),
    ("WBC", {"lln": "3.5"}, "3.5:0 3.4:1 3:1 2.9:2 1.9:3 0.9:4 100:0 101:3"),
    ("LYM", {"lln": "1.1"}, "1.1:0 1.0:1 0.8:1 0.7:2 0.4:3 0.2:3 0.1:4 4:0 4.1:2"),
    ("HGB", {"lln": "115", "uln": "150"}, "115:0 114:1 99:2 80:2 79:3 150:0 151:1 170:1 171:2 190:2 191:3"),
    ("POTAS", {"lln": "3.5", "uln": "5.3"}, "5.3:0 5.4:1 5.5:1 5.6:2 6:2 6.1:3 7:3 7.1:4 3.5:0 3.4:1"),
    ("POTAS", {"lln": "3.5", "uln": "5.3"}, "3:1 2.9:3 2.5:3 2.4:4"),
    ("SODIUM", {"lln": "135", "uln": "145"}, "135:0 134.9:1 130:1 129.9:2 125:2 124.9:3 120:3 119.9:4"),
    ("LIPASE", {"uln": "100"}, "100:0 100.1:1 150:1 150.1:2 500:2 500.1:3"),
    ("AMYLASE", {"uln": "100"}, "100:0 100.1:1 150:1 150.1:2 500:2 500.1:3"),
    ("ALB", {"lln": "40"}, "40:0 39:1 30:1 29:2 20:2 19:3"),
    ("UPROT", {"uln": "0.15"}, "0.14:0 0.15:1 0.99:1 1.0:2 3.49:2 3.5:3"),
]


@pytest.mark.parametrize(
    ("analyte", "limits", "value", "expected"),
    [(analyte, limits, *case.split(":")) for analyte, limits, cases in BOUNDARIES for case in cases.split()],
)
def test_each_boundary_lies_where_the_dictionary_puts_it(
    analyte: str, limits: dict[str, str], value: str, expected: str
) -> None:
    assert graded(analyte, value, **limits) == int(expected)


@pytest.mark.parametrize(
    ("analyte", "value", "limits", "expected"),
    [
        ("PLT", "42", {}, 3),
        ("PLT", "80", {}, None),
        ("ALT", "80", {}, None),
        ("POTAS", "6.1", {}, 3),
        ("POTAS", "4.5", {"uln": "5.3"}, None),
        ("PLT", Interval(None, Fraction(25), high_open=True), {"lln": "125"}, 4),
        ("PLT", Interval(None, Fraction(50), high_open=True), {"lln": "125"}, None),
        ("ALT", Interval(Fraction(800), None, low_open=True), {"uln": "40"}, 4),
        ("ALT", Interval(None, Fraction(10), high_open=True), {"uln": "40"}, 0),
        ("GLUC", "20", {"uln": "6"}, None),
    ],
)
def test_what_is_not_settled_has_no_grade(analyte: str, value: str | Interval, limits: dict[str, str],
                                          expected: int | None) -> None:  # fmt: skip
    assert graded(analyte, value, **limits) == expected


def test_a_limit_of_the_dictionary_is_compared_in_the_unit_of_the_value() -> None:
    in_grams_per_decilitre = Measured(Fraction("7.9"), "g/dL", lln=Fraction("11.5"), uln=Fraction(15))
    assert grade(terms_of("5.0", "HGB"), in_grams_per_decilitre) == 3


def test_another_version_of_the_dictionary_is_not_guessed() -> None:
    assert terms_of("6.0", "ALT") == ()


def test_only_some_terms_look_at_the_baseline() -> None:
    assert uses_baseline(terms_of("5.0", "ALT"))
    assert uses_baseline(terms_of("5.0", "CREA"))
    assert not uses_baseline(terms_of("5.0", "PLT"))


PUBLISHED = Path(__file__).parent / "ctcae_v5_lab_grading.csv"
WITHOUT_SYMPTOMS = {"Lipase increased", "Serum amylase increased", "Hypokalemia", "Hyponatremia"}
"""Terms where the published table assumes symptoms; ours gives the grade without them."""


def published() -> dict[str, dict[int, str]]:
    with PUBLISHED.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    return {row["term"]: {n: row[f"grade{n}_admiral"] for n in range(1, 5) if row[f"grade{n}_admiral"]} for row in rows}


@pytest.mark.parametrize("term", sorted(set(TERMS) - WITHOUT_SYMPTOMS - {"Proteinuria"}))
def test_a_term_is_graded_as_published(term: str) -> None:
    ours = TERMS[term]
    written = {
        number: f"{said} / {ours.abnormal[number]}" if ours.abnormal else said for number, said in ours.grades.items()
    }
    theirs = {number: re.sub(r"(\d)\.0\b", r"\1", said) for number, said in published()[term].items()}
    assert written == theirs
