"""How conditions of a dictionary are read and decided, on terms made for it: units, sums, bounds, unknown baselines."""

import re
from fractions import Fraction

import pytest

from forms.ctcae import Measured, grade, uses_baseline
from forms.ctcae_v5 import Term
from forms.intervals import Interval, Number

DENSITY = Term({1: "<LLN", 2: "<100", 3: "<80"}, "g/L")
ABOVE = Term({1: ">ULN", 2: ">ULN+20", 3: ">1.5*ULN+0.5"}, "g/L")
MOLAR = Term({1: ">ULN", 2: ">2.9", 3: ">3*1.1+0.1"}, "mmol/L")
CHANGED = Term({1: ">ULN", 2: ">1.5*ULN or >1.5*BASE"}, abnormal={1: ">BASE", 2: ">=2*BASE"})
BELOW_3 = Interval(None, Fraction(3), high_open=True)
ABOVE_3 = Interval(Fraction(3), None, low_open=True)
TWO_TO_3 = Interval(Fraction(2), Fraction(3))


def graded(term: Term, value: str | Number, unit: str | None = None, **known: object) -> int | None:
    number = Fraction(value) if isinstance(value, str) else value
    limits = {name: Fraction(said) if isinstance(said, str) else said for name, said in known.items()}
    return grade([term], Measured(number, unit, **limits))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("term", "value", "unit", "known", "expected"),
    [
        (DENSITY, "99", "g/L", {"lln": "115"}, 2),
        (DENSITY, "9.9", "g/dL", {"lln": "11.5"}, 2),
        (DENSITY, "10", "g/dL", {"lln": "11.5"}, 1),
        (DENSITY, "7.99", "g/dL", {"lln": "11.5"}, 3),
        (DENSITY, "8", "g/dL", {"lln": "11.5"}, 2),
        (DENSITY, "12", "g/dL", {"lln": "11.5"}, 0),
        (DENSITY, "12", "U/L", {"lln": "11.5"}, None),
        (DENSITY, "12", None, {"lln": "11.5"}, None),
        (ABOVE, "170.5", "g/L", {"uln": "150.5"}, 1),
        (ABOVE, "170.6", "g/L", {"uln": "150.5"}, 2),
        (ABOVE, "17.05", "g/dL", {"uln": "15.05"}, 1),
        (ABOVE, "17.06", "g/dL", {"uln": "15.05"}, 2),
        (ABOVE, "226.25", "g/L", {"uln": "150.5"}, 2),
        (ABOVE, "226.26", "g/L", {"uln": "150.5"}, 3),
        (ABOVE, "160", "U/L", {"uln": "150"}, None),
        (MOLAR, "2.9", "mmol/L", {"uln": "2.6"}, 1),
        (MOLAR, "2.95", "mmol/L", {"uln": "2.6"}, 2),
        (MOLAR, "3.4", "mmol/L", {"uln": "2.6"}, 2),
        (MOLAR, "3.41", "mmol/L", {"uln": "2.6"}, 3),
        (MOLAR, "29", "mg/dL", {"uln": "26", "molar_mass": "100"}, 1),
        (MOLAR, "29.1", "mg/dL", {"uln": "26", "molar_mass": "100"}, 2),
        (MOLAR, "34.1", "mg/dL", {"uln": "26", "molar_mass": "100"}, 3),
        (MOLAR, "29.1", "mg/dL", {"uln": "26"}, None),
        (Term({1: ">3"}), "4", "g/L", {}, None),
        (Term({1: ">3"}), "4", None, {}, 1),
        (Term({1: ">3"}, "g/L"), "4", None, {}, None),
        (Term({1: "<=3"}), "3", None, {}, 1),
        (Term({1: "<=3"}), "3.1", None, {}, 0),
        (Term({1: ">=3"}), "3", None, {}, 1),
        (Term({1: ">=3"}), "2.9", None, {}, 0),
        (Term({1: "<3"}), "3", None, {}, 0),
        (Term({1: ">3"}), "3", None, {}, 0),
        (Term({1: "<0.5 or >1.5"}), "1", None, {}, 0),
        (Term({1: "<0.5 or >1.5"}), "2", None, {}, 1),
        (Term({1: "<0.5 or >1.5"}), "0.4", None, {}, 1),
    ],
)
def test_a_condition_holds_in_the_unit_of_the_value(
    term: Term, value: str, unit: str | None, known: dict[str, str], expected: int | None
) -> None:
    assert graded(term, value, unit, **known) == expected


