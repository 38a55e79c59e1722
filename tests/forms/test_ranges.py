"""A range applies by laboratory, analyte, sex, age and day, its ends included; no two may apply at once."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.ranges import RangeRow, RangeTable, overlaps

ROW = RangeRow(
    id="r1", revision=1, laboratory="LAB_A", analyte="CHEM.ALT", sex="F", age_min=18, age_max=65, unit="U/L",
    low=Fraction(7), high=Fraction(40), valid_from=date(2026, 1, 1), valid_to=date(2026, 5, 31),
)  # fmt: skip


@pytest.mark.parametrize(
    ("sex", "age", "day", "applies"),
    [
        ("F", 18, date(2026, 1, 1), True),
        ("F", 65, date(2026, 5, 31), True),
        ("F", 17, date(2026, 1, 1), False),
        ("F", 66, date(2026, 1, 1), False),
        ("F", 18, date(2025, 12, 31), False),
        ("F", 18, date(2026, 6, 1), False),
        ("M", 18, date(2026, 1, 1), False),
        (None, 18, date(2026, 1, 1), False),
        ("F", None, date(2026, 1, 1), False),
    ],
)
def test_a_row_applies_within_its_ends(sex: str | None, age: int | None, day: date, applies: bool) -> None:
    assert (RangeTable([ROW]).find("LAB_A", "CHEM.ALT", sex, age, day) == ROW) is applies


def test_a_table_knows_the_analytes_it_has_rows_for() -> None:
    table = RangeTable([ROW])
    assert table.knows("CHEM.ALT")
    assert not table.knows("CHEM.AST")


@pytest.mark.parametrize(
    ("change", "clash"),
    [
        ({}, True),
        ({"sex": "M"}, False),
        ({"sex": "*"}, True),
        ({"age_min": 65, "age_max": 80}, True),
        ({"age_min": 66, "age_max": 80}, False),
        ({"age_min": 0, "age_max": 18}, True),
        ({"age_min": 0, "age_max": 17}, False),
        ({"valid_from": date(2026, 5, 31), "valid_to": None}, True),
        ({"valid_from": date(2026, 6, 1), "valid_to": None}, False),
        ({"valid_from": date(2025, 1, 1), "valid_to": date(2026, 1, 1)}, True),
        ({"valid_from": date(2025, 1, 1), "valid_to": date(2025, 12, 31)}, False),
        ({"unit": "ukat/L"}, True),
        ({"laboratory": "LAB_B"}, False),
        ({"analyte": "CHEM.AST"}, False),
    ],
)
def test_two_rows_clash_where_both_could_apply(change: dict[str, Any], clash: bool) -> None:
    other = replace(ROW, id="r2", **change)
    assert bool(overlaps([ROW, other])) is clash
    assert bool(overlaps([other, ROW])) is clash


days = st.dates(date(2026, 1, 1), date(2026, 1, 12))
rows = st.builds(
    lambda number, sex, low, span, start, length: replace(
        ROW, id=str(number), sex=sex, age_min=low, age_max=low + span, valid_from=start,
        valid_to=None if length is None else start + timedelta(length),
    ),
    st.integers(0, 99), st.sampled_from("FM*"),
    st.integers(0, 5), st.integers(0, 3), days, st.integers(0, 5) | st.none(),
)  # fmt: skip


@given(st.lists(rows, max_size=3))
def test_rows_clash_exactly_where_some_person_and_day_has_two(table: list[RangeRow]) -> None:
    two_apply = any(
        sum(row.covers(sex, age, date(2026, 1, 1) + timedelta(day)) for row in table) > 1
        for sex in "FM" for age in range(10) for day in range(20)
    )  # fmt: skip
    assert bool(overlaps(table)) is two_apply
