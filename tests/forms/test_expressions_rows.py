"""Row predicates: two scopes at once, and what an unknown row counts for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import pytest

from forms.dates import parse_date
from forms.expressions import Kind, NameType, TooManySteps
from forms.expressions.explaining import shown
from forms.expressions.rows import MOST_ROWS
from forms.quantities import Quantity
from tests.forms.language import Record, compiled, value


def plain(number: int) -> Quantity:
    return Quantity(Fraction(number))


def dose(milligrams: int | None, day: str | None, route: str = "IV") -> Mapping[str, Any]:
    quantity = None if milligrams is None else Quantity(Fraction(milligrams), "mg")
    return {"MPDOSE": quantity, "MPDAT": parse_date(day) if day else None, "MPROUTE": route}


ANY = [
    ([], False),
    ([{"SAEAENO": plain(2)}], False),
    ([{"SAEAENO": plain(2)}, {"SAEAENO": plain(3)}], True),
    ([{"SAEAENO": None}], False),
]


@pytest.mark.parametrize(("rows", "found"), ANY)
def test_any_row_is_never_unknown(rows: list[Mapping[str, Any]], found: bool) -> None:
    scope = Record({"AENO": plain(3)}, rows_of={"SAE": rows})
    assert compiled("any_row(SAE, SAEAENO == this.AENO)").evaluate(scope) is found
    assert compiled("any_row(SAE, SAEAENO == this.AENO) == False").evaluate(scope) is not found


def test_inside_rows_other_names_are_those_of_the_record() -> None:
    scope = Record(
        {"START": parse_date("2026-03-10")}, rows_of={"MP": [dose(500, "2026-03-01"), dose(500, "2026-01-01")]}
    )
    assert shown(compiled("count_rows(MP, days(MPDAT, this.START) <= 14)", Kind.NUMBER).evaluate(scope)) == "1"


def test_the_event_of_this_is_that_of_the_record() -> None:
    rows = [{"DVCAT": "WINDOW", "DVEVT": "SE.BL"}]
    check = compiled("any_row(DV, DVCAT == 'WINDOW' and covers(this.event)) == False")
    assert check.evaluate(Record(rows_of={"DV": rows}, answers={"event": "SE.BL"})) is False
    assert check.evaluate(Record(rows_of={"DV": rows}, answers={"event": "SE.SCR"})) is True


@dataclass
class Own(Record):
    """A record whose row has limits and an event of its own."""

    own: Record = field(default_factory=Record)

    def rows(self, form: str) -> Iterable[Record]:
        return [self.own] if form == "MP" else []


def quantity(text: str, unit: str) -> Any:
    return value("", text, NameType(Kind.NUMBER, unit))


OF_RECORD = Own(
    {"ALT": quantity("81", "U/L"), "HGB": quantity("<100", "g/L"), "SCR.DM.SEX": "F",
     "BL.CHEM.CREA": quantity("70", "umol/L"), "MPDOSE": quantity("9", "mg"), "MPROUTE": "PO"},
    limits={"uln(ALT)": quantity("40", "U/L"), "uln(MPDOSE)": quantity("100", "mg")},
    answers={"event": "SE.SCR"},
    own=Record(dose(500, None), {"uln(MPDOSE)": quantity("600", "mg")}, answers={"event": "SE.BL"}),
)  # fmt: skip


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("MPDOSE == 500 'mg'", True),
        ("MPROUTE == 'IV'", True),
        ("MPDOSE < uln(MPDOSE)", True),
        ("this.ALT > 2 * uln(this.ALT)", True),
        ("this.ALT > 2.1 * uln(this.ALT)", False),
        ("SCR.DM.SEX == 'F'", True),
        ("BL.CHEM.CREA == 70 'umol/L'", True),
        ("this.HGB < 100 'g/L'", True),
        ("this.HGB < 99 'g/L'", False),
        ("event == 'SE.BL'", True),
        ("event == 'SE.SCR'", False),
        ("this.event == 'SE.SCR'", True),
    ],
)
def test_a_row_has_its_own_and_the_record_what_is_said_to_be_its(condition: str, found: bool) -> None:
    assert compiled(f"any_row(MP, {condition})").evaluate(OF_RECORD) is found


SUMS = [
    ([dose(1000, "2026-02-20"), dose(500, "2026-02-21")], "1500"),
    ([dose(1000, "2026-02-20"), dose(500, "2026-02-21", "PO")], "1000"),
    ([dose(1000, "2026-02-20"), dose(None, "2026-02-21")], None),
    ([dose(1000, "2026-02-20"), dose(None, "2026-02-21", "PO")], "1000"),
    ([dose(1000, None)], None),
    ([dose(1000, "2025-01-01")], "0"),
    ([], None),
]


@pytest.mark.parametrize(("rows", "expected"), SUMS)
def test_a_sum_over_rows_is_missing_with_any_part_of_it(rows: list[Mapping[str, Any]], expected: str | None) -> None:
    total = compiled("sum_rows(MP, MPDOSE, MPROUTE == 'IV' and days(MPDAT, date('2026-03-01')) <= 14)", Kind.NUMBER)
    assert total.unit == "mg"
    assert shown(total.evaluate(Record(rows_of={"MP": rows}))) == expected


def test_a_sum_over_rows_takes_the_unit_that_is_wanted() -> None:
    total = compiled("sum_rows(MP, MPDOSE)", Kind.NUMBER, unit="g")
    assert total.evaluate(Record(rows_of={"MP": [dose(1500, None)]})) == Quantity(Fraction(3, 2), "g")


def test_counting_rows_needs_no_condition() -> None:
    assert compiled("count_rows(SAE) == 2").evaluate(Record(rows_of={"SAE": [{}, {}]})) is True


def test_a_bound_stands_on_the_rows_visited() -> None:
    rule = compiled("any_row(SAE, SAEAENO == 1)")
    assert MOST_ROWS == 10_000
    assert rule.evaluate(Record(rows_of={"SAE": [{}] * MOST_ROWS})) is False
    with pytest.raises(TooManySteps):
        rule.evaluate(Record(rows_of={"SAE": [{}] * (MOST_ROWS + 1)}))


def test_what_rows_read_is_in_the_graph() -> None:
    rule = compiled("any_row(SAE, SAEAENO == this.AENO) and overlapping_rows(MP, MPROUTE)")
    assert {str(reference) for reference in rule.reads} == {"SAEAENO", "this.AENO"}
    assert rule.row_forms == {"SAE", "MP"}