@pytest.mark.parametrize(
    ("said", "value", "expected"),
    [
        ("<3", BELOW_3, 1), ("<=3", BELOW_3, 1), (">3", BELOW_3, 0), (">=3", BELOW_3, 0),
        ("<3", ABOVE_3, 0), ("<=3", ABOVE_3, 0), (">3", ABOVE_3, 1), (">=3", ABOVE_3, 1),
        ("<2", BELOW_3, None), (">4", ABOVE_3, None),
        ("<3", TWO_TO_3, None), ("<=3", TWO_TO_3, 1), (">3", TWO_TO_3, 0), (">=3", TWO_TO_3, None),
        ("<2", TWO_TO_3, 0), ("<=2", TWO_TO_3, None), (">2", TWO_TO_3, None), (">=2", TWO_TO_3, 1),
    ],
)  # fmt: skip
def test_a_bound_decides_only_what_all_its_values_do(said: str, value: Interval, expected: int | None) -> None:
    assert graded(Term({1: said}), value) == expected


@pytest.mark.parametrize(
    ("value", "known", "expected"),
    [
        ("100", {"uln": "100"}, 0),
        ("101", {"uln": "100"}, 1),
        ("151", {"uln": "100"}, 2),
        ("101", {"uln": "100", "base": "60"}, 2),
        ("91", {"base": "60"}, 2),
        ("80", {"base": "60"}, None),
        ("101", {}, None),
        ("101", {"uln": "100", "base": BELOW_3}, None),
        ("151", {"uln": "100", "base": BELOW_3}, 2),
        ("90", {"uln": "100", "base": BELOW_3}, None),
        ("101", {"uln": "100", "base": "60", "base_is_abnormal": True}, 1),
        ("120", {"uln": "100", "base": "60", "base_is_abnormal": True}, 2),
        ("60", {"uln": "100", "base": "60", "base_is_abnormal": True}, 0),
        ("101", {"uln": "100", "base": BELOW_3, "base_is_abnormal": True}, None),
        ("101", {"uln": "100", "base": None, "base_is_abnormal": True}, 0),
        ("101", {"uln": "100", "base": "60", "base_is_abnormal": None}, None),
        ("121", {"uln": "100", "base": "60", "base_is_abnormal": None}, 2),
        ("50", {"uln": "100", "base": "60", "base_is_abnormal": None}, 0),
    ],
)
def test_a_baseline_counts_where_there_is_one(value: str, known: dict[str, object], expected: int | None) -> None:
    assert graded(CHANGED, value, **known) == expected


def test_the_highest_grade_of_several_terms_counts() -> None:
    low, high = Term({1: "<3", 2: "<2"}), Term({1: ">5", 3: ">9"})
    found = [grade([low, high], Measured(Fraction(value), None)) for value in ("1", "2", "4", "6", "10")]
    assert found == [2, 1, 0, 1, 3]
    assert grade([low, Term({1: ">ULN"})], Measured(Fraction(1), None)) == 2
    assert grade([low, Term({3: ">ULN"})], Measured(Fraction(1), None)) is None
    assert grade([], Measured(Fraction(1), None)) is None


def test_a_grade_looks_at_the_baseline_where_any_of_its_conditions_does() -> None:
    assert uses_baseline([Term({1: ">ULN", 2: ">3*BASE"})])
    assert uses_baseline([Term({1: ">ULN"}), Term({1: ">ULN"}, abnormal={1: ">ULN"})])
    assert not uses_baseline([Term({1: ">ULN", 2: ">3"})])


@pytest.mark.parametrize("said", ["3", "=3", ">", ">ULN*3", ">3*", ">-3", "ULN"])
def test_what_is_no_condition_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        graded(Term({1: said}), "1")
